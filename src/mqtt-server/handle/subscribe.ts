import { printable } from '../../kernel/printable.js'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { malformed, type PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET, type Qos, REASON } from '../../mqtt-wire/packet-types.js'
import { suback } from '../../mqtt-wire/packet-writer.js'
import { numberOf, PROPERTY, readProperties } from '../../mqtt-wire/properties.js'
import { mayTouch } from '../access/access.js'
import type { Connection } from '../connection.js'
import type { Message } from '../session/message.js'
import { idsOf } from '../session/overlap.js'
import type { Replay } from '../session/replay.js'
import type { Session } from '../session/session.js'
import { isTopicFilter, type SplitFilter, splitFilter } from '../topics/filters.js'
import { activeSession, checkHeader } from './active.js'
import { mounted } from './mount-point.js'

interface Wish {
  readonly filter: string
  readonly split: SplitFilter
  readonly qos: Qos
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  /** 0: retained messages are sent, 1: only if the subscription is new, 2: never. */
  readonly retainHandling: number
}

/** SUBSCRIBE (3.8): SUBACK first, the retained messages after it. */
export function subscribe(connection: Connection, header: number, reader: PacketReader): void {
  const session = activeSession(connection, 'SUBSCRIBE')
  checkHeader(header, PACKET.subscribe | 2)
  connection.debug(() => `Received SUBSCRIBE from ${connection.name}`)
  const id = reader.u16()
  if (id === 0) throw malformed('packet identifier 0')
  const identifier = connection.protocol === 5 ? readIdentifier(connection, reader) : undefined
  const codes: number[] = []
  const { maxFilters } = connection.broker.limits
  const retained: Replay[] = []
  let refused = 0
  while (reader.left > 0) {
    const wish = readWish(connection, reader)
    if (maxFilters > 0 && codes.length + connection.replays.size >= maxFilters) {
      refused += 1
      codes.push(connection.protocol === 5 ? REASON.quotaExceeded : 0x80)
    } else codes.push(grant(connection, session, wish, identifier, retained))
  }
  if (refused > 0) {
    const { log } = connection.broker
    log.write('notice', `Refusing ${refused} topic filters of ${connection.name}: more than ${maxFilters} at once.`)
  }
  // 3.1 let it pass.
  if (codes.length === 0 && connection.protocol !== 3) throw malformed('no topic filter [MQTT-3.8.3-2]')
  connection.debug(() => `Sending SUBACK to ${connection.name}`)
  connection.send(suback(connection.protocol, id, codes))
  for (const replay of retained) connection.replays.add(replay)
}

function readIdentifier(connection: Connection, reader: PacketReader): number | undefined {
  try {
    const identifier = numberOf(readProperties(reader, PACKET.subscribe), PROPERTY.subscriptionId)
    if (identifier === 0) throw malformed('subscription identifier 0')
    return identifier
  } catch (error) {
    throw propertyFault(connection, 'SUBSCRIBE', error)
  }
}

/** Properties that are not allowed in SUBSCRIBE or UNSUBSCRIBE make the packet malformed. */
export function propertyFault(connection: Connection, packet: string, error: unknown): unknown {
  if (!(error instanceof PacketFault) || error.ending !== 'protocol') return error
  connection.broker.log.write(
    'information',
    `Protocol error from ${connection.name}: ${packet} packet with invalid properties.`,
  )
  return malformed(error.message)
}

/** One filter with its options (3.8.3.1). */
function readWish(connection: Connection, reader: PacketReader): Wish {
  const filter = readFilter(connection, reader, 'subscription')
  const options = reader.u8()
  const five = connection.protocol === 5
  const shared = filter.startsWith('$share/')
  if (shared && (options & 4) !== 0) {
    connection.broker.log.write(
      'information',
      `Protocol error from ${connection.name}: $share subscription with no-local set.`,
    )
    throw new PacketFault('protocol', 'no-local on a shared subscription [MQTT-3.8.3-4]')
  }
  const retainHandling = five ? (options >> 4) & 3 : 0
  if (five && (retainHandling === 3 || (options & 0xc0) !== 0)) throw malformed('reserved subscription options')
  const level = five ? options & 3 : options
  if (level > 2) {
    connection.broker.log.write(
      'information',
      `Invalid QoS in subscription command from ${printable(connection.arrival.client.address)}, disconnecting.`,
    )
    throw malformed('QoS above 2 [MQTT-3.8.3-5]')
  }
  const asked: Qos = level === 0 ? 0 : level === 1 ? 1 : 2
  const split = splitFilter(filter)
  if (!split) throw new PacketFault('protocol', 'a shared subscription without name or filter')
  return {
    filter,
    split: mounted(connection, split),
    qos: asked > connection.maxQos ? connection.maxQos : asked,
    noLocal: five ? (options & 4) !== 0 : connection.bridge,
    retainAsPublished: five ? (options & 8) !== 0 : connection.bridge,
    retainHandling,
  }
}

/** A filter of SUBSCRIBE or UNSUBSCRIBE, refused as malformed where it is none. */
export function readFilter(connection: Connection, reader: PacketReader, word: string): string {
  let filter: string
  try {
    filter = reader.string()
  } catch {
    throw malformed('a filter that is no text')
  }
  if (isTopicFilter(filter)) return filter
  const what = filter === '' ? `Empty ${word} string` : `Invalid ${word} string`
  const who = word === 'subscription' ? printable(connection.arrival.client.address) : connection.name
  connection.broker.log.write('information', `${what} from ${who}, disconnecting.`)
  throw malformed(`no topic filter: "${printable(filter)}"`)
}

function grant(
  connection: Connection,
  session: Session,
  wish: Wish,
  id: number | undefined,
  retained: Replay[],
): number {
  const { broker } = connection
  const { filter, split, qos, noLocal, retainAsPublished } = wish
  if (broker.limits.refusedFilters.includes(filter)) {
    broker.log.write('notice', `Refusing topic filter ${printable(filter)} of ${connection.name}, as asked for.`)
    return 0x80
  }
  if (!mayTouch(connection.listener.access, session, filter, 'subscribe')) {
    connection.debug(() => `\t${printable(filter)} (denied)`)
    return connection.protocol === 5 ? REASON.notAuthorized : 0x80
  }
  connection.debug(() => `\t${printable(filter)} (QoS ${qos})`)
  const fresh = broker.subscriptions.add(session, filter, split, { qos, noLocal, retainAsPublished, id })
  session.subscriptions ??= new Map()
  session.subscriptions.set(filter, split)
  // 3.x sends retained messages on every SUBSCRIBE [MQTT-3.8.4-3 of 3.1.1].
  const wanted = wish.retainHandling === 0 || (wish.retainHandling === 1 && fresh)
  if (wanted && split.share === undefined) {
    retained.push({
      found: broker.retainedFor(session, split),
      send: (message) => deliver(connection, session, message, qos, id),
    })
  }
  broker.log.write('subscribe', `${connection.name} ${qos} ${printable(filter)}`)
  return qos
}

function deliver(connection: Connection, session: Session, message: Message, qos: Qos, id: number | undefined): void {
  const { broker } = connection
  const level = broker.limits.upgradeOutgoingQos ? qos : message.qos < qos ? message.qos : qos
  broker.deliver(session, message, level, true, idsOf({ id }))
}
