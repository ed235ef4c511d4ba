import { printable } from '../../kernel/printable.js'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { PACKET, type Protocol, REASON, RETURN } from '../../mqtt-wire/packet-types.js'
import { numberOf, PROPERTY, type Property, readProperties, textOf } from '../../mqtt-wire/properties.js'
import { NEVER } from '../session/session.js'
import { answering, complain, type Draft, refuse } from './connect-draft.js'

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
  const properties = answering(draft, () => readProperties(draft.reader, PACKET.connect))
  draft.expiry = numberOf(properties, PROPERTY.sessionExpiry) ?? 0
  draft.receiveMaximum = numberOf(properties, PROPERTY.receiveMaximum) ?? draft.receiveMaximum
  connection.maxPacket = numberOf(properties, PROPERTY.maximumPacketSize) ?? 0
  const aliases = numberOf(properties, PROPERTY.topicAliasMaximum) ?? 0
  connection.aliasesOut.maximum = Math.min(aliases, connection.listener.maxTopicAliasOut)
  checkAuthentication(draft, properties)
}

/** We have no authentication methods: asking for one is refused [MQTT-4.12.0-1], data without one is an error. */
function checkAuthentication(draft: Draft, properties: readonly Property[]): void {
  if (textOf(properties, PROPERTY.authMethod) !== undefined) draft.authMethodNamed = true
  else if (properties.some((one) => one.id === PROPERTY.authData)) {
    refuse(draft, REASON.protocolError, 'protocol', 'authentication data without a method')
  }
}

/** What the connect flags say of the will, judged before its fields are read. */
export function checkWillFlags(draft: Draft): void {
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
