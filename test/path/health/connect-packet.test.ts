import { generate, type IConnectPacket } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { firstPacket } from '../../../src/path/health/connect-packet.js'

/** As another library writes it. */
function connect(fields: Partial<IConnectPacket> = {}): Buffer {
  return generate({
    cmd: 'connect',
    clientId: 'abcd',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    ...fields,
  })
}

const plain = {
  name: 'MQTT',
  level: 4,
  clean: true,
  keepalive: 60,
  clientId: 'abcd',
  username: false,
  password: false,
}
const will = { topic: 'a/b', payload: Buffer.from('gone'), qos: 2, retain: true } as const

describe('the fields of a CONNECT that another library wrote', () => {
  it.each<[string, Partial<IConnectPacket>, Partial<typeof plain>]>([
    ['of MQTT 3.1.1', {}, {}],
    ['of MQTT 3.1', { protocolId: 'MQIsdp', protocolVersion: 3 }, { name: 'MQIsdp', level: 3 }],
    ['of MQTT 5.0', { protocolVersion: 5 }, { level: 5 }],
    ['of MQTT 5.0 with properties', { protocolVersion: 5, properties: { sessionExpiryInterval: 9 } }, { level: 5 }],
    ['that keeps its session', { clean: false }, { clean: false }],
    ['without keepalive', { keepalive: 0 }, { keepalive: 0 }],
    ['without a client id', { clientId: '' }, { clientId: '' }],
    ['with a username', { username: 'u' }, { username: true }],
    ['with a login', { username: 'u', password: Buffer.from('p') }, { username: true, password: true }],
    ['with a will', { will }, {}],
    ['with a will of QoS 0', { will: { ...will, qos: 0, retain: false } }, {}],
    [
      'with a will and a login',
      { will, username: 'u', password: Buffer.from('p') },
      { username: true, password: true },
    ],
    [
      'of MQTT 5.0 with a will',
      { protocolVersion: 5, will: { ...will, properties: { willDelayInterval: 3 } } },
      { level: 5 },
    ],
    ['that is long', { clientId: 'x'.repeat(300) }, { clientId: 'x'.repeat(300) }],
  ])('%s', (_, fields, expected) => {
    const bytes = connect(fields)
    expect(firstPacket(bytes)).toEqual({ kind: 'connect', connect: { ...plain, ...expected }, bytes: bytes.length })
  })

  it('a bridge sets the highest bit of the level', () => {
    const bytes = connect()
    bytes[8] = 0x84
    expect(firstPacket(bytes)).toMatchObject({ kind: 'connect', connect: plain })
  })

  it('what comes behind it is another packet', () => {
    const bytes = connect()
    expect(firstPacket(Buffer.concat([bytes, Buffer.from('c000', 'hex')]))).toMatchObject({
      kind: 'connect',
      bytes: bytes.length,
    })
  })

  it('MQTT 5.0 allows a password without a username (3.1.2.9)', () => {
    const bytes = Buffer.from('101500044d5154540542003c000004616263640001 70'.replaceAll(' ', ''), 'hex')
    bytes[1] = bytes.length - 2
    expect(firstPacket(bytes)).toMatchObject({ kind: 'connect', connect: { username: false, password: true } })
  })
})

describe('a CONNECT of which the broker waits for the rest', () => {
  const bytes = connect({ clientId: 'x'.repeat(200) })
  const promised = bytes.length - 3

  it('each beginning of one that is whole', () => {
    for (let length = 3; length < bytes.length; length++) {
      expect(firstPacket(bytes.subarray(0, length)), `${length} bytes`).toEqual({
        kind: 'unfinished',
        promised,
        there: length - 3,
        exact: false,
        connect: undefined,
      })
    }
  })

  it.each(['10', '1080', '10ff80', '10808080'])('a length that is not over: %s', (hex) => {
    const nothing = { kind: 'unfinished', promised: 0, there: 0, exact: false, connect: undefined }
    expect(firstPacket(Buffer.from(hex, 'hex'))).toEqual(nothing)
  })

  it('all fields, and a length that is too high', () => {
    const long = connect()
    long[1] = (long[1] ?? 0) + 2
    const found = { kind: 'unfinished', promised: 18, there: 16, exact: true, connect: plain }
    expect(firstPacket(long)).toEqual(found)
  })

  it('all fields and a byte more, and a length that is higher still', () => {
    const long = Buffer.concat([connect(), Buffer.from([0])])
    long[1] = (long[1] ?? 0) + 2
    expect(firstPacket(long)).toEqual({ kind: 'unfinished', promised: 18, there: 17, exact: false, connect: plain })
  })
})

describe('a CONNECT that the broker refuses to read', () => {
  const body = (text: string) => {
    const bytes = Buffer.from(text.replaceAll(' ', ''), 'hex')
    return Buffer.concat([Buffer.from([0x10, bytes.length]), bytes])
  }

  it.each([
    ['a name of no version', '0004 4d515458 04 02 003c 0001 61', 'the protocol name is "MQTX"'],
    ['a reserved flag (3.1.2-3)', '0004 4d515454 04 03 003c 0001 61', 'the reserved bit of its flags is set'],
    [
      'a QoS of a will that is not there (3.1.2-11)',
      '0004 4d515454 04 0a 003c 0001 61',
      'its flags speak of a will that is not there',
    ],
    [
      'a retain of a will that is not there (3.1.2-13)',
      '0004 4d515454 04 22 003c 0001 61',
      'its flags speak of a will that is not there',
    ],
    [
      'a QoS of 3 (3.1.2-14)',
      '0004 4d515454 04 1e 003c 0001 61 0001 61 0001 61',
      'its flags speak of a will that is not there',
    ],
    [
      'a password without a username (3.1.2-22)',
      '0004 4d515454 04 42 003c 0001 61 0001 70',
      'a password without a username',
    ],
    ['a byte behind the last field', '0004 4d515454 04 02 003c 0001 61 00', '1 bytes behind its last field'],
  ])('%s', (_, hex, why) => {
    expect(firstPacket(body(hex))).toMatchObject({ kind: 'malformed', why, exact: false })
  })

  it('a length that is one too low, with all fields behind it', () => {
    const bytes = connect()
    bytes[1] = (bytes[1] ?? 0) - 1
    expect(firstPacket(bytes)).toEqual({
      kind: 'malformed',
      why: expect.stringMatching(/./),
      promised: 15,
      exact: true,
    })
  })

  it('flags in its first byte (3.1.1)', () => {
    const bytes = connect()
    bytes[0] = 0x12
    expect(firstPacket(bytes)).toEqual({
      kind: 'malformed',
      why: 'flags in its first byte',
      promised: 16,
      exact: false,
    })
  })

  it.each(['108080808001', '10ffffffff7f', '1080808080'])('a length of more than four bytes (2.2.3): %s', (hex) => {
    expect(firstPacket(Buffer.from(hex, 'hex'))).toEqual({
      kind: 'malformed',
      why: expect.stringContaining('four bytes'),
      promised: 0,
      exact: false,
    })
  })
})

it.each([
  ['c000', 'PINGREQ'],
  ['e000', 'DISCONNECT'],
  ['82', 'SUBSCRIBE'],
  ['0000', undefined],
  // HTTP, text, and all else that can be printed: no packet is meant.
  ['474554', undefined],
  ['30', undefined],
  ['20', undefined],
  ['7e', undefined],
  ['80', 'SUBSCRIBE'],
  ['f0', 'AUTH'],
])('%s is no CONNECT but %s', (hex, first) => {
  expect(firstPacket(Buffer.from(hex, 'hex'))).toEqual({ kind: 'other', first })
})

it('nothing is no packet', () => {
  expect(firstPacket(Buffer.alloc(0))).toBeUndefined()
})
