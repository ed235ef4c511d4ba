import type { LoggedSessions } from '../broker-log.js'
import type { BrokerSession } from '../broker-session.js'
import type { LiveSession } from '../runtime/sessions.js'
import type { HaproxyLog, LoggedFacts } from './haproxy-log.js'

/** What the brokers said, together. */
export interface BrokersSay {
  readonly sessions: readonly BrokerSession[]
  readonly rejected: LoggedSessions['rejected']
  /** Names of logs and APIs that were asked; empty: none. */
  readonly asked: readonly string[]
  /** When the oldest log begins, as it writes it. */
  readonly from: string | undefined
}

/** One connection of a client, over every HAProxy that it goes through. */
export interface WhoRow {
  /** From the client's to the broker's; empty: no HAProxy that was asked has it. */
  readonly hops: readonly LiveSession[]
  readonly broker: BrokerSession | undefined
  /** How both were found to be one. */
  readonly by: 'client address' | "HAProxy's address" | undefined
  readonly logged: LoggedFacts | undefined
  /** What could not be joined, and why; empty: all of it was. */
  readonly missing: readonly string[]
}

/**
 * Joins HAProxy's sessions with the broker's clients: behind a PROXY header by the client's end, without one by
 * HAProxy's own end towards the server. An end that fits several is joined with none of them.
 */
export function join(
  sessions: readonly LiveSession[],
  brokers: BrokersSay,
  log: HaproxyLog | undefined,
): readonly WhoRow[] {
  const chains = chained(sessions)
  const byAddress = grouped(brokers.sessions, (one) => one.address)
  const byPeer = grouped(brokers.sessions, (one) => one.peer)
  const taken = new Set<BrokerSession>()
  const rows = chains.map((hops) => {
    const first = hops[0]
    const last = hops[hops.length - 1]
    const found = last === undefined ? undefined : match(last, first, byAddress, byPeer)
    if (found !== undefined && 'broker' in found) taken.add(found.broker)
    const logged = first === undefined ? undefined : loggedOf(first, log)
    const missing = last === undefined ? [] : whyMissing(last, found, brokers)
    return found !== undefined && 'broker' in found
      ? { hops, broker: found.broker, by: found.by, logged, missing: [] }
      : { hops, broker: undefined, by: undefined, logged, missing }
  })
  const alone = brokers.sessions
    .filter((one) => !taken.has(one))
    .map((broker) => ({
      hops: [],
      broker,
      by: undefined,
      logged: undefined,
      missing: [
        'no HAProxy that was asked has this session: the client went around it, came through another one, or an old worker after a reload still holds it',
      ],
    }))
  return [...rows, ...alone]
}

/** A port is used again: a line counts that was logged of this very session. */
function loggedOf({ client, since }: LiveSession, log: HaproxyLog | undefined): LoggedFacts | undefined {
  const logged = log?.facts.get(client)
  return logged?.accepted === undefined || since.startsWith(logged.accepted) ? logged : undefined
}

type Found = { readonly broker: BrokerSession; readonly by: WhoRow['by'] } | { readonly many: number }

function match(
  last: LiveSession,
  first: LiveSession | undefined,
  byAddress: ReadonlyMap<string, readonly BrokerSession[]>,
  byPeer: ReadonlyMap<string, readonly BrokerSession[]>,
): Found | undefined {
  const peers = last.own === undefined ? [] : (byPeer.get(last.own) ?? [])
  const [peer] = peers
  if (peer !== undefined && peers.length === 1) {
    return { broker: peer, by: peer.address === last.own ? "HAProxy's address" : 'client address' }
  }
  for (const [end, by] of [
    [last.client, 'client address'],
    [first?.client, 'client address'],
    [last.own, "HAProxy's address"],
  ] as const) {
    const all = end === undefined ? [] : (byAddress.get(end) ?? [])
    // Only a broker that says no peer can be meant: where it says another one, it is another connection.
    const fit = all.filter((one) => one.peer === undefined || one.peer === last.own)
    const [one] = fit
    if (fit.length > 1) return { many: fit.length }
    if (one !== undefined) return { broker: one, by }
  }
  return undefined
}

function whyMissing(last: LiveSession, found: Found | undefined, brokers: BrokersSay): readonly string[] {
  if (last.server === undefined) {
    return ['HAProxy has not chosen a server yet: it waits for bytes of the client, or every server is down or full']
  }
  if (brokers.asked.length === 0) return ['no broker was asked: add --broker-log FILE or --broker-api URL']
  if (found !== undefined && 'many' in found) {
    return [`${found.many} clients of the broker have that address: which one it is cannot be told`]
  }
  const words =
    brokers.rejected.get(last.client) ?? (last.own === undefined ? undefined : brokers.rejected.get(last.own))
  if (words !== undefined) return [`the broker turned it away: ${words}`]
  if (last.client.startsWith('unix:')) {
    return [
      'it came over a Unix socket, where HAProxy names no client: the session in front of it has a line of its own',
    ]
  }
  if (last.own === undefined && last.serverAddress === undefined) {
    return ['it goes on over a Unix socket, where HAProxy names no end: the session behind it has a line of its own']
  }
  const ends = last.own === undefined ? last.client : `${last.client} nor ${last.own}`
  const begins = brokers.from === undefined ? '' : ` (it begins at ${brokers.from})`
  return [
    `${brokers.asked.join(', ')} knows neither ${ends}: no CONNECT came yet, the log begins later than the session${begins}, it logs no connections (connection_messages), or it is another broker's`,
  ]
}

/** Sessions of several HAProxys in a row: one enters where the server line of the other points to, and has its client or its end. */
function chained(sessions: readonly LiveSession[]): readonly (readonly LiveSession[])[] {
  const byEntry = grouped(sessions, (one) => one.entry)
  const inner = new Set<LiveSession>()
  const after = new Map<LiveSession, LiveSession>()
  for (const outer of sessions) {
    const next = (outer.serverAddress === undefined ? [] : (byEntry.get(outer.serverAddress) ?? [])).filter(
      (one) => one !== outer && !inner.has(one) && (one.client === outer.own || one.client === outer.client),
    )
    const [one] = next
    if (one === undefined || next.length > 1) continue
    after.set(outer, one)
    inner.add(one)
  }
  return sessions
    .filter((one) => !inner.has(one))
    .map((first) => {
      const hops = [first]
      for (let next = after.get(first); next !== undefined && !hops.includes(next); next = after.get(next))
        hops.push(next)
      return hops
    })
}

function grouped<T>(all: readonly T[], key: (one: T) => string | undefined): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const name = key(one)
    if (name === undefined) continue
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [one])
    else group.push(one)
  }
  return groups
}

/**
 * Whether a row is about this: a client id, username, common name, or an address with or without its port. `*` stands for
 * any characters.
 */
export function isAbout({ hops, broker, logged }: WhoRow, text: string): boolean {
  const pattern = new RegExp(`^${text.split('*').map(escaped).join('.*')}$`, 's')
  const ends = [...hops.flatMap((one) => [one.client, one.own]), broker?.address, broker?.peer].flatMap(
    (one) => one ?? [],
  )
  const names = [broker?.clientId, broker?.username, broker?.tls?.cn, logged?.cn].flatMap((one) => one ?? [])
  const hosts = ends.map((one) => one.slice(0, one.lastIndexOf(':')).replace(/^\[|\]$/g, ''))
  return [...names, ...ends, ...hosts].some((one) => pattern.test(one))
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
