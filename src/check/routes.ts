import type { Listener } from '../brokers/listener.js'
import type { BindView, HaproxyView, ProxyView, ServerView } from '../config/haproxy/view.js'
import type { Span } from '../config/span.js'
import { type Endpoint, isLoopback } from '../kernel/address.js'
import type { PathModel } from '../path/index.js'
import type { ConnectionPath, Entry } from '../path/model.js'
import type { HeaderKind } from '../scenarios/types.js'
import type { BrokerListener } from './listeners.js'
import { modelOf } from './model.js'
import type { Pair } from './pair.js'

/** One way in: a bind of HAProxy, and what stands behind it as far as the files say. */
export interface Route {
  readonly proxy: ProxyView
  readonly bind: BindView
  readonly endpoint: Endpoint
  /** Behind `default_backend` or the first `use_backend` that exists; the proxy itself for `listen`. */
  readonly backend: ProxyView | undefined
  readonly servers: readonly ServerView[]
  /** The broker's listener that the first server means, in the order: reached, same port, the first there is. */
  readonly listener: BrokerListener | undefined
  /** Index in `Pair.brokers`. */
  readonly broker: number | undefined
  /** Whether a server really reaches a listener. */
  readonly connected: boolean
  /** That listener as the model of paths has it. */
  readonly meant: Listener | undefined
  /** Clients have to bring a PROXY header. */
  readonly wantsHeader: boolean
  /** In a chain, the header that reaches the broker; `undefined`: what the server line says. */
  readonly sent: HeaderKind | undefined
}

/**
 * Every way in that leads to a listener of the broker, or that looks like MQTT and leads nowhere; the others, a dashboard
 * or a web site beside it, are none of our business, unless there is nothing else.
 */
export function routesOf(pair: Pair): readonly Route[] {
  const model = modelOf(pair)
  const all = model.topology.entries.flatMap((entry) => routeOf(entry, model, pair) ?? [])
  const leading = all.filter((one) => one.connected || model.mqtt.has(one.proxy))
  return leading.some((one) => one.connected) ? leading : all
}

function routeOf(entry: Entry, model: PathModel, pair: Pair): Route | undefined {
  const { haproxy, proxy, bind } = entry
  const endpoint = bind.endpoints[0]
  if (endpoint === undefined || endpoint.kind === 'other' || isStatistics(proxy)) return undefined
  const paths = model.paths.filter((one) => one.entry?.bind === bind)
  const path = paths.find((one) => one.end.kind === 'listener') ?? paths[0]
  const hop = path?.legs.at(-1)?.hop
  const backend = hop?.backend ?? backendOf(haproxy, proxy)
  const first = hop === undefined ? [] : [hop.server]
  const others = (backend?.servers ?? []).filter((one) => !one.disabled && one !== hop?.server)
  const wantsHeader = entry.wantsHeader !== 'no'
  const base = { proxy, bind, endpoint, backend, servers: [...first, ...others], wantsHeader, sent: sentOn(path) }
  return { ...base, ...listenerAt(path, pair) }
}

/** The header that the listener reads, whoever of the hops wrote it. */
function sentOn(path: ConnectionPath | undefined): HeaderKind | undefined {
  const first = path?.legs.at(-1)?.carried.layers[0]
  if (path === undefined || path.legs.length < 2) return undefined
  if (first?.kind !== 'header') return 'none'
  if (first.version === 1) return 'v1'
  return first.ssl === 'absent' ? 'v2' : first.cn === 'no' ? 'v2-ssl' : 'v2-ssl-cn'
}

function listenerAt(
  path: ConnectionPath | undefined,
  pair: Pair,
): Pick<Route, 'listener' | 'broker' | 'connected' | 'meant'> {
  const all = pair.brokers.flatMap((one, broker) => one.listeners.map((listener) => ({ listener, broker })))
  const end = path?.end.kind === 'listener' ? path.end.listener : undefined
  const hit = all.find(({ listener }) => end !== undefined && sameLine(listener.span, end.span))
  const near = hit ?? all[0]
  return { listener: near?.listener, broker: near?.broker, connected: hit !== undefined, meant: end }
}

function sameLine(a: Span, b: Span): boolean {
  return a.file === b.file && a.line === b.line
}

/** The way into the inner HAProxy of a chain. */
export function innerRouteOf(pair: Pair): Route | undefined {
  const inner = pair.haproxy[1]
  const way = inner === undefined ? undefined : waysOf(inner.view)[0]
  if (way === undefined) return undefined
  return { ...way, ...listenerFor(way.servers, pair), wantsHeader: false, sent: undefined, meant: undefined }
}

type Way = Pick<Route, 'proxy' | 'bind' | 'endpoint' | 'backend' | 'servers'>

function waysOf(view: HaproxyView): Way[] {
  return view.proxies.flatMap((proxy) => {
    if (proxy.kind === 'backend' || proxy.disabled || isStatistics(proxy)) return []
    const backend = backendOf(view, proxy)
    return proxy.binds.flatMap((bind) => {
      const endpoint = bind.endpoints[0]
      if (endpoint === undefined || endpoint.kind === 'other') return []
      return [{ proxy, bind, endpoint, backend, servers: (backend?.servers ?? []).filter((one) => !one.disabled) }]
    })
  })
}

function isStatistics(proxy: ProxyView): boolean {
  return proxy.effective.some((line) => {
    const [first, second] = line.words.map((word) => word.text)
    const page = first === 'stats' && (second === 'enable' || second === 'uri')
    return page || (first === 'http-request' && second === 'use-service')
  })
}

function backendOf(view: HaproxyView, proxy: ProxyView): ProxyView | undefined {
  if (proxy.kind === 'listen' && proxy.servers.length > 0) return proxy
  const names = [...(proxy.defaultBackend ? [proxy.defaultBackend] : []), ...proxy.useBackends].map((one) => one.value)
  const byName = (name: string) => view.proxies.find((one) => one.name === name && one.kind !== 'frontend')
  return names.map(byName).find((one) => one !== undefined)
}

function listenerFor(servers: readonly ServerView[], pair: Pair): Pick<Route, 'listener' | 'broker' | 'connected'> {
  const all = pair.brokers.flatMap((one, broker) => one.listeners.map((listener) => ({ listener, broker })))
  const hit = all.find(({ listener }) => servers.some((server) => meets(server.endpoint, listener.endpoint)))
  const near = hit ?? all[0]
  return { listener: near?.listener, broker: near?.broker, connected: hit !== undefined }
}

/**
 * Whether a server line means this listener. A server on another machine means a listener of that port unless the
 * listener is bound to loopback there.
 */
export function meets(to: Endpoint, at: Endpoint): boolean {
  if (to.kind === 'unix' || at.kind === 'unix') return to.kind === 'unix' && at.kind === 'unix' && to.path === at.path
  if (to.kind !== 'tcp' || at.kind !== 'tcp' || to.port !== at.port) return false
  if (at.host === undefined || to.host === at.host) return true
  if (to.host === undefined || to.host === 'localhost') return isLoopback(at.host)
  return at.host === 'localhost' ? isLoopback(to.host) : !isLoopback(to.host) && !isLoopback(at.host)
}
