import { printable } from '../../kernel/printable.js'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { type Qos, REASON, RETURN } from '../../mqtt-wire/packet-types.js'
import { forwarded, numberOf, PROPERTY, readProperties, WILL } from '../../mqtt-wire/properties.js'
import type { Will } from '../session/session.js'
import { isTopicName } from '../topics/filters.js'
import { answering, complain, type Draft, either, refuse } from './connect-draft.js'
import { mountedTopic } from './mount-point.js'

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
    draft.will = answering(draft, () => willOf(draft))
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
    topic: mountedTopic(connection, topic),
    payload,
    qos,
    retain: (flags & 0x20) !== 0,
    properties: forwarded(properties),
    expiry: numberOf(properties, PROPERTY.messageExpiry),
    delay: numberOf(properties, PROPERTY.willDelay) ?? 0,
  }
}

/** Username and password (3.1.3.5, 3.1.3.6). 3.1 allows a flag without its field. */
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
