import fc from 'fast-check'
import { generate } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { encode } from '../../src/proxy-header/index.js'
import { plain } from '../../src/report/style.js'
import { tapLines } from '../../src/report/tap-events.js'
import { Conversation } from '../../src/tap/conversation.js'
import type { TapEvent, TapSide } from '../../src/tap/event.js'

const header = encode({
  version: 2,
  source: { address: '203.0.113.7', port: 4711 },
  destination: { address: '127.0.0.1', port: 1884 },
  ssl: { cn: 'sensor-17', version: 'TLSv1.3' },
})
const options = { style: plain, payloads: false, passwords: false, verbose: false }

/** The lines of a conversation, without time and number. */
function linesOf(
  chunks: readonly (readonly [TapSide, Uint8Array])[],
  more: Partial<typeof options> = {},
): readonly string[] {
  const conversation = new Conversation(1)
  const events = chunks.flatMap(([from, bytes]) => conversation.push(from, bytes, 0))
  return shown(events, more)
}

function shown(events: readonly TapEvent[], more: Partial<typeof options> = {}): readonly string[] {
  return events
    .flatMap((event) => tapLines(event, { ...options, ...more }))
    .map((line) => line.replace(/^\S+ #\d+ /, ''))
}

/** A session, every packet made by another codec. */
const client = Buffer.concat([
  header,
  generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 5,
    clientId: 'plant-1',
    clean: true,
    keepalive: 30,
    username: 'bob',
    password: Buffer.from('geheim'),
    properties: { sessionExpiryInterval: 60 },
    will: { topic: 'plant/gone', payload: Buffer.from('bye'), qos: 1, retain: false },
  }),
  generate({ cmd: 'subscribe', messageId: 7, subscriptions: [{ topic: 'plant/#', qos: 1 }] }, { protocolVersion: 5 }),
  generate(
    { cmd: 'publish', topic: 'plant/a', payload: 'temperature', qos: 1, messageId: 8, dup: false, retain: true },
    { protocolVersion: 5 },
  ),
  generate({ cmd: 'pingreq' }),
  generate({ cmd: 'disconnect', reasonCode: 4 }, { protocolVersion: 5 }),
])
const clientLines = [
  '→ PROXY v2 · PROXY · TCP4 · 203.0.113.7:4711 → 127.0.0.1:1884 · TLSv1.3 · cert ok · CN=sensor-17',
  '→ CONNECT 5.0 id=plant-1 keepalive=30s clean user=bob password=hidden will=plant/gone QoS 1 3 bytes {sessionExpiry=60}',
  '→ SUBSCRIBE packet 7 plant/# QoS 1',
  '→ PUBLISH plant/a QoS 1 retained packet 8 11 bytes',
  '→ PINGREQ',
  '→ DISCONNECT 4 (disconnect with will message)',
]

describe('a conversation', () => {
  it('shows header and packets, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: client.length - 1 })), (cuts) => {
        const edges = [0, ...[...cuts].sort((a, b) => a - b), client.length]
        const chunks = edges.slice(1).map((end, index) => ['client', client.subarray(edges[index], end)] as const)
        expect(linesOf(chunks)).toEqual(clientLines)
      }),
    )
  })

  it('shows what is secret only when asked', () => {
    const all = linesOf([['client', client]], { payloads: true, passwords: true, verbose: true }).join('\n')
    for (const text of ['geheim', '"temperature"', '"bye"']) expect(all).toContain(text)
    const hidden = linesOf([['client', client]], { verbose: true }).join('\n')
    for (const text of ['geheim', 'temperature', 'bye', Buffer.from('geheim').toString('hex', 0, 2)]) {
      expect(hidden).not.toContain(text)
    }
  })

  const connect = { cmd: 'connect', protocolId: 'MQTT', clientId: 'a', clean: true, keepalive: 5 } as const
  const broken = generate({ ...connect, protocolVersion: 4, username: 'u', password: Buffer.from('geheim') })
  broken[1] = (broken[1] ?? 0) + 1
  it.each([
    ['a CONNECT with a byte too many', Buffer.concat([broken, Buffer.of(0)])],
    [
      'an AUTH',
      generate(
        {
          cmd: 'auth',
          reasonCode: 0x18,
          properties: { authenticationMethod: 'x', authenticationData: Buffer.from('geheim') },
        },
        { protocolVersion: 5 },
      ),
    ],
    [
      'the head of an upgrade',
      Buffer.from('GET / HTTP/1.1\r\nAuthorization: Basic geheim\r\nUpgrade: websocket\r\n\r\n'),
    ],
    ['what is not MQTT any more', Buffer.from('\0geheim')],
  ])('hides the bytes of %s, which may hold a password', (_, bytes) => {
    const five = generate({ ...connect, protocolVersion: 5 })
    const chunks = bytes[0] === 0x10 || bytes[0] === 0x47 ? [bytes] : [five, bytes]
    const lines = (more: Partial<typeof options>) =>
      linesOf(
        chunks.map((one) => ['client', one] as const),
        more,
      ).join('\n')
    expect(lines({ verbose: true })).not.toMatch(/geh|67 65 68/)
    expect(lines({ verbose: true, passwords: true, payloads: true })).toMatch(/geh/)
  })

  it('shows the bytes of a packet from its first one on', () => {
    const bytes = generate({ cmd: 'puback', messageId: 258, reasonCode: 0 })
    expect(
      linesOf([['client', Buffer.concat([generate({ ...connect, protocolVersion: 4 }), bytes])]], { verbose: true }).at(
        -1,
      ),
    ).toMatch(/0000 {2}40 02 01 02 /)
  })

  it('reads WebSocket frames of any size, masked and not', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 4 }), (sizes) => {
        const payload = generate({
          cmd: 'publish',
          topic: 't',
          payload: Buffer.alloc(100_000),
          qos: 0,
          dup: false,
          retain: false,
        })
        const packets = Buffer.concat([
          generate({
            cmd: 'connect',
            protocolId: 'MQTT',
            protocolVersion: 4,
            clientId: 'w',
            clean: true,
            keepalive: 5,
          }),
          payload,
        ])
        const frames: Buffer[] = []
        let at = 0
        for (let index = 0; at < packets.length; index++) {
          const size = sizes[index % sizes.length] ?? 1
          frames.push(frame(packets.subarray(at, at + size), Buffer.from([1, 2, 3, index & 0xff])))
          at += size
        }
        const request = 'GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n'
        expect(linesOf([['client', Buffer.concat([Buffer.from(request), ...frames])]])).toEqual([
          '→ WebSocket GET /mqtt HTTP/1.1 (mqtt)',
          '→ CONNECT 3.1.1 id=w keepalive=5s clean',
          `→ PUBLISH t QoS 0 ${65_536 - 3} bytes (${payload.length} bytes, its end is not shown)`,
        ])
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    ['bytes that are nothing', 'client', Buffer.from('ff00ff', 'hex'), /ff 00 ff is not a header, MQTT, TLS or HTTP/],
    ['a broken header', 'client', Buffer.from('PROXY TCP4 1.2.3.4\r\n'), /a broken PROXY header: .*MP-HDR-/],
    ['TLS', 'client', Buffer.from('1603010200010001fc', 'hex'), /TLS: a ClientHello/],
    [
      'an endless length',
      'client',
      Buffer.from('10ffffffffff', 'hex'),
      /not MQTT: a remaining length of more than four bytes/,
    ],
    [
      'text of the server',
      'server',
      Buffer.from('HTTP/1.0 400 Bad request\r\n\r\n'),
      /WebSocket HTTP\/1.0 400 Bad request/,
    ],
  ] as const)('says what it cannot decode: %s', (_, from, bytes, line) => {
    const lines = linesOf([
      [from, bytes],
      [from, Buffer.from('more of it')],
    ])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(line)
  })

  it('goes on behind a malformed packet whose length is right', () => {
    const suback = Buffer.from('9001ff', 'hex')
    const ping = generate({ cmd: 'pingresp' })
    const connack = generate({ cmd: 'connack', sessionPresent: false, returnCode: 0 })
    expect(linesOf([['server', Buffer.concat([connack, suback, ping])]])).toEqual([
      '← CONNACK 0 (accepted)',
      '← SUBACK malformed: the packet ends inside a field',
      '← PINGRESP',
    ])
  })

  it('never throws, whatever comes, and holds little of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('client' as const, 'server' as const), fc.uint8Array({ maxLength: 300 }))),
        (chunks) => {
          expect(() => linesOf(chunks, { verbose: true })).not.toThrow()
        },
      ),
      { numRuns: 300 },
    )
  })
})

function frame(bytes: Buffer, mask: Buffer): Buffer {
  const length = bytes.length
  const head =
    length < 126
      ? Buffer.from([0x82, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0x82, 0xfe, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([0x82, 0xff]), big(length)])
  return Buffer.concat([head, mask, bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0))])
}

function big(length: number): Buffer {
  const out = Buffer.alloc(8)
  out.writeBigUInt64BE(BigInt(length))
  return out
}
