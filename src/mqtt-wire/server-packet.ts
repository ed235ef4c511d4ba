import { PacketFault } from './packet-fault.js'
import { malformed, PacketReader } from './packet-reader.js'
import { PACKET, type PacketName, type Protocol, packetNames, type Qos, REASON } from './packet-types.js'
import { numberOf, PROPERTY, readProperties } from './properties.js'

/** What of a packet of a server has to fit what the client sent before. */
export type ServerPacket =
  | { readonly name: 'CONNACK'; readonly code: number }
  | { readonly name: 'PUBLISH'; readonly qos: Qos; readonly id: number }
  | { readonly name: 'PUBACK' | 'PUBREC' | 'PUBREL' | 'PUBCOMP'; readonly id: number; readonly code: number }
  | { readonly name: 'SUBACK' | 'UNSUBACK'; readonly id: number; readonly codes: readonly number[] | undefined }
  | { readonly name: 'PINGRESP' }
  | { readonly name: 'DISCONNECT'; readonly code: number }

const published = [
  REASON.success,
  REASON.noMatchingSubscribers,
  REASON.unspecified,
  REASON.implementationSpecific,
  REASON.notAuthorized,
  REASON.topicNameInvalid,
  REASON.packetIdInUse,
  REASON.quotaExceeded,
  REASON.payloadFormatInvalid,
  // Not in the tables of 3.4.2.1 and 3.5.2.1, but what Mosquitto says of a message above its message_size_limit.
  REASON.packetTooLarge,
]
const released = [REASON.success, REASON.packetIdNotFound]
const subscribed = [0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2]
const disconnected = [
  0, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a,
  0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
]
const unsubscribed = [0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91]

/**
 * Reads one packet that a server sent, to the letter: lengths, flags, reason codes, properties, text.
 * @param protocol what the client speaks
 * @param header the first byte
 * @param body everything behind the remaining length
 * @throws PacketFault
 */
export function readServerPacket(protocol: Protocol, header: number, body: Buffer): ServerPacket {
  const name = packetNames[(header >> 4) - 1]
  const reader = new PacketReader(body)
  if (name !== 'PUBLISH') flags(header, name === 'PUBREL' ? 2 : 0)
  const packet = read(name, protocol, header, reader)
  if (reader.left > 0) throw malformed(`${reader.left} bytes too many at its end`)
  return packet
}

function read(name: PacketName | undefined, protocol: Protocol, header: number, reader: PacketReader): ServerPacket {
  const five = protocol === 5
  switch (name) {
    case 'CONNACK':
      return { name, code: readConnack(protocol, reader) }
    case 'PUBLISH':
      return readPublish(protocol, header, reader)
    case 'PUBACK':
    case 'PUBREC':
      return { name, ...acknowledged(five, header, reader, published) }
    case 'PUBREL':
    case 'PUBCOMP':
      return { name, ...acknowledged(five, header, reader, released) }
    case 'SUBACK':
      return { name, ...codesOf(five, header, reader, five ? subscribed : [0, 1, 2, 0x80]) }
    case 'UNSUBACK':
      if (!five) return { name, id: identifier(reader), codes: undefined }
      return { name, ...codesOf(five, header, reader, unsubscribed) }
    case 'PINGRESP':
      return { name }
    case 'DISCONNECT': {
      if (!five) throw new PacketFault('protocol', 'only clients send it before MQTT 5')
      const code = reader.left > 0 ? reader.u8() : 0
      if (reader.left > 0) readProperties(reader, PACKET.disconnect)
      if (!disconnected.includes(code)) throw new PacketFault('protocol', `reason code ${code}`)
      return { name, code }
    }
    case 'AUTH':
      // No client of ours offers an authentication method [MQTT-4.12.0-6].
      throw new PacketFault('protocol', 'nobody asked for an authentication method')
    case undefined:
      throw malformed('there is no packet of this type')
    default:
      throw new PacketFault('protocol', 'only clients send it')
  }
}

/**
 * CONNACK (3.2). Success has the shape of the client's version; a refusal may have that of the version the other side
 * speaks instead.
 */
export function readConnack(protocol: Protocol, reader: PacketReader): number {
  const five = protocol === 5
  const present = reader.u8()
  const code = reader.u8()
  if (present > 1) throw malformed('reserved flags that are set [MQTT-3.2.2-1]')
  if (present === 1 && code !== 0) throw new PacketFault('protocol', 'a refusal with a session [MQTT-3.2.2-6]')
  if (reader.left === 0) {
    if (five && code === 0) throw malformed('the properties of MQTT 5 are missing')
    return code
  }
  if (!five && code === 0) throw malformed('more bytes than MQTT 3 has')
  readProperties(reader, PACKET.connack)
  return code
}

function readPublish(protocol: Protocol, header: number, reader: PacketReader): ServerPacket {
  const level = (header >> 1) & 3
  if (level === 3) throw malformed('QoS 3 [MQTT-3.3.1-4]')
  const qos: Qos = level === 0 ? 0 : level === 1 ? 1 : 2
  if (qos === 0 && (header & 8) !== 0) throw malformed('DUP with QoS 0 [MQTT-3.3.1-2]')
  const topic = reader.string()
  const id = qos === 0 ? 0 : identifier(reader)
  if (protocol === 5) {
    const properties = readProperties(reader, PACKET.publish)
    // Our clients allow none: their CONNECT names no Topic Alias Maximum [MQTT-3.1.2-27].
    if (numberOf(properties, PROPERTY.topicAlias) !== undefined) {
      throw new PacketFault('topic-alias-invalid', 'a topic alias, which the client did not allow')
    }
    if (properties.some((one) => one.id === PROPERTY.subscriptionId && one.value === 0)) {
      throw new PacketFault('protocol', 'a subscription identifier of 0')
    }
  }
  if (topic === '' || /[+#]/.test(topic)) throw malformed('no topic name [MQTT-3.3.2-2]')
  reader.rest()
  return { name: 'PUBLISH', qos, id }
}

function acknowledged(
  five: boolean,
  header: number,
  reader: PacketReader,
  codes: readonly number[],
): { readonly id: number; readonly code: number } {
  const id = identifier(reader)
  const code = five && reader.left > 0 ? reader.u8() : 0
  if (five && reader.left > 0) readProperties(reader, header & 0xf0)
  if (!codes.includes(code)) throw new PacketFault('protocol', `reason code ${code}`)
  return { id, code }
}

function codesOf(
  five: boolean,
  header: number,
  reader: PacketReader,
  legal: readonly number[],
): { readonly id: number; readonly codes: readonly number[] } {
  const id = identifier(reader)
  if (five) readProperties(reader, header & 0xf0)
  const codes = [...reader.rest()]
  const wrong = codes.find((code) => !legal.includes(code))
  if (wrong !== undefined) throw new PacketFault('protocol', `reason code ${wrong}`)
  return { id, codes }
}

function identifier(reader: PacketReader): number {
  const id = reader.u16()
  if (id === 0) throw malformed('packet identifier 0 [MQTT-2.2.1-3]')
  return id
}

function flags(header: number, wanted: number): void {
  if ((header & 0x0f) !== wanted) throw malformed(`reserved flags 0x${(header & 0x0f).toString(16)} [MQTT-2.1.3-1]`)
}
