import { printable } from '../../kernel/printable.js'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { REASON, RETURN } from '../../mqtt-wire/packet-types.js'
import type { OutProperty } from '../../mqtt-wire/packet-writer.js'
import { PROPERTY } from '../../mqtt-wire/properties.js'
import type { Connection } from '../connection.js'
import { maximumQos, sendConnack } from './connack.js'
import { type Draft, refuse } from './connect-draft.js'

/** The session: taken over, taken up again or new; then CONNACK, then what waited for the client. */
export function begin(draft: Draft): void {
  const { connection } = draft
  const { broker } = connection
  const previous = broker.takeOver(draft.id, draft.cleanStart)
  const { maxClients } = broker.limits
  if (maxClients !== undefined && !previous && broker.sessionCount >= maxClients) {
    refuse(draft, connection.protocol === 5 ? REASON.serverBusy : undefined, 'refused', 'too many clients')
  }
  logArrival(connection, draft)
  const properties = limitKeepalive(draft)
  const session = previous ?? broker.newSession(draft.id)
  session.connection = connection
  session.protocol = connection.protocol
  session.cleanStart = draft.cleanStart
  session.expiry = draft.expiry
  session.username = draft.username
  session.listener = connection.listener
  session.will = draft.will
  session.endsAt = undefined
  session.willAt = undefined
  session.dropping = false
  connection.session = session
  connection.state = 'active'
  const present = previous !== undefined && connection.protocol !== 3
  sendConnack(connection, present, RETURN.accepted, accepted(connection, draft, properties))
  connection.judge({
    accepted: true,
    packet: 'CONNECT',
    id: draft.id,
    version: connection.protocol,
    ...(draft.username !== undefined && { username: draft.username }),
    keepalive: connection.keepalive,
    cleanStart: draft.cleanStart,
    connack: 0,
  })
  session.incoming.resume(broker.seconds())
  session.outgoing.filter((message) => broker.mayRead(session, message))
  session.outgoing.attach(connection, draft.receiveMaximum)
}

function logArrival(connection: Connection, draft: Draft): void {
  const { log, limits } = connection.broker
  if (limits.connectionMessages && log.wants('notice')) {
    const user = draft.username === undefined ? '' : `, u'${printable(draft.username)}'`
    const kind = connection.bridge ? 'bridge' : 'client'
    log.write(
      'notice',
      `New ${kind} connected from ${connection.where} as ${connection.name} (p${connection.protocol}, c${draft.cleanStart ? 1 : 0}, k${draft.keepalive}${user}).`,
    )
    logWill(connection, draft)
  }
  const { tls } = connection.arrival
  if (tls) log.write('notice', `Client ${connection.name} negotiated ${tls.version} cipher ${tls.cipher}`)
}

function logWill(connection: Connection, { will }: Draft): void {
  if (!will) {
    connection.debug(() => 'No will message specified.')
    return
  }
  connection.debug(
    () => `Will message specified (${will.payload.length} bytes) (r${will.retain ? 1 : 0}, q${will.qos}).`,
  )
  connection.debug(() => `\t${printable(will.topic)}`)
}

/** A longer keepalive than allowed: MQTT 5 is told ours [MQTT-3.2.2-21], 3.x has no way to hear it. */
function limitKeepalive(draft: Draft): readonly OutProperty[] {
  const { connection } = draft
  const { maxKeepalive } = connection.broker.limits
  if (maxKeepalive === 0 || (draft.keepalive > 0 && draft.keepalive <= maxKeepalive)) return []
  connection.keepalive = maxKeepalive
  if (connection.protocol === 5) return [[PROPERTY.serverKeepalive, maxKeepalive]]
  sendConnack(connection, false, RETURN.identifierRejected, [])
  throw new PacketFault('refused', `keepalive ${draft.keepalive} where at most ${maxKeepalive} is allowed`)
}

/** What MQTT 5 is told in CONNACK, in Mosquitto's order. */
function accepted(connection: Connection, draft: Draft, first: readonly OutProperty[]): readonly OutProperty[] {
  if (connection.protocol !== 5) return []
  const { limits } = connection.broker
  const properties: OutProperty[] = [...first]
  if (connection.listener.maxTopicAlias > 0) {
    properties.push([PROPERTY.topicAliasMaximum, connection.listener.maxTopicAlias])
  }
  if (draft.assigned) properties.push([PROPERTY.assignedClientId, draft.id])
  if (!limits.retainAvailable) properties.push([PROPERTY.retainAvailable, 0])
  if (limits.maxPacketSize > 0) properties.push([PROPERTY.maximumPacketSize, limits.maxPacketSize])
  if (limits.maxInflight > 0) properties.push([PROPERTY.receiveMaximum, limits.maxInflight])
  return [...properties, ...maximumQos(connection)]
}
