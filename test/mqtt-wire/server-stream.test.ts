import fc from 'fast-check'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { PacketFault } from '../../src/mqtt-wire/packet-fault.js'
import { longestPacket, ServerStream } from '../../src/mqtt-wire/server-stream.js'

type Version = 4 | 5

const write = (packet: Packet, protocolVersion: Version) => mqttPacket.generate(packet, { protocolVersion })
const properties = (five: boolean) => (five ? { properties: {} } : {})

/** A client that asked for one thing of each kind: 1 subscribe (2 filters), 2 unsubscribe, 3 QoS 1, 4 QoS 2, 5 QoS 2 released. */
function asked(version: Version): ServerStream {
  const stream = new ServerStream(version, true)
  const filters = [
    { topic: 'a', qos: 1 as const },
    { topic: 'b/#', qos: 0 as const },
  ]
  const publish = { cmd: 'publish', topic: 't', payload: 'hi', dup: false, retain: false } as const
  for (const packet of [
    { cmd: 'pingreq' },
    { cmd: 'subscribe', messageId: 1, subscriptions: filters, ...properties(version === 5) },
    { cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a'] },
    { ...publish, qos: 1, messageId: 3 },
    { ...publish, qos: 2, messageId: 4 },
    { ...publish, qos: 2, messageId: 5 },
    { cmd: 'pubrel', messageId: 5 },
  ] satisfies Packet[]) {
    stream.sent(write(packet, version))
  }
  return stream
}

const sound: Record<Version, readonly string[]> = {
  4: [
    '9004000101 80',
    '90040001 0200',
    'b0020002',
    '40020003',
    '50020004',
    '70020005',
    '62020009',
    'd000',
    '30 03 0001 74',
    '32 05 0001 74 0007',
    '3c 06 0001 74 0007 ff',
  ],
  5: [
    '9005000100 0180',
    '9005000100 8f a2',
    'b004000200 11',
    '40020003',
    '4003000310',
    '40040003 10 00',
    '4009 0003 97 05 1f 0002 6e6f',
    '50020004',
    '5003000487',
    '70020005',
    '6203000992',
    'd000',
    'e000',
    'e001 8e',
    'e002 9a 00',
    'e007 9a 05 1f 0002 6e6f',
    '30 04 0001 74 00',
    '30 08 0001 74 04 0b 05 0b 06',
    '32 0b 0001 74 0007 05 02 0000 0001',
  ],
}

const unsound: Record<Version, readonly (readonly [hex: string, why: RegExp])[]> = {
  4: [
    ['9003000101', /1 reason codes for 2 filters/],
    ['90050001010101', /3 reason codes/],
    ['90040001 0103', /reason code 3/],
    ['91040001 0101', /reserved flags/],
    ['90040000 0101', /identifier 0/],
    ['90040007 0101', /nothing that was sent/],
    ['9001 00', /ends inside/],
    ['9000', /ends inside/],
    ['b003000200', /too many/],
    ['b0020001', /answered by SUBACK/],
    ['400300030 0', /too many/],
    ['40020004', /answered by PUBREC/],
    ['40020009', /nothing that was sent/],
    ['42020003', /flags/],
    ['4001 00', /ends inside/],
    ['70020004', /answered by PUBREC/],
    ['60020009', /flags/],
    ['d00100', /too many/],
    ['36050001740007', /QoS 3/],
    ['3803000174', /DUP/],
    ['3003000123', /topic name/],
    ['30020000', /topic name/],
    ['3003 0001 ff', /UTF-8/],
    ['3205 0001 74 0000', /identifier 0/],
    ['3002 0005', /ends inside/],
    ['e000', /only clients/],
    ['f000', /nobody asked/],
    ['2002 0000', /second/],
    ['8006 0001 0001 61 00', /only clients/],
    ['1000', /only clients/],
    ['c000', /only clients/],
    ['0000', /no packet/],
    ['d0ffffffff01', /four bytes/],
  ],
  5: [
    ['9003 0001 00', /0 reason codes for 2/],
    ['9005 0001 00 0103', /reason code 3/],
    ['9004 0001 0100', /./],
    ['9007 0001 02 2301 0101', /./],
    ['9006 0001 00 010101', /3 reason codes/],
    ['9005000105 0101', /properties longer/],
    ['4003 0003 01', /reason code 1/],
    ['4004 0003 00 05', /properties longer/],
    ['4006 0003 00 02 99 01', /unknown property/],
    ['4007 0003 00 03 21 0001', /may not stand/],
    ['4005 0003 00 00 00', /too many/],
    ['400e 0003 00 0a 1f 0002 6e6f 1f 0002 6e6f', /twice/],
    ['4009 0003 00 05 1f 0002 ff6f', /UTF-8/],
    ['5003 0004 92', /reason code 146/],
    ['7003 0005 80', /reason code 128/],
    ['b003 0002 00', /0 reason codes/],
    ['b004 0002 00 01', /reason code 1/],
    ['e001 04', /reason code 4/],
    ['e100', /flags/],
    ['e007 00 05 26 0001 61 00', /ends inside/],
    ['f000', /nobody asked/],
    ['e002 8e 00 d000', /after a DISCONNECT/],
    ['e000 e000', /after a DISCONNECT/],
    ['f002 18 00', /nobody asked/],
    ['3006 0001 74 02 01 02', /with value 2/],
    ['3007 0001 74 03 23 0001', /topic alias/],
    ['3003 0000 00', /topic name/],
    ['3006 0001 74 02 0b 00', /subscription identifier of 0/],
    ['3003 0001 74', /ends inside/],
    ['3008 0001 74 ffffff7f 00', /./],
  ],
}

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')

describe('what a server says', () => {
  it.each([4, 5] as const)('is passed on whole where it is sound: MQTT version %i', (version) => {
    for (const hex of sound[version]) {
      const packet = bytes(hex)
      expect([hex, asked(version).received(packet).toString('hex')]).toEqual([hex, packet.toString('hex')])
    }
  })

  it.each([4, 5] as const)('is refused, by name, where it is not: MQTT version %i', (version) => {
    for (const [hex, why] of unsound[version]) {
      const act = () => asked(version).received(bytes(hex))
      expect(act, hex).toThrow(PacketFault)
      expect(act, hex).toThrow(why)
    }
  })

  it('may not come before the CONNACK, and that may come once', () => {
    const stream = new ServerStream(5, false)
    expect(() => new ServerStream(5, false).received(bytes('d000'))).toThrow(/before the CONNACK/)
    expect(stream.received(bytes('2003000000')).length).toBe(5)
    expect(() => stream.received(bytes('2003000000'))).toThrow(/CONNACK: a second/)
  })

  it('answers each PINGREQ once', () => {
    const stream = new ServerStream(4, true)
    stream.sent(bytes('c000c000'))
    expect(stream.received(bytes('d000d000')).length).toBe(4)
    expect(() => stream.received(bytes('d000'))).toThrow(/PINGRESP: nobody asked for it/)
  })

  it('is answered once: a second acknowledgement is of nothing', () => {
    const stream = asked(4)
    stream.received(bytes('40020003'))
    expect(() => stream.received(bytes('40020003'))).toThrow(/nothing that was sent/)
  })

  it('waits for our release between PUBREC and PUBCOMP, and ends at a refusal', () => {
    const stream = asked(5)
    stream.received(bytes('50020004'))
    expect(() => stream.received(bytes('70020004'))).toThrow(/answered by PUBREC/)
    stream.sent(write({ cmd: 'pubrel', messageId: 4 }, 5))
    expect(stream.received(bytes('70020004')).length).toBe(4)
    const refused = asked(5)
    refused.received(bytes('5003000497'))
    expect(() => refused.received(bytes('50020004'))).toThrow(/nothing/)
  })

  it('is not waited for where it is too long', () => {
    const length = longestPacket + 1
    const header = [0x30, (length & 127) | 128, ((length >> 7) & 127) | 128, ((length >> 14) & 127) | 128, length >> 21]
    expect(() => asked(4).received(Buffer.from(header))).toThrow(/too many/)
  })

  /** mqtt-packet is lenient: what we take, it takes too, and understands alike; however the stream is cut. */
  it('is a part of what a lenient parser takes', () => {
    const mutated = fc
      .tuple(
        fc
          .constantFrom<Version>(4, 5)
          .chain((version) => fc.tuple(fc.constant(version), fc.constantFrom(...sound[version]))),
        fc.array(fc.tuple(fc.nat(30), fc.nat(255)), { maxLength: 3 }),
        fc.integer({ min: 1, max: 9 }),
      )
      .map(([[version, hex], changes, step]) => {
        const packet = Buffer.from(bytes(hex))
        for (const [at, value] of changes) if (at < packet.length) packet[at] = value
        return { version, packet, step }
      })
    let taken = 0
    fc.assert(
      fc.property(mutated, ({ version, packet, step }) => {
        const stream = asked(version)
        const passed: Buffer[] = []
        try {
          for (let at = 0; at < packet.length; at += step) passed.push(stream.received(packet.subarray(at, at + step)))
        } catch (error) {
          if (error instanceof PacketFault) return
          throw error
        }
        if (Buffer.concat(passed).length < packet.length) return
        taken += 1
        const parser = mqttPacket.parser({ protocolVersion: version })
        const errors: Error[] = []
        parser.on('error', (error) => errors.push(error))
        parser.parse(Buffer.concat(passed))
        expect(errors).toEqual([])
      }),
      { numRuns: 1000 },
    )
    expect(taken).toBeGreaterThan(100)
  })
})
