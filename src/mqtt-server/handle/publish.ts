import { printable } from '../../kernel/printable.js'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { malformed, type PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET, type Qos, REASON } from '../../mqtt-wire/packet-types.js'
import { acknowledgement } from '../../mqtt-wire/packet-writer.js'
import { forwarded, numberOf, PROPERTY, type Property, readProperties } from '../../mqtt-wire/properties.js'
import { mayTouch } from '../access/access.js'
import type { Connection } from '../connection.js'
import type { Message } from '../session/message.js'
import type { Session } from '../session/session.js'
import { isTopicName } from '../topics/filters.js'
import { activeSession, checkId } from './active.js'
import { mountedTopic } from './mount-point.js'

interface Incoming {
  readonly dup: boolean
  readonly qos: Qos
  readonly retain: boolean
  readonly id: number
  readonly topic: string
  readonly properties: readonly Property[]
  readonly payload: Buffer
}

/** PUBLISH (3.3). */
export function publish(connection: Connection, header: number, reader: PacketReader): void {
  const session = activeSession(connection, 'PUBLISH')
  const packet = read(connection, header, reader)
  const { limits, log } = connection.broker
  if (limits.messageSizeLimit > 0 && packet.payload.length > limits.messageSizeLimit) {
    logPacket(connection, 'Dropped too large PUBLISH', packet)
    refuse(connection, packet, REASON.packetTooLarge)
    return
  }
  if (!mayTouch(connection.listener.access, session, packet.topic, 'write')) {
    logPacket(connection, 'Denied PUBLISH', packet)
    refuse(connection, packet, REASON.notAuthorized)
    return
  }
  if (log.wants('debug')) logPacket(connection, 'Received PUBLISH', packet)
  if (packet.topic.startsWith('$CONTROL/')) {
    refuse(connection, packet, REASON.implementationSpecific)
    return
  }
  accept(connection, session, packet)
}

function read(connection: Connection, header: number, reader: PacketReader): Incoming {
  const { log } = connection.broker
  const dup = (header & 8) !== 0
  const level = (header >> 1) & 3
  const retain = (header & 1) !== 0
  if (level === 3) {
    log.write('information', `Invalid QoS in PUBLISH from ${connection.name}, disconnecting.`)
    throw malformed('QoS 3 [MQTT-3.3.1-4]')
  }
  if (dup && level === 0) {
    log.write('information', `Invalid PUBLISH (QoS=0 and DUP=1) from ${connection.name}, disconnecting.`)
    throw malformed('DUP with QoS 0 [MQTT-3.3.1-2]')
  }
  const qos: Qos = level === 0 ? 0 : level === 1 ? 1 : 2
  if (qos > connection.maxQos) {
    log.write('information', `Too high QoS in PUBLISH from ${connection.name}, disconnecting.`)
    throw new PacketFault('qos-not-supported', 'QoS above the maximum [MQTT-3.2.2-11]')
  }
  if (retain && !connection.broker.limits.retainAvailable) {
    throw new PacketFault('retain-not-supported', 'retain where it is not available [MQTT-3.2.2-14]')
  }
  const topic = readTopic(connection, reader)
  const id = qos > 0 ? reader.u16() : 0
  if (qos > 0) checkId(connection, 'PUBLISH packet', id)
  const properties = connection.protocol === 5 ? readProperties(reader, PACKET.publish) : []
  if (properties.some((one) => one.id === PROPERTY.subscriptionId)) {
    throw new PacketFault('protocol', 'a subscription identifier from a client [MQTT-3.3.4-6]')
  }
  const name = resolveAlias(connection, topic, numberOf(properties, PROPERTY.topicAlias))
  if (!isTopicName(name)) throw malformed('no topic name')
  return { dup, qos, retain, id, topic: mountedTopic(connection, name), properties, payload: reader.rest() }
}

function readTopic(connection: Connection, reader: PacketReader): string {
  let topic: string
  try {
    topic = reader.string()
  } catch {
    // Broken text in the topic is malformed, with a DISCONNECT.
    throw malformed('a topic that is no text')
  }
  if (topic === '' && connection.protocol !== 5) throw malformed('an empty topic')
  return topic
}

/** Topic aliases (3.3.2.3.4): one sets it, a later empty topic means it. */
function resolveAlias(connection: Connection, topic: string, alias: number | undefined): string {
  if (alias === undefined) return topic
  if (alias > connection.listener.maxTopicAlias) {
    throw new PacketFault('topic-alias-invalid', `alias ${alias} above the maximum [MQTT-3.3.2-9]`)
  }
  if (topic !== '') {
    connection.aliases ??= new Map()
    connection.aliases.set(alias, topic)
    return topic
  }
  const known = connection.aliases?.get(alias)
  if (known === undefined) {
    connection.broker.log.write(
      'information',
      `Protocol error from ${connection.name}: PUBLISH invalid topic alias (${alias}).`,
    )
    throw new PacketFault('protocol', `alias ${alias} was never set`)
  }
  return known
}

function accept(connection: Connection, session: Session, packet: Incoming): void {
  const message = messageOf(connection, packet)
  const { qos, id } = packet
  if (qos === 0) {
    connection.broker.route(message)
    return
  }
  const { incoming } = session
  const held = incoming.find(id)
  if (held && !sameMessage(held, message)) {
    connection.broker.log.write(
      'warning',
      `Reused message ID ${id} from ${connection.name} detected. Clearing from storage.`,
    )
    incoming.release(id)
    incoming.complete()
  } else if (held) {
    again(connection, session, id)
    return
  }
  if (incoming.full) {
    connection.broker.log.write(
      'warning',
      `Client ${connection.name} has exceeded its receive-maximum quota. This behaviour must be fixed on the client.`,
    )
    if (connection.protocol === 5 && connection.broker.limits.manner === 'standard') {
      throw new PacketFault('receive-maximum', 'more messages at once than the receive maximum [MQTT-3.3.4-9]')
    }
    refuse(connection, packet, REASON.quotaExceeded)
    return
  }
  if (qos === 1) {
    const matched = connection.broker.route(message)
    answer(
      connection,
      'PUBACK',
      id,
      matched || connection.protocol !== 5 ? REASON.success : REASON.noMatchingSubscribers,
    )
    return
  }
  incoming.hold(id, message)
  answer(connection, 'PUBREC', id, REASON.success)
}

/** The same QoS 2 message again: acknowledged again, but not forever. */
function again(connection: Connection, session: Session, id: number): void {
  const times = session.incoming.repeat(id)
  if (times > 1) {
    connection.broker.log.write('information', `Protocol error from ${connection.name}: PUBLISH with dup = ${times}.`)
    throw new PacketFault('protocol', `the same message ${times} times`)
  }
  answer(connection, 'PUBREC', id, REASON.success)
}

function messageOf(connection: Connection, packet: Incoming): Message {
  const { broker, session } = connection
  const expiry = numberOf(packet.properties, PROPERTY.messageExpiry)
  return {
    topic: packet.topic,
    topicBytes: Buffer.from(packet.topic),
    // A copy: what was received is a view on a larger buffer.
    payload: Buffer.from(packet.payload),
    qos: packet.qos,
    retain: packet.retain,
    properties: forwarded(packet.properties),
    expiresAt: expiry ? broker.seconds() + expiry : undefined,
    source: session?.id ?? '',
    sourceUser: connection.username,
    sourceListener: connection.listener,
  }
}

function sameMessage(a: Message, b: Message): boolean {
  return a.qos === b.qos && a.topic === b.topic && a.payload.equals(b.payload)
}

function refuse(connection: Connection, packet: Incoming, code: number): void {
  if (packet.qos === 1) answer(connection, 'PUBACK', packet.id, code)
  if (packet.qos === 2) answer(connection, 'PUBREC', packet.id, code)
}

function answer(connection: Connection, packet: 'PUBACK' | 'PUBREC', id: number, code: number): void {
  connection.debug(() => `Sending ${packet} to ${connection.name} (m${id}, rc${code})`)
  const header = packet === 'PUBACK' ? PACKET.puback : PACKET.pubrec
  connection.send(acknowledgement(connection.protocol, header, id, code))
}

function logPacket(connection: Connection, what: string, packet: Incoming): void {
  const { dup, qos, retain, id, topic, payload } = packet
  connection.debug(
    () =>
      `${what} from ${connection.name} (d${dup ? 1 : 0}, q${qos}, r${retain ? 1 : 0}, m${id}, '${printable(topic)}', ... (${payload.length} bytes))`,
  )
}
