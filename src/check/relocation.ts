import { type Endpoint, isLoopback } from '../kernel/address.js'
import type { Pair } from './pair.js'
import { routesOf } from './routes.js'

/** Where something listens in the sandbox. */
export type Place = { readonly host: string; readonly port: number } | { readonly path: string }

/** Who names an address decides what it means: a broker on another machine has another `*:1883`. */
export type Side = 'haproxy' | 'server' | 'broker'

export interface SandboxOptions {
  /** The folder that programs run in; relative paths begin there. */
  readonly folder: string
  /**
   * The private port that stands for a key; the same key always has the same port, two keys never share one. The side
   * matters only where a recorder stands between the two ends.
   */
  readonly portOf: (key: string, side: Side) => number
  /** Stands for every address of the machine. */
  readonly ip: 4 | 6
  /** A loopback address that is refused wherever the files refuse addresses by list. */
  readonly denied: string | undefined
}

/**
 * Original addresses to private loopback ones. Same address, same port; different address, different port: what met
 * before meets again, what missed or clashed before misses or clashes again.
 */
export class Relocation {
  readonly #options: SandboxOptions
  /** `remote`: the files put the broker on another machine than HAProxy. */
  readonly #brokerMachine: 'local' | 'remote'
  readonly #seen = new Map<string, string>()

  constructor(pair: Pair, options: SandboxOptions) {
    this.#options = options
    const hosts = routesOf(pair).flatMap((route) =>
      route.servers.flatMap(({ endpoint }) => (endpoint.kind === 'tcp' ? [endpoint.host] : [])),
    )
    const local = hosts.length === 0 || hosts.some((host) => host === undefined || isLoopback(host))
    this.#brokerMachine = local ? 'local' : 'remote'
  }

  get options(): SandboxOptions {
    return this.#options
  }

  /** @returns `undefined` where there is nothing to move: no port, a file descriptor */
  place(endpoint: Endpoint, side: Side): Place | undefined {
    if (endpoint.kind === 'unix') return { path: this.socket(endpoint.path) }
    if (endpoint.kind !== 'tcp' || endpoint.port === undefined) return undefined
    const machine = this.#machine(endpoint.host, side)
    const port = this.#options.portOf(`${machine}:${endpoint.port}`, side)
    return { host: this.host(endpoint.host), port }
  }

  /** Short, because a socket's path has room for 107 bytes. */
  socket(path: string): string {
    const name = this.#seen.get(path) ?? `s${this.#seen.size + 1}.sock`
    this.#seen.set(path, name)
    return `${this.#options.folder}/${name}`
  }

  host(host: string | undefined): string {
    if (host === undefined) return this.#options.ip === 6 ? '::1' : '127.0.0.1'
    if (host === '::1' || /^127\./.test(host)) return host
    return host.includes(':') ? '::1' : '127.0.0.1'
  }

  #machine(host: string | undefined, side: Side): string {
    const everywhere = host === undefined
    const loopback = isLoopback(host)
    if (side === 'server') return everywhere || loopback ? 'local' : 'remote'
    if (side === 'haproxy' || this.#brokerMachine === 'local') {
      if (everywhere || loopback) return 'local'
      return side === 'broker' ? 'elsewhere' : 'local'
    }
    return loopback ? 'loopback of the broker' : 'remote'
  }
}

export function formatPlace(place: Place): string {
  if ('path' in place) return place.path
  return place.host.includes(':') ? `[${place.host}]:${place.port}` : `${place.host}:${place.port}`
}
