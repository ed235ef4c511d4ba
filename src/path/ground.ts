import type { BrokerFile } from '../brokers/broker.js'
import type { Listener } from '../brokers/listener.js'
import type { HaproxyView, ProxyView, ServerView } from '../config/haproxy/view.js'
import type { Unread } from '../config/unread.js'
import { formatEndpoint } from '../kernel/address.js'
import { type Capacity, capacityOf } from './capacity.js'
import { carriersOf } from './carriers.js'
import { pathsOf } from './follow.js'
import { type CheckConnection, healthChecksOf } from './health/health-check.js'
import type { ConnectionPath, Hop, Topology } from './model.js'
import { mqttProxies } from './subject.js'
import { topologyOf } from './topology.js'

/** A server line that reaches a broker's listener. */
export interface Link {
  readonly hop: Hop
  readonly listener: Listener
  /** The address says so. False where only the port does, as with names that several files could answer to. */
  readonly certain: boolean
}

/** What the judges of mismatches look at, worked out once. */
export interface Ground {
  readonly haproxies: readonly HaproxyView[]
  readonly brokers: readonly BrokerFile[]
  readonly topology: Topology
  readonly paths: readonly ConnectionPath[]
  /** Paths by their server lines: where an address may mean several things, a group holds one path for each. */
  readonly ways: readonly (readonly ConnectionPath[])[]
  readonly links: readonly Link[]
  /** Server lines by the listener that they reach. */
  readonly hopsTo: ReadonlyMap<Listener, readonly Hop[]>
  /** Proxies that carry MQTT, as far as the files show: HAProxy also carries other traffic. */
  readonly mqtt: ReadonlySet<ProxyView>
  /** Those, and what carries MQTT over WebSocket. */
  readonly carriers: ReadonlySet<ProxyView>
  /** How many connections each HAProxy can hold. */
  readonly capacities: readonly Capacity[]
  /** What health checks say to the listeners. */
  readonly checks: readonly CheckConnection[]
  /** Server lines for MQTT that lead to what no given file describes. */
  readonly unread: readonly Unread[]
}

export interface GroundInput {
  /** One view a HAProxy process. */
  readonly haproxies: readonly HaproxyView[]
  readonly brokers: readonly BrokerFile[]
}

export function groundOf({ haproxies, brokers }: GroundInput): Ground {
  const topology = topologyOf(
    haproxies,
    brokers.flatMap((one) => one.listeners),
  )
  const paths = pathsOf(topology)
  const links = topology.hops.flatMap((hop) =>
    hop.server.disabled
      ? []
      : hop.targets.flatMap((one) =>
          one.kind === 'listener' ? [{ hop, listener: one.listener, certain: one.certain }] : [],
        ),
  )
  const mqtt = mqttProxies(
    haproxies.flatMap((one) => one.proxies),
    topology.hops,
  )
  return {
    haproxies,
    brokers,
    topology,
    paths,
    ways: waysOf(paths),
    links,
    hopsTo: byListener(links),
    mqtt,
    carriers: carriersOf({ mqtt, paths, haproxies }),
    capacities: haproxies.map((haproxy) =>
      capacityOf(
        haproxy,
        haproxies.length === 1 ? topology.hops : topology.hops.filter((one) => one.haproxy === haproxy),
      ),
    ),
    checks: healthChecksOf(topology.hops, topology.listeners),
    unread: brokers.length === 0 ? [] : elsewhere(topology, mqtt),
  }
}

function byListener(links: readonly Link[]): ReadonlyMap<Listener, readonly Hop[]> {
  const found = new Map<Listener, Hop[]>()
  for (const { listener, hop } of links) {
    const known = found.get(listener)
    if (known === undefined) found.set(listener, [hop])
    else known.push(hop)
  }
  return found
}

function elsewhere({ hops }: Topology, mqtt: ReadonlySet<ProxyView>): readonly Unread[] {
  return hops.flatMap(({ server, backend, targets }) => {
    const [target] = targets
    if (target?.kind !== 'elsewhere' || !mqtt.has(backend)) return []
    const why = 'no given file describes what listens there'
    return [{ what: 'host', name: formatEndpoint(target.endpoint), why, span: server.address.span }]
  })
}

function waysOf(paths: readonly ConnectionPath[]): readonly (readonly ConnectionPath[])[] {
  const ids = new Map<unknown, number>()
  const id = (one: unknown) => {
    const known = ids.get(one)
    if (known !== undefined) return known
    ids.set(one, ids.size)
    return ids.size - 1
  }
  const groups = new Map<string, ConnectionPath[]>()
  const loose: ConnectionPath[][] = []
  for (const path of paths) {
    if (path.certain) {
      loose.push([path])
      continue
    }
    const key = [id(path.entry?.bind), ...path.legs.map(({ hop }) => id(hop.server))].join()
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [path])
    else known.push(path)
  }
  return [...loose, ...groups.values()]
}

/**
 * Asks a question of every path. Where it is not certain what a server reaches, an answer counts only when all that it
 * may reach give one.
 */
export function* eachPath<T>(ground: Ground, ask: (path: ConnectionPath) => T | undefined): Generator<T, void, void> {
  for (const way of ground.ways) yield* agreed(way.map((path) => ({ certain: path.certain, answer: ask(path) })))
}

/** The same of every server line that reaches a listener. */
export function* eachLink<T>(
  ground: Pick<Ground, 'links'>,
  ask: (link: Link) => T | undefined,
): Generator<T, void, void> {
  const byServer = new Map<ServerView, Link[]>()
  for (const link of ground.links) {
    const known = byServer.get(link.hop.server)
    if (known === undefined) byServer.set(link.hop.server, [link])
    else known.push(link)
  }
  for (const group of byServer.values()) {
    yield* agreed(group.map((link) => ({ certain: link.certain, answer: ask(link) })))
  }
}

function* agreed<T>(
  answers: readonly { readonly certain: boolean; readonly answer: T | undefined }[],
): Generator<T, void, void> {
  const doubtful = answers.filter((one) => !one.certain)
  const all = doubtful.every((one) => one.answer !== undefined)
  for (const one of answers) {
    if (one.answer !== undefined && (one.certain || (all && one === doubtful[0]))) yield one.answer
  }
}
