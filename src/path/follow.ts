import type { BindView, ProxyView } from '../config/haproxy/view.js'
import { isUp, send, type Taken, takeFromClient, takeFromHop, unknownFacts } from './carry.js'
import { idleOf } from './idle.js'
import type { BindAt, ClientNeed, ConnectionPath, Entry, Hop, Leg, RouteRule, Topology } from './model.js'

/** A chain of more hops is not followed. */
const longest = 8

/**
 * Every way from an entry, hop by hop, to a listener, to what is elsewhere, or to nowhere. Server lines that no frontend
 * of the files leads to are followed from themselves, with nothing known of the client.
 */
export function pathsOf(topology: Topology): readonly ConnectionPath[] {
  const byBind = hopsByBind(topology.hops)
  const follow = (
    entry: Entry | undefined,
    at: BindAt,
    taken: Taken,
    legs: readonly Leg[],
  ): readonly ConnectionPath[] => {
    const out = (byBind.get(at.bind) ?? []).filter(({ hop }) => isUp(hop.server))
    if (out.length === 0) return [ended(entry, legs, noRoute(at))]
    return out.flatMap(({ hop, rule }) => from(entry, at, rule, hop, taken, legs))
  }
  const from = (
    entry: Entry | undefined,
    at: BindAt | undefined,
    rule: RouteRule | undefined,
    hop: Hop,
    taken: Taken,
    legs: readonly Leg[],
  ): readonly ConnectionPath[] => {
    const carried = send(hop, taken, least(legs.at(-1)?.carried.idleMs, idleOf(hop, at)))
    return hop.targets.flatMap((to): readonly ConnectionPath[] => {
      const leg: Leg = { at, rule, hop, facts: taken.facts, to, carried, trouble: taken.trouble }
      const all = [...legs, leg]
      if (to.kind !== 'bind') return [ended(entry, all, to)]
      if (all.some((one) => one.at?.bind === to.at.bind)) return [ended(entry, all, { kind: 'loop', at: to.at })]
      if (all.length >= longest) return [ended(entry, all, { kind: 'unread', why: `more than ${longest} hops` })]
      return follow(entry, to.at, takeFromHop(to.at, { layers: carried.layers, ended: carried.tlsEnded }), all)
    })
  }
  const orphan: Taken = { layers: [], facts: unknownFacts, trouble: undefined, ended: false }
  return [
    ...topology.entries.flatMap((entry) => follow(entry, entry, takeFromClient(entry), [])),
    ...topology.hops
      .filter((hop) => hop.from.length === 0 && isUp(hop.server))
      .flatMap((hop) => from(undefined, undefined, undefined, hop, orphan, [])),
  ]
}

function hopsByBind(hops: readonly Hop[]): ReadonlyMap<BindView, readonly { hop: Hop; rule: RouteRule }[]> {
  const found = new Map<BindView, { hop: Hop; rule: RouteRule }[]>()
  for (const hop of hops) {
    for (const { at, rule } of hop.from) {
      const known = found.get(at.bind)
      if (known === undefined) found.set(at.bind, [{ hop, rule }])
      else known.push({ hop, rule })
    }
  }
  return found
}

function noRoute({ proxy, haproxy }: BindAt): ConnectionPath['end'] {
  const names = [proxy.defaultBackend, ...proxy.useBackends].flatMap((one) => (one === undefined ? [] : [one.value]))
  const computed = names.some((name) => /[%$]/.test(name))
  const known = new Set(haproxy.proxies.map((one: ProxyView) => one.name))
  // A section of another file of the process may be missing here; a name that is computed can be any of them.
  if (computed) return { kind: 'unread', why: 'the name of the backend is computed' }
  const missing = names.find((name) => !known.has(name))
  if (missing !== undefined) return { kind: 'unread', why: 'the backend is not in these files', backend: missing }
  return { kind: 'no route', proxy }
}

function ended(entry: Entry | undefined, legs: readonly Leg[], end: ConnectionPath['end']): ConnectionPath {
  const certain = legs.every(({ to }) => (to.kind === 'bind' || to.kind === 'listener' ? to.certain : true))
  return { entry, legs, end, certain, client: entry === undefined ? undefined : needOf(entry, legs, end) }
}

function needOf(entry: Entry, legs: readonly Leg[], end: ConnectionPath['end']): ClientNeed {
  const listener = end.kind === 'listener' ? end.listener : undefined
  const binds = legs.flatMap(({ at }) => (at === undefined ? [] : [at.bind]))
  const inner = binds.slice(1).find((one) => one.ssl !== undefined)
  const encrypted = legs.some(({ hop }) => hop.server.ssl !== undefined)
  const through = !encrypted && (listener?.transport === 'tls' || listener?.transport === 'wss')
  const tls =
    entry.bind.ssl !== undefined ? 'here' : inner !== undefined && !encrypted ? 'inner' : through ? 'through' : 'none'
  const web = listener?.transport === 'ws' || listener?.transport === 'wss'
  return {
    header: entry.wantsHeader,
    tls,
    certificate: certificateNeed(tls === 'here' ? entry.bind : tls === 'inner' ? inner : undefined, tls, listener),
    protocol: web ? 'websocket' : listener === undefined ? 'unknown' : 'mqtt',
  }
}

function certificateNeed(
  bind: BindView | undefined,
  tls: ClientNeed['tls'],
  listener: { readonly ownCertificate: 'none' | 'optional' | 'required' } | undefined,
): ClientNeed['certificate'] {
  if (tls === 'through') return listener?.ownCertificate ?? 'unknown'
  if (bind === undefined) return 'none'
  if (bind.verify === undefined) return bind.crtList === undefined ? 'none' : 'unknown'
  return bind.verify.value
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.min(a, b)
}
