import { describe, expect, it } from 'vitest'
import { decode } from '../../src/proxy-header/decode.js'
import { encode } from '../../src/proxy-header/encode.js'
import { quietTap, tapDocument, tapLines } from '../../src/report/tap-events.js'
import type { TapEvent, What } from '../../src/tap/event.js'
import type { MqttPacket } from '../../src/tap/packet.js'
import { marked } from './marked.js'

const at = Date.UTC(2026, 10, 27, 3, 4, 5, 678)
const event = (what: What, more: Partial<TapEvent> = {}): TapEvent => ({ at, connection: 3, what, ...more })
const shown = { ...quietTap, style: marked }
const all = { ...quietTap, payloads: true, passwords: true, verbose: true }
const lineOf = (what: What, more: Partial<typeof shown> = {}) =>
  tapLines(event(what), { ...shown, ...more }).map((line) => line.replace('<dim 03:04:05.678> #3 ', ''))

const packet = (fields: Partial<MqttPacket>): What => ({
  kind: 'mqtt',
  from: 'client',
  packet: { name: 'PUBLISH', length: 10, whole: true, ...fields },
})
const textOf = (fields: Partial<MqttPacket>, more: Partial<typeof shown> = {}) => lineOf(packet(fields), more)[0]
const bytes = (text: string) => new TextEncoder().encode(text)

describe('a line', () => {
  it('begins with time of day, connection and direction', () => {
    const ping = packet({ name: 'PINGREQ' })
    expect(tapLines(event(ping), shown)).toEqual(['<dim 03:04:05.678> #3 → <bold PINGREQ>'])
    expect(tapLines(event({ ...ping, from: 'server' } as What), shown)[0]).toContain('#3 ← ')
    expect(tapLines(event({ kind: 'fault', text: 'cut' }), shown)[0]).toContain('#3 · ')
  })

  it.each<[What, string]>([
    [{ kind: 'open', client: 'c:1', server: 's:2\n' }, '· <dim opened: c:1 to s:2\\n>'],
    [{ kind: 'websocket', from: 'client', text: 'GET /mqtt\r' }, '→ WebSocket GET /mqtt\\r'],
    [{ kind: 'tls', from: 'server', text: 'TLS: alert\u001b' }, '← TLS: alert\\x1b'],
    [
      { kind: 'nonsense', from: 'client', text: 'ff\n', rest: 'not decoded' },
      '→ <bad ff\\n; passed on, not decoded further>',
    ],
    [{ kind: 'nonsense', from: 'client', text: 'ff', rest: 'decoded on' }, '→ <bad ff>'],
    [{ kind: 'lost', from: 'client', bytes: 7 }, '→ <warn 7 bytes are not in the capture; not decoded further>'],
    [{ kind: 'fault', text: 'cut\n' }, '· <warn fault: cut\\n>'],
  ])('tells %j', (what, line) => {
    expect(lineOf(what)).toEqual([line])
  })

  it.each<[Partial<Extract<What, { kind: 'close' }>>, string]>([
    [{}, 'closed'],
    [{ reset: true }, 'closed'],
    [{ by: 'client' }, 'closed by the client'],
    [{ by: 'server', reset: true }, 'reset by the server'],
    [{ by: 'server', why: 'no route\n' }, 'closed by the server: no route\\n'],
  ])('tells who ended a connection, and why: %j', (more, words) => {
    const what = { kind: 'close', by: undefined, reset: false, sent: { client: 12, server: 34 }, ...more } as const
    expect(lineOf(what)).toEqual([`· <dim ${words}, 12 bytes sent, 34 received>`])
  })
})

describe('an MQTT packet', () => {
  it.each<[Partial<MqttPacket>, string]>([
    [{ name: 'CONNECT', version: 5 }, 'CONNECT> 5.0'],
    [{ name: 'CONNECT', version: 4 }, 'CONNECT> 3.1.1'],
    [{ name: 'CONNECT', version: 3 }, 'CONNECT> 3.1'],
    [{ name: 'CONNECT', version: 9 }, 'CONNECT> version 9'],
    [{ clientId: '' }, 'PUBLISH> id=(none)'],
    [{ clientId: 'a\nb' }, 'PUBLISH> id=a\\nb'],
    [{ keepalive: 0 }, 'PUBLISH> keepalive=0s'],
    [{ clean: true }, 'PUBLISH> clean'],
    [{ clean: false }, 'PUBLISH> keeps its session'],
    [{ username: 'bo\tb' }, 'PUBLISH> user=bo\\tb'],
    [{ topic: 'a/b', qos: 0 }, 'PUBLISH> a/b QoS 0'],
    [{ qos: 2, retain: true, dup: true, id: 9 }, 'PUBLISH> QoS 2 retained again packet 9'],
    [{ retain: false, dup: false, sessionPresent: false }, 'PUBLISH>'],
    [
      {
        filters: [
          { filter: 'a/#', qos: 1 },
          { filter: 'b', qos: undefined },
        ],
      },
      'PUBLISH> a/# QoS 1 b',
    ],
    // 3.9.3 of MQTT 5: 0, 1 and 2 are what was granted, from 0x80 on are failures.
    [{ name: 'SUBACK', codes: [0, 2, 3, 0x87] }, 'SUBACK> QoS 0, QoS 2, 0x3, 0x87'],
    [{ name: 'CONNACK', code: 0, sessionPresent: true }, 'CONNACK> 0 (accepted) session present'],
    [{ name: 'CONNACK', code: 5 }, 'CONNACK> 5 (not authorised)'],
    [{ name: 'CONNACK', code: 0x87 }, 'CONNACK> 135 (not authorised)'],
    [{ name: 'DISCONNECT', code: 4 }, 'DISCONNECT> 4 (disconnect with will message)'],
    [{ name: 'DISCONNECT', code: 0x7f }, 'DISCONNECT> 127'],
    [
      {
        properties: [
          { name: 'a', value: 1 },
          { name: 'b', value: 'x\n' },
        ],
      },
      'PUBLISH> {a=1, b=x\\n}',
    ],
    [{ whole: false, length: 70 }, 'PUBLISH> (70 bytes, its end is not shown)'],
    [{ malformed: 'too short' }, 'PUBLISH> <bad malformed: too short>'],
  ])('%j', (fields, words) => {
    expect(textOf(fields)).toBe(`→ <bold ${words}`)
  })

  it('shows message, will and password only when asked', () => {
    const will = { topic: 'gone', qos: 1, retain: false, payload: bytes('bye\n') }
    const fields = { payload: bytes('21 °C'), password: bytes('geheim'), will }
    expect(textOf(fields)).toBe('→ <bold PUBLISH> password=hidden will=gone QoS 1 4 bytes 6 bytes')
    expect(textOf(fields, { passwords: true })).toContain('password=geheim will=gone QoS 1 4 bytes')
    expect(textOf(fields, { payloads: true })).toBe('→ <bold PUBLISH> password=hidden will=gone QoS 1 "bye\\n" "21 °C"')
  })

  it('shows the first 200 bytes of a message, and counts the rest', () => {
    const of = (length: number) => textOf({ payload: bytes('x'.repeat(length)) }, { payloads: true })
    expect(of(200)).toBe(`→ <bold PUBLISH> "${'x'.repeat(200)}"`)
    expect(of(203)).toBe(`→ <bold PUBLISH> "${'x'.repeat(200)}" and 3 bytes more`)
  })
})

describe('bytes below the line', () => {
  const dumpOf = (what: What, raw: Uint8Array | undefined, options = all, head?: Uint8Array) => {
    const given = event(what, { ...(raw !== undefined && { bytes: raw }), ...(head !== undefined && { head }) })
    return tapLines(given, options).slice(1)
  }
  const ping = packet({ name: 'PINGREQ' })

  it('stand 16 in a row with what can be printed of them, from the first byte of the packet on', () => {
    expect(dumpOf(ping, bytes('abcdefghijklmnop~'), all, Uint8Array.of(0xc0, 0))).toEqual([
      '      0000  c0 00 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e  ..abcdefghijklmn',
      `      0010  6f 70 7e${' '.repeat(39)}  op~`,
    ])
    expect(dumpOf(ping, Uint8Array.of(0x1f, 0x20, 0x7e, 0x7f))[0]).toMatch(/1f 20 7e 7f {36} {2}\. ~\.$/)
  })

  it('stop at 256', () => {
    expect(dumpOf(ping, new Uint8Array(256))).toHaveLength(16)
    expect(dumpOf(ping, new Uint8Array(258)).slice(15)).toEqual([
      expect.stringMatching(/^ {6}00f0 /),
      '      and 2 bytes more',
    ])
  })

  it('are left out where there are none, and where nobody asked', () => {
    expect(dumpOf(ping, new Uint8Array())).toEqual([])
    expect(dumpOf(ping, undefined)).toEqual([])
    expect(dumpOf(ping, bytes('x'), { ...all, verbose: false })).toEqual([])
  })

  const payloads = { ...quietTap, verbose: true, payloads: true }
  const passwords = { ...quietTap, verbose: true, passwords: true }
  const neither = { ...quietTap, verbose: true }
  it.each<[string, What, 'always' | 'with payloads' | 'with passwords' | 'with both']>([
    ['a PINGREQ', ping, 'always'],
    ['a password', packet({ password: bytes('x') }), 'with passwords'],
    ['an AUTH', packet({ properties: [{ name: 'authData', value: '1 bytes' }] }), 'with passwords'],
    ['other properties', packet({ properties: [{ name: 'reason', value: 'x' }] }), 'always'],
    ['a message', packet({ payload: bytes('') }), 'with payloads'],
    ['a will', packet({ will: { topic: 't', qos: 0, retain: false, payload: bytes('') } }), 'with payloads'],
    ['a password and a message', packet({ password: bytes('x'), payload: bytes('x') }), 'with both'],
    ['a malformed packet', packet({ malformed: 'x' }), 'with both'],
    ['a packet without its end', packet({ whole: false }), 'with both'],
    ['an upgrade', { kind: 'websocket', from: 'client', text: 'GET' }, 'with passwords'],
    ['nonsense', { kind: 'nonsense', from: 'client', text: 'x', rest: 'decoded on' }, 'with both'],
    ['TLS', { kind: 'tls', from: 'client', text: 'x' }, 'always'],
  ])('of %s are shown only where nothing secret is in them: %s', (_, what, when) => {
    const seen = [neither, payloads, passwords, all].map((options) => dumpOf(what, bytes('x'), options).length > 0)
    expect(seen).toEqual(
      {
        always: [true, true, true, true],
        'with payloads': [false, true, false, true],
        'with passwords': [false, false, true, true],
        'with both': [false, false, false, true],
      }[when],
    )
    const raw = [neither, payloads, passwords, all].map(
      (options) => 'bytes' in tapDocument(event(what, { bytes: bytes('x') }), options),
    )
    expect(raw).toEqual(seen)
  })
})

describe('a PROXY header', () => {
  const raw = encode({
    version: 2,
    source: { address: '203.0.113.7', port: 4711 },
    destination: { address: '127.0.0.1', port: 1884 },
    ssl: { cn: 'sensor-17', version: 'TLSv1.3' },
  })
  const decoded = decode(raw)
  if (decoded.status !== 'header') throw new Error('no header')
  const what = { kind: 'header', from: 'client', decoded } as const

  it('is one line, with its fields below it on demand, those inside a TLV further in', () => {
    expect(lineOf(what)).toEqual([
      '→ <name PROXY v2 · PROXY · TCP4 · 203.0.113.7:4711 → 127.0.0.1:1884 · TLSv1.3 · cert ok · CN=sensor-17>',
    ])
    const [, ...fields] = tapLines(event(what, { bytes: raw }), all)
    expect(fields[0]).toMatch(/^ {6}signature {12}/)
    expect(fields.filter((line) => line.startsWith('        ')).join('\n')).toContain('sensor-17')
    expect(tapLines(event(what), all)).toHaveLength(1)
  })

  it('is a document without its bytes', () => {
    const document = tapDocument(event(what, { bytes: raw }), all)
    expect(document).toMatchObject({
      t: '2026-11-27T03:04:05.678Z',
      connection: 3,
      event: 'header',
      from: 'client',
      proxy: { version: 2 },
    })
    expect(document).not.toHaveProperty('bytes')
  })
})

describe('tapDocument', () => {
  const fields = {
    password: bytes('geheim'),
    payload: bytes('21 °C'),
    will: { topic: 'gone', qos: 1, retain: true, payload: bytes('bye') },
    topic: 't',
  }

  it('hides what is secret, and says how long a message is', () => {
    expect(tapDocument(event(packet(fields), { bytes: bytes('x') }), quietTap)).toEqual({
      t: '2026-11-27T03:04:05.678Z',
      connection: 3,
      event: 'mqtt',
      from: 'client',
      packet: {
        name: 'PUBLISH',
        length: 10,
        whole: true,
        topic: 't',
        password: 'hidden',
        payloadBytes: 6,
        will: { topic: 'gone', qos: 1, retain: true, payload: 'hidden' },
      },
    })
  })

  it('has everything when asked, at most 4096 bytes as they were', () => {
    const document = tapDocument(event(packet(fields), { bytes: new Uint8Array(5000).fill(10) }), all)
    expect(document).toMatchObject({
      packet: { password: 'geheim', payload: '21 °C', payloadBytes: 6, will: { payload: 'bye' } },
      bytes: '0a'.repeat(4096),
    })
    const unasked = tapDocument(event(packet(fields), { bytes: bytes('x') }), { ...all, verbose: false })
    expect(unasked).not.toHaveProperty('bytes')
  })

  it('has nothing of what a packet does not have', () => {
    const document = tapDocument(event(packet({ name: 'PINGREQ', length: 2 })), all)
    expect(document).toEqual({
      t: '2026-11-27T03:04:05.678Z',
      connection: 3,
      event: 'mqtt',
      from: 'client',
      packet: { name: 'PINGREQ', length: 2, whole: true },
    })
  })

  it('has what other events say', () => {
    const close = { kind: 'close', by: 'client', reset: true, sent: { client: 1, server: 2 } } as const
    expect(tapDocument(event(close), quietTap)).toEqual({
      t: '2026-11-27T03:04:05.678Z',
      connection: 3,
      event: 'close',
      by: 'client',
      reset: true,
      sent: { client: 1, server: 2 },
    })
  })
})
