import { isIP } from 'node:net'
import type { BindView, HaproxyView, ProxyView, ServerView } from '../config/haproxy/view.js'
import { isLoopback, reaches } from '../kernel/address.js'
import type { Receiver } from './receivers.js'
import type { RuleFinding } from './rule.js'

/** A `bind` through which clients come to a server. */
export interface Front {
  readonly proxy: ProxyView
  readonly bind: BindView
}

/** A server line and the binds that lead to it. */
export interface Route {
  readonly haproxy: HaproxyView
  readonly proxy: ProxyView
  readonly server: ServerView
  readonly fronts: readonly Front[]
  /** Frontends that name this proxy, with or without binds. */
  readonly frontends: readonly ProxyView[]
}

/** A server line that reaches a broker's listener. */
export interface Link extends Route {
  readonly receiver: Receiver
  /** The address says so. False where only the port does, as with names that several files could answer to. */
  readonly certain: boolean
}

export function routesOf(haproxies: readonly HaproxyView[]): readonly Route[] {
  return haproxies.flatMap((haproxy) => {
    const leading = new Map<string, ProxyView[]>()
    for (const front of haproxy.proxies) {
      const names = [front.defaultBackend, ...front.useBackends].map((one) => one?.value)
      for (const name of new Set(names)) {
        if (name !== undefined) leading.set(name, [...(leading.get(name) ?? []), front])
      }
    }
    return haproxy.proxies.flatMap((proxy) => {
      const frontends = [...(proxy.kind === 'listen' ? [proxy] : []), ...(leading.get(proxy.name) ?? [])]
      const fronts = frontends.flatMap((front) => front.binds.map((bind) => ({ proxy: front, bind })))
      return proxy.servers
        .filter((one) => !one.disabled)
        .map((server) => ({ haproxy, proxy, server, fronts, frontends }))
    })
  })
}

export function linksOf(routes: readonly Route[], receivers: readonly Receiver[]): readonly Link[] {
  return routes.flatMap((route) => {
    const { endpoint } = route.server
    const reached = receivers.filter((one) => reaches(endpoint, one.endpoint) || byName(route.server, one))
    return reached.map((receiver) => ({ ...route, receiver, certain: reached.length === 1 || exact(route, receiver) }))
  })
}

/** A host name may stand for any address but loopback; then the port has to do. */
function byName(server: ServerView, receiver: Receiver): boolean {
  const { endpoint } = server
  if (endpoint.kind !== 'tcp' || receiver.endpoint.kind !== 'tcp' || endpoint.host === undefined) return false
  if (isIP(endpoint.host) !== 0 || endpoint.port === undefined || endpoint.host === 'localhost') return false
  return endpoint.port === receiver.endpoint.port
}

function exact(route: Route, receiver: Receiver): boolean {
  const { endpoint } = route.server
  if (endpoint.kind !== 'tcp') return true
  return isLoopback(endpoint.host) || (receiver.endpoint.kind === 'tcp' && receiver.endpoint.host === endpoint.host)
}

/**
 * Asks a question of every link. Where it is not certain which listener a server reaches, an answer counts only when
 * all of them give one.
 */
export function* eachLink(
  links: readonly Link[],
  ask: (link: Link) => RuleFinding | undefined,
): Generator<RuleFinding, void, void> {
  const byServer = new Map<ServerView, Link[]>()
  for (const link of links) byServer.set(link.server, [...(byServer.get(link.server) ?? []), link])
  for (const group of byServer.values()) {
    const answers = group.map((link) => ({ link, answer: ask(link) }))
    const doubtful = answers.filter((one) => !one.link.certain)
    const agreed = doubtful.every((one) => one.answer !== undefined)
    for (const { link, answer } of answers) {
      if (answer === undefined) continue
      if (link.certain || (agreed && link === doubtful[0]?.link)) yield answer
    }
  }
}
