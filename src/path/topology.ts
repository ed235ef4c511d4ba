import type { Listener } from '../brokers/listener.js'
import type { BindView, HaproxyView, ProxyView, ServerView } from '../config/haproxy/view.js'
import { isLocal } from '../kernel/address.js'
import type { BindAt, Entry, Hop, HopTarget, RouteRule, Topology } from './model.js'
import { type ListeningPlaces, meets, placesOf } from './reach.js'

/** Entries, hops and listeners of the given files, and what reaches what. */
export function topologyOf(haproxies: readonly HaproxyView[], listeners: readonly Listener[]): Topology {
  const binds = haproxies.flatMap((haproxy) =>
    haproxy.proxies.flatMap((proxy) =>
      proxy.disabled ? [] : proxy.binds.map((bind): BindAt => ({ haproxy, proxy, bind })),
    ),
  )
  const bindPlaces = placesOf(binds.flatMap((value) => value.bind.endpoints.map((endpoint) => ({ endpoint, value }))))
  const listenerPlaces = placesOf(listeners.map((value) => ({ endpoint: value.endpoint, value })))
  const hops = haproxies.flatMap((haproxy) => hopsOf(haproxy, listenerPlaces, bindPlaces))
  const { entries, inner } = entriesOf(binds, hops)
  return { entries, inner, hops, listeners }
}

function hopsOf(
  haproxy: HaproxyView,
  listeners: ListeningPlaces<Listener>,
  binds: ListeningPlaces<BindAt>,
): readonly Hop[] {
  const leading = leadingTo(haproxy)
  return haproxy.proxies.flatMap((backend) => {
    if (backend.kind === 'frontend' || backend.servers.length === 0) return []
    const { frontends, from } = leading(backend)
    return backend.servers.map((server): Hop => {
      const targets = targetsOf(server, haproxy, listeners, binds)
      return { haproxy, backend, server, frontends, from, targets }
    })
  })
}

/** Which frontends choose a backend, by which of their rules, and through which binds clients come to them. */
function leadingTo(haproxy: HaproxyView): (backend: ProxyView) => Pick<Hop, 'frontends' | 'from'> {
  const byName = new Map<string, { readonly proxy: ProxyView; readonly rule: RouteRule }[]>()
  for (const proxy of haproxy.proxies) {
    if (proxy.kind === 'backend') continue
    for (const { name, rule } of rulesOf(proxy)) {
      const known = byName.get(name)
      if (known === undefined) byName.set(name, [{ proxy, rule }])
      else known.push({ proxy, rule })
    }
  }
  return (backend) => {
    const own = { proxy: backend, rule: listenRule(backend) }
    const all = [...(backend.kind === 'listen' ? [own] : []), ...(byName.get(backend.name) ?? [])]
    const from = all.flatMap(({ proxy, rule }) =>
      proxy.disabled ? [] : proxy.binds.map((bind) => ({ at: { haproxy, proxy, bind }, rule })),
    )
    return { frontends: [...new Set(all.map((one) => one.proxy))], from }
  }
}

function listenRule(proxy: ProxyView): RouteRule {
  return { kind: 'listen', span: proxy.section.header.span, condition: undefined }
}

/** `default_backend` and `use_backend` rules with a name that is written out. */
function rulesOf(proxy: ProxyView): readonly { readonly name: string; readonly rule: RouteRule }[] {
  const fallback = proxy.defaultBackend
  const chosen = proxy.lines.flatMap((line) => {
    const [keyword, name, ...rest] = line.words
    if (keyword?.text !== 'use_backend' || name === undefined) return []
    const condition = rest.length === 0 ? undefined : rest.map((word) => word.text).join(' ')
    return [{ name: name.text, rule: { kind: 'use_backend' as const, span: name.span, condition } }]
  })
  if (fallback === undefined) return chosen
  return [
    ...chosen,
    { name: fallback.value, rule: { kind: 'default_backend', span: fallback.span, condition: undefined } },
  ]
}

function targetsOf(
  server: ServerView,
  haproxy: HaproxyView,
  listeners: ListeningPlaces<Listener>,
  binds: ListeningPlaces<BindAt>,
): readonly HopTarget[] {
  const { endpoint } = server
  if (endpoint.kind === 'other' || (endpoint.kind === 'tcp' && endpoint.port === undefined)) {
    return [{ kind: 'elsewhere', endpoint }]
  }
  const found = listeners.at(endpoint).flatMap((one) => {
    const how = meets(endpoint, one.endpoint)
    return how === 'no' ? [] : [{ how, target: { kind: 'listener' as const, listener: one.value } }]
  })
  // A broker on the very port of a bind is a clash, not a chain.
  const chained = found.length > 0 ? [] : bindsAt(server, haproxy, binds)
  const all = [...found, ...chained]
  if (all.length === 0) return [{ kind: isLocal(endpoint) ? 'nowhere' : 'elsewhere', endpoint }]
  return all.map(({ how, target }) => ({ ...target, certain: how === 'exact' || all.length === 1 }))
}

/**
 * Binds that a server reaches. A bind on every address of another machine looks the same as ours, so within one process
 * only loopback, the very same address, or a socket count.
 */
function bindsAt(server: ServerView, haproxy: HaproxyView, binds: ListeningPlaces<BindAt>) {
  const seen = new Set<BindView>()
  return binds.at(server.endpoint).flatMap(({ endpoint, value }) => {
    const how = meets(server.endpoint, endpoint)
    if (how === 'no' || (how === 'likely' && value.haproxy === haproxy) || seen.has(value.bind)) return []
    seen.add(value.bind)
    return [{ how, target: { kind: 'bind' as const, at: value } }]
  })
}

/** A bind that another hop reaches is no entry; of binds that only reach each other the first one is. */
function entriesOf(binds: readonly BindAt[], hops: readonly Hop[]) {
  const next = new Map<BindView, BindAt[]>()
  const reached = new Set<BindView>()
  for (const hop of hops) {
    const targets = hop.targets.flatMap((one) => (one.kind === 'bind' ? [one.at] : []))
    if (targets.length === 0) continue
    for (const { at } of hop.from) next.set(at.bind, [...(next.get(at.bind) ?? []), ...targets])
    for (const target of targets) {
      const foreign = hop.from.length === 0 || hop.from.some(({ at }) => at.bind !== target.bind)
      if (foreign) reached.add(target.bind)
    }
  }
  const found = new Set<BindView>()
  const visit = (bind: BindView) => {
    if (found.has(bind)) return
    found.add(bind)
    for (const to of next.get(bind) ?? []) visit(to.bind)
  }
  const outer = binds.filter((one) => !reached.has(one.bind))
  for (const one of outer) visit(one.bind)
  for (const hop of hops)
    if (hop.from.length === 0) for (const to of hop.targets) if (to.kind === 'bind') visit(to.at.bind)
  for (const one of binds) {
    if (found.has(one.bind)) continue
    outer.push(one)
    visit(one.bind)
  }
  const chosen = new Set(outer.map((one) => one.bind))
  return { entries: outer.map(entryOf), inner: binds.filter((one) => !chosen.has(one.bind)) }
}

function entryOf(at: BindAt): Entry {
  return { ...at, ...headerWanted(at) }
}

/** `accept-proxy`, or a `tcp-request connection expect-proxy layer4` with the sources that it is for. */
export function headerWanted({ bind, proxy }: BindAt): Pick<Entry, 'wantsHeader' | 'headerSpan'> {
  if (bind.acceptProxy !== undefined) return { wantsHeader: 'always', headerSpan: bind.acceptProxy }
  const rule = proxy.tcpRequests.find((line) => line.words.some((word) => word.text === 'expect-proxy'))
  if (rule === undefined) return { wantsHeader: 'no', headerSpan: undefined }
  const always = !rule.words.some((word) => word.text === 'if' || word.text === 'unless')
  return { wantsHeader: always ? 'always' : 'some', headerSpan: rule.span }
}
