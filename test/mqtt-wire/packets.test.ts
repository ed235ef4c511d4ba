import fc from 'fast-check'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { Framer } from '../../src/mqtt-wire/framer.js'
import { PacketReader } from '../../src/mqtt-wire/packet-reader.js'
import { acknowledgement, connack, publish, suback, unsuback } from '../../src/mqtt-wire/packet-writer.js'
import { forwarded, PROPERTY, readProperties } from '../../src/mqtt-wire/properties.js'
import { isMqttText } from '../../src/mqtt-wire/utf8.js'

/** What mqtt-packet, the parser of the JavaScript world, makes of bytes. */
function parsed(bytes: Buffer, protocolVersion: 4 | 5): Packet {
  const parser = mqttPacket.parser({ protocolVersion })
  const packets: Packet[] = []
  parser.on('packet', (packet) => packets.push(packet))
  parser.on('error', (error) => {
    throw error
  })
  parser.parse(bytes)
  const [packet] = packets
  if (packets.length !== 1 || !packet) throw new Error(`${packets.length} packets`)
  return packet
}

const text = fc
  .string({ minLength: 1, maxLength: 40 })
  .filter((one) => isMqttText(Buffer.from(one), 0, Buffer.byteLength(one)))

describe('written packets', () => {
  it('are read by mqtt-packet as they were meant: PUBLISH', () => {
    fc.assert(
      fc.property(
        fc.record({
          five: fc.boolean(),
          qos: fc.constantFrom(0, 1, 2),
          retain: fc.boolean(),
          topic: text.filter((one) => !/[+#]/.test(one)),
          payload: fc.uint8Array({ maxLength: 300 }),
          expiry: fc.option(fc.integer({ min: 1, max: 0xffffffff }), { nil: undefined }),
          alias: fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }),
          subscriptionId: fc.option(fc.integer({ min: 1, max: 268_435_455 }), { nil: undefined }),
        }),
        ({ five, qos, retain, topic, payload, expiry, alias, subscriptionId }) => {
          const bytes = publish({
            protocol: five ? 5 : 4,
            dup: false,
            qos,
            retain,
            id: 77,
            topic: Buffer.from(topic),
            payload: Buffer.from(payload),
            properties: undefined,
            expiry,
            alias,
            subscriptionIds: subscriptionId === undefined ? [] : [subscriptionId],
          })
          const packet = parsed(bytes, five ? 5 : 4)
          if (packet.cmd !== 'publish') throw new Error(packet.cmd)
          expect([packet.topic, packet.qos, packet.retain]).toEqual([topic, qos, retain])
          expect(Buffer.from(payload).equals(Buffer.from(packet.payload))).toBe(true)
          if (qos > 0) expect(packet.messageId).toBe(77)
          if (five) {
            expect(packet.properties?.messageExpiryInterval).toBe(expiry)
            expect(packet.properties?.topicAlias).toBe(alias)
            expect(packet.properties?.subscriptionIdentifier).toBe(subscriptionId)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('are read by mqtt-packet as they were meant: the others', () => {
    expect(
      parsed(
        connack(5, true, 0, [
          [PROPERTY.topicAliasMaximum, 10],
          [PROPERTY.maximumPacketSize, 2_000_000],
          [PROPERTY.receiveMaximum, 20],
        ]),
        5,
      ),
    ).toMatchObject({
      cmd: 'connack',
      sessionPresent: true,
      reasonCode: 0,
      properties: { topicAliasMaximum: 10, maximumPacketSize: 2_000_000, receiveMaximum: 20 },
    })
    expect(parsed(connack(4, false, 5, []), 4)).toMatchObject({ cmd: 'connack', returnCode: 5 })
    expect(parsed(acknowledgement(5, 0x40, 300, 0x10), 5)).toMatchObject({
      cmd: 'puback',
      messageId: 300,
      reasonCode: 16,
    })
    expect(parsed(suback(5, 9, [0, 2, 0x87]), 5)).toMatchObject({ cmd: 'suback', granted: [0, 2, 0x87] })
    expect(parsed(unsuback(5, 9, [0, 0x11]), 5)).toMatchObject({ cmd: 'unsuback', granted: [0, 0x11] })
  })
})

describe('read properties', () => {
  it('pass on what mqtt-packet writes, byte by byte and in order', () => {
    const bytes = mqttPacket.generate(
      {
        cmd: 'publish',
        topic: 't',
        payload: '',
        qos: 0,
        dup: false,
        retain: false,
        properties: {
          contentType: 'text/plain',
          responseTopic: 'r',
          correlationData: Buffer.from([1, 2]),
          userProperties: { a: '1', b: '2' },
        },
      },
      { protocolVersion: 5 },
    )
    const reader = new PacketReader(bytes, 5)
    const length = bytes[5] ?? 0
    expect(forwarded(readProperties(reader, 0x30))?.equals(bytes.subarray(6, 6 + length))).toBe(true)
  })
})

describe('text', () => {
  it('is UTF-8 without what MQTT forbids', () => {
    const good = ['', 'a', 'é', '€', '😀', '\u{10fffd}']
    const bad = [
      '00',
      '61 0a',
      '7f',
      'c2 80',
      'c0 80',
      'ed a0 80',
      'f4 90 80 80',
      'ff',
      'e2 82',
      'ef bf be',
      'ef b7 90',
    ]
    for (const one of good) expect([one, isMqttText(Buffer.from(one), 0, Buffer.byteLength(one))]).toEqual([one, true])
    for (const one of bad) {
      const bytes = Buffer.from(one.replaceAll(' ', ''), 'hex')
      expect([one, isMqttText(bytes, 0, bytes.length)]).toEqual([one, false])
    }
  })
})

describe('the framer', () => {
  it('gives the same packets however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        (bodies, step) => {
          const stream = Buffer.concat(
            bodies.map((body) =>
              Buffer.concat([
                Buffer.from(
                  body.length < 128 ? [0x30, body.length] : [0x30, (body.length & 127) | 128, body.length >> 7],
                ),
                body,
              ]),
            ),
          )
          const got: string[] = []
          const framer = new Framer({
            open: true,
            begin: () => undefined,
            announce: () => undefined,
            packet: (_header, body) => got.push(body.toString('hex')),
          })
          for (let at = 0; at < stream.length; at += step) framer.push(stream.subarray(at, at + step))
          expect(got).toEqual(bodies.map((body) => Buffer.from(body).toString('hex')))
        },
      ),
    )
  })

  it('takes no length of more than four bytes', () => {
    const framer = new Framer({
      open: true,
      begin: () => undefined,
      announce: () => undefined,
      packet: () => undefined,
    })
    expect(() => framer.push(Buffer.from('30ffffffff7f', 'hex'))).toThrow(/four bytes/)
  })
})
