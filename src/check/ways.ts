import type { Listener } from '../brokers/listener.js'
import type { ProxyView } from '../config/haproxy/view.js'
import type { ConfigEndpoint } from '../kernel/address.js'
import type { PathModel } from '../path/index.js'
import type { BindAt, ConnectionPath, Entry, RouteRule } from '../path/model.js'
import { type ClientFacts, conditionHolds } from './client-facts.js'

/** One way in: an address of an entry, and where the connections of ordinary clients go from there. */
export interface Way {
  readonly entry: Entry
  readonly endpoint: ConfigEndpoint
  /** All that may become of a connection of this bind: one for each rule that picks a backend, and each server. */
  readonly paths: readonly ConnectionPath[]
  /** The path of a client that no rule knows by its name. */
  readonly path: ConnectionPath
  /** Where that path ends; `undefined`: at no listener of the given files. */
  readonly listener: Listener | undefined
}

/**
 * Every way in that leads to a listener of the broker, or that looks like MQTT and leads nowhere. The others, a dashboard
 * or a web site beside it, are left alone, unless there is nothing else.
 */
export function waysOf(model: PathModel): readonly Way[] {
  const all = model.topology.entries.flatMap((entry) =>
    isStatistics(entry.proxy) || isReverse(entry.proxy) ? [] : waysAt(entry, model),
  )
  const ours = all.filter((one) => one.listener !== undefined || model.mqtt.has(one.entry.proxy))
  return ours.length > 0 ? ours : all
}

function waysAt(entry: Entry, model: PathModel): readonly Way[] {
  const paths = model.paths.filter((one) => one.entry?.bind === entry.bind)
  const endpoints = entry.bind.endpoints.filter((one) => one.kind !== 'other')
  return endpoints.flatMap((endpoint) => {
    const path = usualPath(entry, paths, endpoint)
    if (path === undefined) return []
    const listener = path.end.kind === 'listener' ? path.end.listener : undefined
    return [{ entry, endpoint, paths, path, listener }]
  })
}

/** The first rule that holds for a client without anything special picks the backend; a listener there is preferred. */
function usualPath(entry: Entry, all: readonly ConnectionPath[], at: ConfigEndpoint): ConnectionPath | undefined {
  const open = all.filter((one) => taken(one, entry.proxy, at) !== 'no')
  const [first] = inOrder(open)
  const rule = first?.legs[0]?.rule
  const together = open.filter((one) => one.legs[0]?.rule === rule)
  if (first !== undefined && taken(first, entry.proxy, at) === 'yes') return together.find(ends) ?? first
  return open.find(ends) ?? all.find(ends) ?? first ?? all[0]
}

/** HAProxy asks the rules of the frontend in their order; the paths stand in that of the backends. */
function inOrder(all: readonly ConnectionPath[]): readonly ConnectionPath[] {
  return [...all].sort(({ legs: [a] }, { legs: [b] }) =>
    a?.rule === undefined || b?.rule === undefined ? 0 : ruleOrder(a.rule, b.rule),
  )
}

/** Which of two rules of one frontend is asked first. */
export function ruleOrder(a: RouteRule, b: RouteRule): number {
  return Number(a.kind !== 'use_backend') - Number(b.kind !== 'use_backend') || a.span.line - b.span.line
}

function taken(path: ConnectionPath, proxy: ProxyView, at: ConfigEndpoint): 'yes' | 'no' | 'unknown' {
  const rule = path.legs[0]?.rule
  if (rule?.condition === undefined) return 'yes'
  return conditionHolds(rule.condition, proxy, usualClient(path, at))
}

/** A client as `check` has it, on this path, connecting there. */
export function usualClient({ client }: ConnectionPath, at: ConfigEndpoint): ClientFacts {
  return {
    protocol: client?.protocol === 'websocket' ? 'websocket' : 'mqtt',
    encrypted: client?.tls === 'through' || client?.tls === 'inner',
    username: undefined,
    clientId: 'check-client',
    serverName: undefined,
    mqtt: '3.1.1',
    port: at.kind === 'tcp' && at.endPort === undefined ? at.port : undefined,
  }
}

function ends(path: ConnectionPath): boolean {
  return path.end.kind === 'listener'
}

/** The second bind on the way: the one that a hop in front of it reaches. */
export function innerBind(model: PathModel): BindAt | undefined {
  return model.topology.inner.find((at) => at.haproxy !== model.haproxies[0]) ?? model.topology.inner[0]
}

/** Its clients are servers that connect to HAProxy by themselves: nothing is passed on from here. */
function isReverse({ tcpRequests }: ProxyView): boolean {
  return tcpRequests.some(({ words }) => words.some(({ text }) => text === 'attach-srv'))
}

function isStatistics(proxy: ProxyView): boolean {
  return proxy.effective.some((line) => {
    const [first, second] = line.words.map((word) => word.text)
    const page = first === 'stats' && (second === 'enable' || second === 'uri')
    return page || (first === 'http-request' && second === 'use-service')
  })
}
