import { generate } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../src/proxy-header/index.js'
import { parseFault } from '../../src/stories/tap/faults.js'
import type { TapSide } from '../../src/tap/event.js'
import { FaultyConnection } from '../../src/tap/faults.js'

const header = encode({
  version: 2,
  source: { address: '203.0.113.7', port: 4711 },
  destination: { address: '127.0.0.1', port: 1884 },
  authority: 'broker.example',
  ssl: { cn: 'alice', version: 'TLSv1.3' },
})
const connect = generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clientId: 'c',
  clean: true,
  keepalive: 5,
})
const connack = generate({ cmd: 'connack', sessionPresent: false, returnCode: 0 })
const publish = generate({
  cmd: 'publish',
  topic: 't',
  payload: 'hello',
  qos: 1,
  messageId: 1,
  dup: false,
  retain: false,
})
const puback = (id: number) => generate({ cmd: 'puback', messageId: id })

/** What goes on in each direction, and how it ended; chunks come as given. */
function through(fault: string, chunks: readonly (readonly [TapSide, Uint8Array])[]) {
  const connection = new FaultyConnection(parseFault(fault, () => 10))
  const out = { client: Buffer.alloc(0), server: Buffer.alloc(0) }
  let ending: string | undefined
  for (const [from, bytes] of chunks) {
    if (ending !== undefined) break
    const struck = connection.data(from, bytes) ?? { pieces: [{ bytes, pauseMs: 0 }] }
    for (const piece of struck.pieces) out[from] = Buffer.concat([out[from], piece.bytes])
    ending = struck.ending
  }
  return { ...out, ending }
}

const bytewise = (from: TapSide, bytes: Uint8Array) => [...bytes].map((byte) => [from, Uint8Array.of(byte)] as const)
const whole = Buffer.concat([header, connect])

describe.each([
  ['in one piece', [['client', whole]] as const],
  ['byte by byte', bytewise('client', whole)],
])('a fault in the header, %s', (_, chunks) => {
  const struck = (fault: string) => {
    const { client, ending } = through(fault, chunks)
    const decoded = decode(client)
    return { client, ending, decoded, header: decoded.status === 'header' ? decoded.header : undefined }
  }

  it('cuts inside it', () => {
    const { client, ending, decoded } = struck('cut-in-header')
    expect(ending).toBe('close')
    expect(client.length).toBeGreaterThan(0)
    expect(decoded.status).toBe('more')
  })

  it('cuts behind it', () => {
    expect(through('cut-after-header', chunks)).toMatchObject({ client: Buffer.from(header), ending: 'close' })
  })

  it('takes it away', () => expect(struck('strip-header').client).toEqual(connect))

  it('sends it twice', () =>
    expect(struck('duplicate-header').client).toEqual(Buffer.concat([header, header, connect])))

  it('swaps its ends and keeps the rest', () => {
    const { header: changed, client } = struck('swap-header')
    expect(changed).toMatchObject({
      source: { address: '127.0.0.1', port: 1884 },
      destination: { address: '203.0.113.7' },
    })
    expect(changed?.ssl?.cn).toBe('alice')
    expect(client.subarray(client.length - connect.length)).toEqual(connect)
  })

  it('claims another source and another name', () => {
    expect(struck('forge-header=198.51.100.9:99').header?.source).toEqual({ address: '198.51.100.9', port: 99 })
    expect(struck('forge-header=[2001:db8::9]:99').header?.source).toEqual({ address: '2001:db8::9', port: 99 })
    expect(struck('forge-cn=mallory').header?.ssl).toMatchObject({ cn: 'mallory', verify: 0, certConn: true })
  })

  it('drops a TLV, and the header stays one', () => {
    const { header: changed, client } = struck('drop-tlv=0x20')
    expect(changed?.ssl).toBeUndefined()
    expect(changed?.authority).toBe('broker.example')
    expect(client.subarray(client.length - connect.length)).toEqual(connect)
  })
})

describe('a fault in a TLV', () => {
  const first = (fault: string, bytes: Uint8Array = header) => {
    const { client } = through(fault, [['client', Buffer.concat([bytes, connect])]])
    expect(client.subarray(client.length - connect.length)).toEqual(connect)
    const decoded = decode(client)
    if (decoded.status !== 'header') throw new Error(decoded.status)
    expect(decoded.length).toBe(client.length - connect.length)
    return decoded.header.tlvs.map(({ type, value }) => [type, Buffer.from(value).toString()] as const)
  }
  const authority = [0x02, 'broker.example'] as const

  it('sends it twice', () => {
    expect(first('duplicate-tlv=authority').filter(([type]) => type === 0x02)).toEqual([authority, authority])
  })

  it.each([
    ['forge-tlv=authority:evil.example', 'evil.example'],
    ['forge-tlv=0x02:0x00ff', '\0\ufffd'],
    ['forge-tlv=2:', ''],
    ['forge-tlv=authority:a:b', 'a:b'],
  ])('%s replaces its value', (fault, value) => {
    expect(first(fault).filter(([type]) => type === 0x02)).toEqual([[0x02, value]])
  })

  it('adds what is not there, and leaves alone what cannot be changed', () => {
    expect(first('forge-tlv=0xe0:x')).toContainEqual([0xe0, 'x'])
    expect(first('duplicate-tlv=0xe0')).toEqual(first('drop-tlv=0xe1'))
    const one = Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n')
    expect(through('forge-tlv=authority:x', [['client', one]]).client).toEqual(one)
  })
})

describe('a fault among the packets', () => {
  const begin = [['client', whole] as const, ['server', connack] as const]

  it('forges a header where there is none', () => {
    const decoded = decode(through('forge-header=198.51.100.9:99', [['client', connect]]).client)
    expect(decoded).toMatchObject({ header: { source: { address: '198.51.100.9' } } })
  })

  it.each([
    ['cut-after-connack', 'close'],
    ['reset-after-connack', 'reset'],
    ['half-open', 'freeze'],
  ])('%s lets CONNACK through and nothing else', (fault, ending) => {
    const sent = through(fault, [...begin, ['server', puback(1)]])
    expect(sent).toMatchObject({ server: connack, ending })
    expect(
      through(fault, [
        ['client', whole],
        ['server', Buffer.concat([connack, puback(1)])],
      ]).server,
    ).toEqual(connack)
  })

  it('cuts in the middle of a PUBLISH', () => {
    const { client, ending } = through('cut-in-publish', [...begin, ['client', publish]])
    expect(ending).toBe('close')
    const got = client.length - whole.length
    expect(got).toBeGreaterThan(0)
    expect(got).toBeLessThan(publish.length)
  })

  it('drops the first PUBACK only', () => {
    const answers = Buffer.concat([connack, puback(1), puback(2)])
    expect(
      through('drop-puback', [
        ['client', whole],
        ['server', answers],
      ]).server,
    ).toEqual(Buffer.concat([connack, puback(2)]))
  })

  it('sends everything when it trickles or delays', () => {
    for (const fault of ['trickle=10ms', 'delay=10ms']) {
      expect(
        through(fault, [
          ['client', whole],
          ['client', publish],
        ]).client,
      ).toEqual(Buffer.concat([whole, publish]))
    }
  })
})

describe('the words of a fault', () => {
  it.each([
    'cut-in-heder',
    'delay',
    'strip-header=1',
    'forge-header=nobody',
    'drop-tlv=xyz',
    'drop-tlv=ssl:x',
    'drop-tlv=256',
    'duplicate-tlv',
    'forge-tlv=authority',
    'forge-tlv=nothing:x',
    `forge-tlv=authority:${'x'.repeat(5000)}`,
    'delay=1s,p=2',
    'delay=1s,count=0',
  ])('%s is refused', (text) =>
    expect(() => parseFault(text, () => 1)).toThrow(expect.objectContaining({ code: 'MP-TAP-FAULT' })),
  )
})
