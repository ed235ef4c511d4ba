import type { Connection } from '../connection.js'
import { printable } from '../log.js'
import { NEVER, type Will } from '../session/session.js'
import { isTopicName } from '../topics/filters.js'
import { type Ending, PacketFault } from '../wire/packet-fault.js'
import type { PacketReader } from '../wire/packet-reader.js'
import { PACKET, type Protocol, type Qos, REASON, RETURN } from '../wire/packet-types.js'
import { connack, type OutProperty } from '../wire/packet-writer.js'
import { forwarded, numberOf, PROPERTY, type Property, readProperties, textOf, WILL } from '../wire/properties.js'

/** What CONNECT says, as far as it has been read. */
export interface Draft {
  readonly connection: Connection
  readonly header: number
  readonly reader: PacketReader
  name: string
  flags: number
  cleanStart: boolean
  keepalive: number
  expiry: number
  receiveMaximum: number
  id: string
  assigned: boolean
  will: Will | undefined
  username: string | undefined
  password: Buffer | undefined
}

/** Ends a CONNECT: with a CONNACK that carries `code`, or without one. */
export function refuse(draft: Draft, code: number | undefined, ending: Ending, why: string): never {
  if (code !== undefined) sendConnack(draft.connection, false, code, maximumQos(draft.connection))
  throw new PacketFault(ending, why)
}

export function sendConnack(
  connection: Connection,
  present: boolean,
  code: number,
  properties: readonly OutProperty[],
): void {
  connection.debug(() => {
    const name = connection.id === undefined ? printable(connection.arrival.client.address) : connection.name
    return `Sending CONNACK to ${name} (${present ? 1 : 0}, ${code})`
  })
  const packet = connack(connection.protocol, present, code, properties)
  // What the client could not take is not sent, and then there is nothing to say to it [MQTT-3.1.2-24].
  if (connection.tooLarge(packet.length)) {
    throw new PacketFault('oversize', 'CONNACK is larger than the client takes', true)
  }
  connection.send(packet)
}

export function maximumQos(connection: Connection): readonly OutProperty[] {
  return connection.maxQos === 2 ? [] : [[PROPERTY.maximumQos, connection.maxQos]]
}

function complain(draft: Draft, why: string): void {
  const { connection } = draft
  connection.broker.log.write('information', `Protocol error from ${connection.where}: CONNECT ${why}.`)
}

/** A code for MQTT 5, another for 3.x. */
function either(draft: Draft, five: number, three: number): number {
  return draft.connection.protocol === 5 ? five : three
}

/** One CONNECT a connection [MQTT-3.1.0-2]. */
export function checkMultiple(draft: Draft): void {
  const { connection } = draft
  if (connection.state === 'new') return
  connection.broker.log.write('notice', `Bad client ${connection.where} sending multiple CONNECT messages.`)
  throw new PacketFault('protocol', 'a second CONNECT')
}

/** `MQTT`, or `MQIsdp` of 3.1. */
export function readProtocolName(draft: Draft): void {
  const { reader } = draft
  try {
    const length = reader.u16()
    if (length !== 4 && length !== 6) {
      complain(draft, `with incorrect protocol string length (${length})`)
      throw new PacketFault('protocol', `a protocol name of ${length} bytes`)
    }
    const start = reader.at
    reader.skip(length)
    draft.name = reader.bytes.toString('latin1', start, start + length)
  } catch (error) {
    if (error instanceof PacketFault && error.ending === 'protocol') throw error
    complain(draft, 'with missing protocol string')
    throw new PacketFault('protocol', 'no protocol name')
  }
}

/** Protocol level [MQTT-3.1.2-1, MQTT-3.1.2-2]; bit 0x80 marks a bridge. */
export function readVersion(draft: Draft): void {
  const { connection, reader, name } = draft
  if (reader.left === 0) {
    complain(draft, 'with missing protocol version')
    throw new PacketFault('protocol', 'no protocol version')
  }
  const byte = reader.u8()
  const level = byte & 0x7f
  // The mark of a bridge belongs to 3.1 and 3.1.1.
  const version = level === 5 && byte !== level ? undefined : protocolOf(level)
  if (version === undefined || !connection.listener.versions.includes(version)) {
    const old = level === 3 || level === 4
    connection.protocol = old ? 4 : 5
    const code = old ? RETURN.unacceptableProtocol : REASON.unsupportedProtocol
    refuse(draft, code, 'not-supported', `protocol version ${level} is not accepted here`)
  }
  if (name !== 'MQTT' && name !== 'MQIsdp') {
    complain(draft, `with invalid protocol "${printable(name)}"`)
    throw new PacketFault('protocol', `protocol name "${printable(name)}"`)
  }
  if ((name === 'MQIsdp') !== (version === 3)) {
    complain(draft, `with invalid protocol version (${byte})`)
    refuse(draft, RETURN.unacceptableProtocol, 'protocol', `protocol version ${level} under the name ${name}`)
  }
  connection.protocol = version
  connection.bridge = (byte & 0x80) !== 0 && version !== 5
  if (version !== 3 && draft.header !== PACKET.connect) {
    complain(draft, `with non-zero reserved flags (${draft.header.toString(16).toUpperCase()})`)
    throw new PacketFault('protocol', 'reserved bits in the first byte [MQTT-2.1.3-1]')
  }
}

function protocolOf(level: number): Protocol | undefined {
  return level === 3 || level === 4 || level === 5 ? level : undefined
}

export function readFlags(draft: Draft): void {
  const { connection, reader } = draft
  if (reader.left === 0) {
    complain(draft, 'with missing connect flags')
    throw new PacketFault('protocol', 'no connect flags')
  }
  draft.flags = reader.u8()
  if (connection.protocol !== 3 && (draft.flags & 1) !== 0) {
    complain(draft, `with non-zero connect reserved flag (${draft.flags.toString(16).toUpperCase().padStart(2, '0')})`)
    throw new PacketFault('protocol', 'the reserved connect flag is set [MQTT-3.1.2-3]')
  }
  draft.cleanStart = (draft.flags & 2) !== 0
  draft.expiry = connection.protocol !== 5 && !draft.cleanStart ? NEVER : 0
}

export function readKeepalive(draft: Draft): void {
  if (draft.reader.left < 2) {
    draft.connection.broker.log.write('information', `${draft.connection.name} sent CONNECT with missing keepalive.`)
    throw new PacketFault('protocol', 'no keepalive')
  }
  draft.keepalive = draft.reader.u16()
  draft.connection.keepalive = draft.keepalive
}

/** The properties of CONNECT (3.1.2.11). */
export function readSessionProperties(draft: Draft): void {
  const { connection } = draft
  if (connection.protocol !== 5) return
  const properties = guarded(draft, PACKET.connect)
  draft.expiry = numberOf(properties, PROPERTY.sessionExpiry) ?? 0
  draft.receiveMaximum = numberOf(properties, PROPERTY.receiveMaximum) ?? draft.receiveMaximum
  connection.maxPacket = numberOf(properties, PROPERTY.maximumPacketSize) ?? 0
  const aliases = numberOf(properties, PROPERTY.topicAliasMaximum) ?? 0
  connection.aliasMaximum = Math.min(aliases, connection.listener.maxTopicAliasOut)
  checkAuthentication(draft, properties)
}

/** We have no authentication methods: asking for one is refused [MQTT-4.12.0-1], data without one is an error. */
function checkAuthentication(draft: Draft, properties: readonly Property[]): void {
  if (textOf(properties, PROPERTY.authMethod) !== undefined) draft.flags |= authMethodAsked
  else if (properties.some((one) => one.id === PROPERTY.authData)) {
    refuse(draft, REASON.protocolError, 'protocol', 'authentication data without a method')
  }
}

/** Not on the wire: set when an authentication method was named, refused once everything has been read. */
export const authMethodAsked = 0x100

function guarded(draft: Draft, packet: number): readonly Property[] {
  try {
    return readProperties(draft.reader, packet)
  } catch (error) {
    throw answered(draft, error)
  }
}

/** Faults in CONNECT are answered in MQTT 5 by a CONNACK with the fitting code. */
function answered(draft: Draft, error: unknown): unknown {
  if (!(error instanceof PacketFault) || draft.connection.protocol !== 5) return error
  const malformed = error.ending === 'malformed'
  const protocol = error.ending === 'protocol' || error.ending === 'duplicate-property'
  if (malformed || protocol) {
    sendConnack(
      draft.connection,
      false,
      malformed ? REASON.malformed : REASON.protocolError,
      maximumQos(draft.connection),
    )
  }
  return error
}

export function checkWillOptions(draft: Draft): void {
  const { connection, flags } = draft
  const qos = (flags >> 3) & 3
  if (qos === 3) {
    complain(draft, 'with invalid Will QoS (3)')
    throw new PacketFault('protocol', 'will QoS 3 [MQTT-3.1.2-12]')
  }
  if ((flags & 4) === 0) return
  const five = connection.protocol === 5
  if ((flags & 0x20) !== 0 && !connection.broker.limits.retainAvailable) {
    refuse(draft, five ? REASON.retainNotSupported : undefined, 'not-supported', 'a retained will where retain is off')
  }
  if (qos > connection.maxQos) {
    refuse(draft, five ? REASON.qosNotSupported : undefined, 'not-supported', 'a will above the maximum QoS')
  }
}

/** The client identifier (3.1.3.1); we make one up where it is empty and may be. */
export function readClientId(draft: Draft): void {
  const { connection, reader } = draft
  try {
    draft.id = reader.string()
  } catch (error) {
    if (error instanceof PacketFault && error.ending === 'utf8') {
      const code = connection.protocol === 5 ? REASON.clientIdNotValid : undefined
      refuse(draft, code, 'client-id', 'a client id that is not valid UTF-8')
    }
    throw new PacketFault('protocol', 'no client id')
  }
  if (draft.id === '') inventId(draft)
  const { clientIdPrefix } = connection.broker.limits
  if (clientIdPrefix !== undefined && !draft.id.startsWith(clientIdPrefix)) {
    const code = either(draft, REASON.notAuthorized, RETURN.notAuthorized)
    refuse(draft, code, 'not-authorised', `client id "${printable(draft.id)}" lacks the prefix asked for`)
  }
}

function inventId(draft: Draft): void {
  const { connection } = draft
  if (connection.protocol === 3) {
    connection.broker.log.write(
      'information',
      `Protocol error from ${connection.where}: v3.1 CONNECT with zero length clientid.`,
    )
    refuse(draft, RETURN.identifierRejected, 'protocol', 'an empty client id in MQTT 3.1')
  }
  // Without a clean session nobody could find it again [MQTT-3.1.3-8 of 3.1.1].
  if ((connection.protocol === 4 && !draft.cleanStart) || !connection.listener.allowZeroLengthId) {
    complain(draft, 'with zero length clientid when forbidden')
    refuse(draft, either(draft, REASON.unspecified, RETURN.identifierRejected), 'protocol', 'an empty client id')
  }
  draft.id = connection.listener.autoIdPrefix + uuid(connection.broker.random(16))
  draft.assigned = true
}

function uuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex').toUpperCase()
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The will (3.1.3.2 to 3.1.3.4). */
export function readWill(draft: Draft): void {
  const { connection, flags } = draft
  if ((flags & 4) !== 0) {
    try {
      draft.will = willOf(draft)
    } catch (error) {
      throw draft.connection.protocol === 5 ? answered(draft, error) : error
    }
    return
  }
  if (connection.protocol !== 3 && (flags & 0x38) !== 0) {
    connection.broker.log.write(
      'information',
      `Protocol error from ${printable(draft.id)}: CONNECT without Will with non-zero QoS (${(flags >> 3) & 3}) or retain (${(flags >> 5) & 1}).`,
    )
    throw new PacketFault('protocol', 'will flags without a will [MQTT-3.1.2-11]')
  }
}

function willOf(draft: Draft): Will {
  const { connection, reader, flags } = draft
  const properties = connection.protocol === 5 ? readProperties(reader, WILL) : []
  const topic = reader.string()
  if (topic === '') {
    connection.broker.log.write('information', `Protocol error from ${connection.name}: Will with empty topic.`)
    throw new PacketFault('protocol', 'a will without a topic')
  }
  if (topic.startsWith('$CONTROL/')) throw new PacketFault('not-authorised', 'a will on $CONTROL')
  if (!isTopicName(topic)) throw new PacketFault('refused', 'a will topic that is no topic name')
  const payload = Buffer.from(reader.binary())
  const { messageSizeLimit } = connection.broker.limits
  if (messageSizeLimit > 0 && payload.length > messageSizeLimit) {
    connection.debug(() => `Client ${printable(draft.id)} connected with too large Will payload`)
    refuse(
      draft,
      either(draft, REASON.packetTooLarge, RETURN.notAuthorized),
      'payload-size',
      'a will that is too large',
    )
  }
  const level = (flags >> 3) & 3
  const qos: Qos = level === 0 ? 0 : level === 1 ? 1 : 2
  return {
    topic: connection.listener.mountPoint + topic,
    payload,
    qos,
    retain: (flags & 0x20) !== 0,
    properties: forwarded(properties),
    expiry: numberOf(properties, PROPERTY.messageExpiry),
    delay: numberOf(properties, PROPERTY.willDelay) ?? 0,
  }
}

/** Username and password (3.1.3.5, 3.1.3.6). 3.1 lets a flag stand without its field. */
export function readCredentials(draft: Draft): void {
  const { connection, reader, flags } = draft
  const withName = (flags & 0x80) !== 0
  const withPassword = (flags & 0x40) !== 0
  if (!withName && withPassword && connection.protocol !== 5) {
    connection.broker.log.write(
      'error',
      `Protocol error from ${printable(draft.id)}: password without username, closing connection.`,
    )
    throw new PacketFault('protocol', 'a password without a username [MQTT-3.1.2-22 of 3.1.1]')
  }
  if (withName) draft.username = lenient(draft, 'username', () => reader.string())
  if (withPassword) draft.password = lenient(draft, 'password', () => Buffer.from(reader.binary()))
}

function lenient<T>(draft: Draft, field: string, read: () => T): T | undefined {
  try {
    return read()
  } catch {
    if (draft.connection.protocol === 3) return undefined
    draft.connection.broker.log.write(
      'information',
      `Protocol error from ${printable(draft.id)}: CONNECT with ${field} flag but no ${field}.`,
    )
    throw new PacketFault('protocol', `the ${field} flag is set, but there is no ${field}`)
  }
}

export function refuseLeftovers(draft: Draft): void {
  if (draft.reader.left === 0) return
  const { connection } = draft
  connection.broker.log.write(
    'information',
    `Protocol error from ${connection.name}: CONNECT packet with overlong remaining length (${draft.reader.at}:${draft.reader.bytes.length}).`,
  )
  refuse(draft, connection.protocol === 5 ? REASON.malformed : undefined, 'protocol', 'CONNECT with bytes left over')
}
