import type { BindView, HaproxyView, ProxyView, ServerView } from '../config/haproxy/view.js'
import { type Endpoint, isLoopback } from '../kernel/address.js'
import type { BrokerListener } from './listeners.js'
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
}

/** Every way in through the outermost HAProxy, statistics pages left out. */
export function routesOf(pair: Pair): readonly Route[] {
  const [outer, inner] = pair.haproxy
  if (outer === undefined) return []
  const ways = waysOf(outer.view)
  const last = inner === undefined ? undefined : waysOf(inner.view)[0]
  return ways.map((way) => {
    const servers = last === undefined ? way.servers : last.servers
    const meant = listenerFor(servers, pair)
    return { ...way, ...meant }
  })
}

/** The way into the inner HAProxy of a chain. */
export function innerRouteOf(pair: Pair): Route | undefined {
  const inner = pair.haproxy[1]
  const way = inner === undefined ? undefined : waysOf(inner.view)[0]
  return way === undefined ? undefined : { ...way, ...listenerFor(way.servers, pair) }
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
