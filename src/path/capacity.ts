import { isIP } from 'node:net'
import type { HaproxyView, ProxyView, ServerView } from '../config/haproxy/view.js'
import type { Written } from '../config/sourced.js'
import { canonicalHost, formatEndpoint } from '../kernel/address.js'
import type { Hop } from './model.js'

/** Ports that Linux gives to outgoing connections by itself (`net.ipv4.ip_local_port_range`: 32768 to 60999). */
export const usualPorts = 28_232

/** How many connections a HAProxy can hold, as far as its files say. */
export interface Capacity {
  readonly haproxy: HaproxyView
  /** `maxconn` of the global section. */
  readonly maxconn: Written<number> | undefined
  readonly descriptors: Descriptors
  /** Each frontend or `listen` with a bind that leads to a server. */
  readonly frontends: readonly FrontendCapacity[]
}

/** Open files that HAProxy needs and may have. */
interface Descriptors {
  /** What HAProxy wants at start, at least; undefined where it fits `maxconn` to the limit by itself. */
  readonly wanted: number | undefined
  /** `fd-hard-limit`, which it never exceeds. */
  readonly hardLimit: Written<number> | undefined
  /** `ulimit-n`: what it asks for where its service has less. */
  readonly asked: Written<number> | undefined
}

/** How many connections a frontend takes, and how many it can open onward. */
export interface FrontendCapacity {
  readonly proxy: ProxyView
  /** Connections that it takes at one time: its own `maxconn`, or the global one. */
  readonly takes: Written<number> | undefined
  /** Server lines that it leads to, without backup servers. */
  readonly hops: readonly Hop[]
  /** Connections that can be open towards them all; undefined: no bound, or not known. */
  readonly room: Room | undefined
}

/** How many connections can be open towards servers at one time, by their ports. */
export interface Room {
  readonly connections: number
  /** Pairs of a source address and a server address: each has its own ports. */
  readonly pools: readonly Pool[]
}

/** The ports from one source address to one server address. */
interface Pool {
  readonly server: ServerView
  /** Undefined: the address that the system chooses. */
  readonly source: string | undefined
  readonly ports: number
  /** Where a `source` limits it. */
  readonly written: Written<string> | undefined
}

/** @param hops of this HAProxy */
export function capacityOf(haproxy: HaproxyView, hops: readonly Hop[]): Capacity {
  const maxconn = numberIn(haproxy, 'maxconn')
  const byFrontend = new Map<ProxyView, Hop[]>()
  for (const hop of hops) {
    for (const proxy of hop.frontends) {
      const known = byFrontend.get(proxy)
      if (known === undefined) byFrontend.set(proxy, [hop])
      else known.push(hop)
    }
  }
  const frontends = [...byFrontend].flatMap(([proxy, led]): readonly FrontendCapacity[] => {
    if (proxy.binds.length === 0 || proxy.disabled) return []
    const active = led.filter(({ server }) => !server.disabled && !server.backup)
    return [{ proxy, takes: least(ownMaxconn(proxy), maxconn), hops: active, room: roomOf(active) }]
  })
  return { haproxy, maxconn, descriptors: descriptorsOf(haproxy, maxconn), frontends }
}

/**
 * What HAProxy counts (measured on 2.6, 3.2 and 3.4): two for a connection, one for a listener and a health check, three for
 * a thread, ten of its own. `maxconn 20000` with one bind and two threads: 40,017.
 */
function descriptorsOf(haproxy: HaproxyView, maxconn: Written<number> | undefined): Descriptors {
  const binds = haproxy.proxies.reduce((sum, one) => sum + one.binds.length, 0)
  const checks = haproxy.proxies.reduce(
    (sum, one) => sum + one.servers.filter((server) => server.check.enabled !== undefined).length,
    0,
  )
  const threads = numberIn(haproxy, 'nbthread')?.value ?? 1
  return {
    wanted: maxconn === undefined ? undefined : 2 * maxconn.value + 10 + binds + checks + 3 * threads,
    hardLimit: numberIn(haproxy, 'fd-hard-limit'),
    asked: numberIn(haproxy, 'ulimit-n'),
  }
}

function roomOf(hops: readonly Hop[]): Room | undefined {
  const pools = new Map<string, Pool>()
  let capped = 0
  for (const { server, backend } of hops) {
    const pool = poolOf(server, backend)
    if (pool === undefined) return undefined
    const most = Number(server.maxconn?.value)
    // What is over the maxconn of a server waits in a queue.
    if (most > 0 && most <= pool.ports) {
      capped += most
      continue
    }
    const key = `${pool.source ?? ''}>${addressOf(server)}`
    const known = pools.get(key)
    if (known === undefined || known.ports < pool.ports) pools.set(key, pool)
  }
  const all = [...pools.values()]
  // Where every server has a queue, nobody is refused for want of a port.
  if (all.length === 0) return undefined
  return { connections: capped + all.reduce((sum, one) => sum + one.ports, 0), pools: all }
}

function poolOf(server: ServerView, backend: ProxyView): Pool | undefined {
  const { endpoint } = server
  if (endpoint.kind !== 'tcp' || server.line.words[0]?.text === 'server-template') return undefined
  // A name may stand for several addresses, one after the other.
  if (server.resolvers !== undefined) return undefined
  const own = server.keywords.findLast((one) => one.name === 'source')
  const line = own === undefined ? backend.effective.findLast(({ words }) => words[0]?.text === 'source') : undefined
  const word = own?.args[0] ?? line?.words[1]
  const client =
    server.keywords.some((one) => one.name === 'usesrc' || one.name === 'interface') ||
    line?.words.some((one) => one.text === 'usesrc') === true
  // With the client's own address there are as many as clients.
  if (client || word?.unresolved !== undefined) return undefined
  if (word === undefined) return { server, source: undefined, ports: usualPorts, written: undefined }
  const [, host = '', first, last] = /^(.*?)(?::(\d+)(?:-(\d+))?)?$/.exec(word.text) ?? []
  const any = host === '' || host === '*' || host === '0.0.0.0' || host === '::'
  const ports = first === undefined ? usualPorts : last === undefined ? 1 : Number(last) - Number(first) + 1
  return {
    server,
    source: any ? undefined : canonicalHost(host),
    ports: Math.max(ports, 0),
    written: { value: word.text, span: word.span },
  }
}

function addressOf({ endpoint }: ServerView): string {
  if (endpoint.kind !== 'tcp' || endpoint.host === undefined) return formatEndpoint(endpoint)
  const host = isIP(endpoint.host) === 0 ? endpoint.host.toLowerCase() : canonicalHost(endpoint.host)
  return `${host} ${endpoint.port}`
}

/** The frontend's own `maxconn`, or the sum of those of its binds. */
function ownMaxconn(proxy: ProxyView): Written<number> | undefined {
  const line = proxy.effective.findLast(({ words }) => words[0]?.text === 'maxconn')
  const own = asNumber(line?.words[1])
  const binds = proxy.binds.map((bind) => asNumber(bind.keywords.findLast((one) => one.name === 'maxconn')?.args[0]))
  const [first] = binds
  if (first === undefined || !binds.every((one) => one !== undefined)) return own
  return least(own, { value: binds.reduce((sum, one) => sum + (one?.value ?? 0), 0), span: first.span })
}

function numberIn({ global }: HaproxyView, name: string): Written<number> | undefined {
  return asNumber(global.lines.findLast(({ words }) => words[0]?.text === name)?.words[1])
}

/** Zero stands for "no limit of its own". */
function asNumber(
  word: { readonly text: string; readonly span: Written<number>['span'] } | undefined,
): Written<number> | undefined {
  return word === undefined || !/^[1-9]\d*$/.test(word.text) ? undefined : { value: Number(word.text), span: word.span }
}

function least(a: Written<number> | undefined, b: Written<number> | undefined): Written<number> | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return b.value < a.value ? b : a
}
