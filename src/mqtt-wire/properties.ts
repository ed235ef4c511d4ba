import { PacketFault } from './packet-fault.js'
import { malformed, type PacketReader } from './packet-reader.js'
import { PACKET } from './packet-types.js'

/** Property identifiers (2.2.2.2). */
export const PROPERTY = {
  payloadFormat: 0x01,
  messageExpiry: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionId: 0x0b,
  sessionExpiry: 0x11,
  assignedClientId: 0x12,
  serverKeepalive: 0x13,
  authMethod: 0x15,
  authData: 0x16,
  requestProblemInfo: 0x17,
  willDelay: 0x18,
  requestResponseInfo: 0x19,
  responseInfo: 0x1a,
  serverReference: 0x1c,
  reasonString: 0x1f,
  receiveMaximum: 0x21,
  topicAliasMaximum: 0x22,
  topicAlias: 0x23,
  maximumQos: 0x24,
  retainAvailable: 0x25,
  userProperty: 0x26,
  maximumPacketSize: 0x27,
  wildcardAvailable: 0x28,
  subscriptionIdAvailable: 0x29,
  sharedAvailable: 0x2a,
} as const

type Kind = 'byte' | 'u16' | 'u32' | 'varint' | 'string' | 'binary' | 'pair'

/** The properties of a will stand inside CONNECT, but obey their own list. */
export const WILL = 0x100

interface Rule {
  readonly kind: Kind
  /** Packet types that may carry it. */
  readonly on: readonly number[]
  /** A value that is a protocol error though it can be written. */
  readonly bad?: (value: number) => boolean
}

const flag = (value: number) => value > 1
const zero = (value: number) => value === 0
const message = [PACKET.publish, WILL]
const everywhereElse = Object.values(PACKET).filter(
  (type) =>
    type !== PACKET.connect && type !== PACKET.publish && type !== PACKET.subscribe && type !== PACKET.unsubscribe,
)

const rules = new Map<number, Rule>([
  [PROPERTY.payloadFormat, { kind: 'byte', on: message, bad: flag }],
  [PROPERTY.messageExpiry, { kind: 'u32', on: message }],
  [PROPERTY.contentType, { kind: 'string', on: message }],
  [PROPERTY.responseTopic, { kind: 'string', on: message }],
  [PROPERTY.correlationData, { kind: 'binary', on: message }],
  [PROPERTY.subscriptionId, { kind: 'varint', on: [PACKET.publish, PACKET.subscribe] }],
  [PROPERTY.sessionExpiry, { kind: 'u32', on: [PACKET.connect, PACKET.connack, PACKET.disconnect] }],
  [PROPERTY.assignedClientId, { kind: 'string', on: [PACKET.connack] }],
  [PROPERTY.serverKeepalive, { kind: 'u16', on: [PACKET.connack] }],
  [PROPERTY.authMethod, { kind: 'string', on: [PACKET.connect, PACKET.connack, PACKET.auth] }],
  [PROPERTY.authData, { kind: 'binary', on: [PACKET.connect, PACKET.connack, PACKET.auth] }],
  [PROPERTY.requestProblemInfo, { kind: 'byte', on: [PACKET.connect], bad: flag }],
  [PROPERTY.willDelay, { kind: 'u32', on: [WILL] }],
  [PROPERTY.requestResponseInfo, { kind: 'byte', on: [PACKET.connect], bad: flag }],
  [PROPERTY.responseInfo, { kind: 'string', on: [PACKET.connack] }],
  [PROPERTY.serverReference, { kind: 'string', on: [PACKET.connack, PACKET.disconnect] }],
  [PROPERTY.reasonString, { kind: 'string', on: everywhereElse }],
  [PROPERTY.receiveMaximum, { kind: 'u16', on: [PACKET.connect, PACKET.connack], bad: zero }],
  [PROPERTY.topicAliasMaximum, { kind: 'u16', on: [PACKET.connect, PACKET.connack] }],
  [PROPERTY.topicAlias, { kind: 'u16', on: [PACKET.publish], bad: zero }],
  [PROPERTY.maximumQos, { kind: 'byte', on: [PACKET.connack], bad: flag }],
  [PROPERTY.retainAvailable, { kind: 'byte', on: [PACKET.connack], bad: flag }],
  [PROPERTY.userProperty, { kind: 'pair', on: [...Object.values(PACKET), WILL] }],
  [PROPERTY.maximumPacketSize, { kind: 'u32', on: [PACKET.connect, PACKET.connack], bad: zero }],
  [PROPERTY.wildcardAvailable, { kind: 'byte', on: [PACKET.connack], bad: flag }],
  [PROPERTY.subscriptionIdAvailable, { kind: 'byte', on: [PACKET.connack], bad: flag }],
  [PROPERTY.sharedAvailable, { kind: 'byte', on: [PACKET.connack], bad: flag }],
])

/** One property as it stood on the wire, in its order; `raw` is identifier and value, ready to be passed on. */
export interface Property {
  readonly id: number
  /** Numbers as such, else text; user properties as `name=value`. */
  readonly value: number | string
  readonly data: Buffer | undefined
  readonly raw: Buffer
}

const none: readonly Property[] = []

/**
 * The properties of a packet (2.2.2). All are read before any is judged: broken encoding is malformed, a property that
 * may not stand there, stands there twice or has a forbidden value is a protocol error.
 */
export function readProperties(reader: PacketReader, packet: number): readonly Property[] {
  const length = reader.varint()
  if (length === 0) return none
  if (length > reader.left) throw malformed('properties longer than the packet')
  const end = reader.at + length
  const found: Property[] = []
  while (reader.at < end) found.push(readOne(reader))
  if (reader.at !== end) throw malformed('a property longer than the property length')
  for (const one of found) judge(one, packet, found)
  return found
}

function readOne(reader: PacketReader): Property {
  const start = reader.at
  const id = reader.varint()
  const rule = rules.get(id)
  if (!rule) throw malformed(`unknown property ${id}`)
  let value: number | string = ''
  let data: Buffer | undefined
  switch (rule.kind) {
    case 'byte':
      value = reader.u8()
      break
    case 'u16':
      value = reader.u16()
      break
    case 'u32':
      value = reader.u32()
      break
    case 'varint':
      value = reader.varint()
      break
    case 'string':
      value = reader.string()
      break
    case 'pair':
      value = `${reader.string()}=${reader.string()}`
      break
    case 'binary':
      data = reader.binary()
      break
  }
  return { id, value, data, raw: reader.bytes.subarray(start, reader.at) }
}

function judge(one: Property, packet: number, all: readonly Property[]): void {
  const rule = rules.get(one.id)
  if (!rule?.on.includes(packet)) throw new PacketFault('protocol', `property ${one.id} may not stand here`)
  if (typeof one.value === 'number' && rule.bad?.(one.value)) {
    throw new PacketFault('protocol', `property ${one.id} with value ${one.value}`)
  }
  if (one.id === PROPERTY.responseTopic && (one.value === '' || /[+#]/.test(String(one.value)))) {
    throw new PacketFault('protocol', 'a response topic that is no topic name')
  }
  // A message that several subscriptions asked for names them all (3.3.2.3.8).
  const repeats = one.id === PROPERTY.userProperty || (one.id === PROPERTY.subscriptionId && packet === PACKET.publish)
  if (!repeats && all.some((other) => other !== one && other.id === one.id)) {
    throw new PacketFault('duplicate-property', `property ${one.id} given twice`)
  }
}

/** The number of a property, if it is there. */
export function numberOf(properties: readonly Property[], id: number): number | undefined {
  const value = properties.find((one) => one.id === id)?.value
  return typeof value === 'number' ? value : undefined
}

export function textOf(properties: readonly Property[], id: number): string | undefined {
  const value = properties.find((one) => one.id === id)?.value
  return typeof value === 'string' ? value : undefined
}

const passedOn = new Set<number>([
  PROPERTY.payloadFormat,
  PROPERTY.contentType,
  PROPERTY.responseTopic,
  PROPERTY.correlationData,
  PROPERTY.userProperty,
])

/** What goes on to the subscribers, unaltered and in order [MQTT-3.3.2-17, MQTT-3.3.2-18]. */
export function forwarded(properties: readonly Property[]): Buffer | undefined {
  if (properties.length === 0) return undefined
  const parts = properties.filter((one) => passedOn.has(one.id)).map((one) => one.raw)
  return parts.length === 0 ? undefined : Buffer.concat(parts)
}
