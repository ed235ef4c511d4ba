import { PACKET, type Protocol } from './packet-types.js'
import { PROPERTY } from './properties.js'

/** A property to be written: identifier and value; the type follows from the identifier. */
export type OutProperty = readonly [id: number, value: number | string]

const wide = new Set<number>([PROPERTY.sessionExpiry, PROPERTY.maximumPacketSize, PROPERTY.messageExpiry])
const narrow = new Set<number>([PROPERTY.maximumQos, PROPERTY.retainAvailable])

/** CONNACK (3.2). Properties stand in the order given. */
export function connack(
  protocol: Protocol,
  present: boolean,
  code: number,
  properties: readonly OutProperty[],
): Buffer {
  if (protocol !== 5) return fourBytes(PACKET.connack, present ? 1 : 0, code)
  const props = writeProperties(properties)
  const start = varintSize(props.length)
  const length = 2 + start + props.length
  const packet = Buffer.allocUnsafe(1 + varintSize(length) + length)
  let at = writeHeader(packet, PACKET.connack, length)
  packet[at++] = present ? 1 : 0
  packet[at++] = code
  at = writeVarint(packet, at, props.length)
  props.copy(packet, at)
  return packet
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP (3.4 to 3.7): the reason code stands there only when it says something. */
export function acknowledgement(protocol: Protocol, header: number, id: number, code = 0): Buffer {
  return protocol === 5 && code !== 0
    ? Buffer.from([header, 3, id >> 8, id & 0xff, code])
    : fourBytes(header, id >> 8, id & 0xff)
}

function fourBytes(header: number, third: number, fourth: number): Buffer {
  const packet = Buffer.allocUnsafe(4)
  packet[0] = header
  packet[1] = 2
  packet[2] = third
  packet[3] = fourth
  return packet
}

export function suback(protocol: Protocol, id: number, codes: readonly number[]): Buffer {
  return codesPacket(PACKET.suback, protocol, id, codes)
}

/** UNSUBACK (3.11): reason codes in MQTT 5 only. */
export function unsuback(protocol: Protocol, id: number, codes: readonly number[]): Buffer {
  return codesPacket(PACKET.unsuback, protocol, id, protocol === 5 ? codes : [])
}

function codesPacket(header: number, protocol: Protocol, id: number, codes: readonly number[]): Buffer {
  const length = 2 + (protocol === 5 ? 1 : 0) + codes.length
  const packet = Buffer.allocUnsafe(1 + varintSize(length) + length)
  let at = writeHeader(packet, header, length)
  at = packet.writeUInt16BE(id, at)
  if (protocol === 5) packet[at++] = 0
  for (const code of codes) packet[at++] = code
  return packet
}

export const pingresp: Buffer = Buffer.from([PACKET.pingresp, 0])

/** DISCONNECT (3.14); without properties. */
export function disconnect(code: number): Buffer {
  return code === 0 ? Buffer.from([PACKET.disconnect, 0]) : Buffer.from([PACKET.disconnect, 1, code])
}

export interface OutPublish {
  readonly protocol: Protocol
  readonly dup: boolean
  readonly qos: number
  readonly retain: boolean
  readonly id: number
  /** Empty when only the alias is sent. */
  readonly topic: Buffer
  readonly payload: Buffer
  /** Properties passed on as they came. */
  readonly properties: Buffer | undefined
  /** Seconds left. */
  readonly expiry: number | undefined
  readonly alias: number | undefined
  readonly subscriptionIds: readonly number[]
}

/** Bytes of a PUBLISH without its fixed header. */
export function publishLength(out: OutPublish): number {
  const length = 2 + out.topic.length + (out.qos > 0 ? 2 : 0) + out.payload.length
  if (out.protocol !== 5) return length
  const props = propertiesLength(out)
  return length + varintSize(props) + props
}

function propertiesLength(out: OutPublish): number {
  let length = out.properties?.length ?? 0
  if (out.expiry !== undefined) length += 5
  if (out.alias !== undefined) length += 3
  for (const id of out.subscriptionIds) length += 1 + varintSize(id)
  return length
}

/** PUBLISH (3.3): passed-on properties first, then message expiry, topic alias, subscription identifier. */
export function publish(out: OutPublish): Buffer {
  const length = publishLength(out)
  const packet = Buffer.allocUnsafe(1 + varintSize(length) + length)
  const header = PACKET.publish | (out.dup ? 8 : 0) | (out.qos << 1) | (out.retain ? 1 : 0)
  let at = writeHeader(packet, header, length)
  at = packet.writeUInt16BE(out.topic.length, at)
  at += out.topic.copy(packet, at)
  if (out.qos > 0) at = packet.writeUInt16BE(out.id, at)
  if (out.protocol === 5) {
    at = writeVarint(packet, at, propertiesLength(out))
    if (out.properties) at += out.properties.copy(packet, at)
    if (out.expiry !== undefined) {
      packet[at++] = PROPERTY.messageExpiry
      at = packet.writeUInt32BE(out.expiry, at)
    }
    if (out.alias !== undefined) {
      packet[at++] = PROPERTY.topicAlias
      at = packet.writeUInt16BE(out.alias, at)
    }
    for (const id of out.subscriptionIds) {
      packet[at++] = PROPERTY.subscriptionId
      at = writeVarint(packet, at, id)
    }
  }
  out.payload.copy(packet, at)
  return packet
}

function writeProperties(properties: readonly OutProperty[]): Buffer {
  const parts: number[] = []
  for (const [id, value] of properties) {
    parts.push(id)
    if (typeof value === 'string') {
      const text = Buffer.from(value)
      parts.push(text.length >> 8, text.length & 0xff, ...text)
    } else if (narrow.has(id)) {
      parts.push(value)
    } else if (wide.has(id)) {
      parts.push((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)
    } else {
      parts.push((value >> 8) & 0xff, value & 0xff)
    }
  }
  return Buffer.from(parts)
}

function writeHeader(packet: Buffer, header: number, length: number): number {
  packet[0] = header
  return writeVarint(packet, 1, length)
}

function writeVarint(packet: Buffer, at: number, value: number): number {
  let left = value
  do {
    const byte = left & 0x7f
    left >>>= 7
    packet[at++] = left > 0 ? byte | 0x80 : byte
  } while (left > 0)
  return at
}

/** Bytes a Variable Byte Integer takes (1.5.5). */
export function varintSize(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  return value < 0x200000 ? 3 : 4
}

/** The first byte and the remaining length, in as few bytes as it takes. */
export function fixedHeader(header: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(1 + varintSize(length))
  writeHeader(bytes, header, length)
  return bytes
}
