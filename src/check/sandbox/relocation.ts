import type { LeftOut } from '../../config/left-out.js'
import type { Span } from '../../config/span.js'
import { type ConfigEndpoint, canonicalHost, isLoopback, reaches } from '../../kernel/address.js'
import type { SocketAddress } from '../../kernel/socket-address.js'
import type { Pair } from '../pair.js'

/** Who names an address decides what it means: a broker on another machine has another `*:1883`. */
export type AddressSide = 'haproxy' | 'server' | 'broker'

export interface SandboxOptions {
  /** The folder that programs run in; relative paths begin there. */
  readonly folder: string
  /**
   * The private port that stands for a key; the same key always has the same port, two keys never share one. The side
   * matters only if a recorder is between the two ends.
   */
  readonly portOf: (key: string, side: AddressSide) => number
  /** Stands for every address of the machine. */
  readonly ip: 4 | 6
  /** Whether `::1` is an address here: binds of both families get both. */
  readonly ipv6: boolean
  /** A loopback address that is refused wherever the files refuse addresses by list. */
  readonly denied: string | undefined
  /** `judge`: for `haproxy -c` only, which is to see every line that can be judged without being followed. */
  readonly purpose: 'run' | 'judge'
  /** The files are the user's own: HAProxy is asked over a stats socket what its health checks say. */
  readonly stats?: boolean
  /** Keep what executes and loads code. */
  readonly allowExec: boolean
  /** The text of a list, a map or a password file that the files name; `undefined`: it is not here. */
  readonly read: (path: string, from: string) => string | undefined
  /** A certificate that is to be used as it is; `undefined`: ours takes its place. */
  readonly certificate?: (path: string) => string | undefined
}

/** A file that the user's files name, for the sandbox. */
export interface DataFile {
  readonly name: string
  readonly from: string
  readonly text: string
}

/**
 * Original addresses to private loopback ones. Same address, same port; different address, different port: what met
 * before meets again, what missed or clashed before misses or clashes again. It remembers what was left out.
 */
export class Relocation {
  readonly #options: SandboxOptions
  /** `remote`: the files put the broker on another machine than HAProxy. */
  readonly #brokerMachine: 'local' | 'remote'
  readonly #binds: readonly ConfigEndpoint[]
  readonly #servers: readonly ConfigEndpoint[]
  readonly #ports: ReadonlySet<number>
  readonly #seen = new Map<string, string>()
  readonly #data = new Map<string, DataFile>()
  readonly #leftOut: LeftOut[] = []
  readonly #unknown = new Map<string, Span>()

  constructor(pair: Pair, options: SandboxOptions) {
    this.#options = options
    const proxies = pair.haproxy.flatMap((one) => one.view.proxies)
    const hosts = proxies.flatMap((proxy) =>
      proxy.servers.flatMap(({ endpoint }) => (endpoint.kind === 'tcp' ? [endpoint.host] : [])),
    )
    const local = hosts.length === 0 || hosts.some((host) => host === undefined || isLoopback(host))
    this.#brokerMachine = local ? 'local' : 'remote'
    this.#binds = proxies.flatMap((proxy) => proxy.binds.flatMap((bind) => bind.endpoints))
    this.#servers = proxies.flatMap((proxy) => proxy.servers.map((one) => one.endpoint))
    const listeners = pair.brokers.flatMap((one) => one.meaning.listeners.map(({ endpoint }) => endpoint))
    this.#ports = new Set(
      [...this.#binds, ...listeners].flatMap((one) => (one.kind === 'tcp' && one.port !== undefined ? [one.port] : [])),
    )
  }

  get options(): SandboxOptions {
    return this.#options
  }

  get leftOut(): readonly LeftOut[] {
    return this.#leftOut
  }

  get dataFiles(): readonly DataFile[] {
    return [...this.#data.values()]
  }

  /** Lines that only the program itself can judge. */
  get unknownLines(): readonly Span[] {
    return [...this.#unknown.values()]
  }

  leaveOut(one: LeftOut): void {
    this.#leftOut.push(one)
  }

  unknown(span: Span): void {
    this.#unknown.set(`${span.file}:${span.line}`, span)
  }

  /** @returns `undefined` where there is nothing to move: no port, a file descriptor */
  place(endpoint: ConfigEndpoint, side: AddressSide): SocketAddress | undefined {
    if (endpoint.kind === 'unix') return { path: this.socket(endpoint.path) }
    if (endpoint.kind === 'abstract') return { path: this.socket(`@${endpoint.name}`) }
    if (endpoint.kind !== 'tcp' || endpoint.port === undefined) return undefined
    const machine = this.#machine(endpoint.host, side)
    const port = this.#options.portOf(`${machine}:${endpoint.port}`, side)
    const wildcard = endpoint.host === undefined && side !== 'server'
    const six = wildcard && (endpoint.family === 6 || (side === 'broker' && this.#reachedOverIpv6(endpoint.port)))
    return { host: six && this.#options.ipv6 ? '::1' : this.host(endpoint.host), port }
  }

  /** Every server line of this port speaks IPv6, so what listens on all addresses is looked for there. */
  #reachedOverIpv6(port: number): boolean {
    const hosts = this.#servers.flatMap((one) => (one.kind === 'tcp' && one.port === port ? [one.host] : []))
    return hosts.length > 0 && hosts.every((host) => host !== undefined && this.host(host) === '::1')
  }

  /** Whether a listener or a bind of the files has this port: what else is there, nobody here knows. */
  isServed(port: number): boolean {
    return this.#ports.has(port)
  }

  /** Where nothing listens: the stand-in for an address that has no meaning here. */
  nowhere(text: string): SocketAddress {
    return { host: this.host(undefined), port: this.#options.portOf(`nowhere:${text}`, 'server') }
  }

  /** Another bind of the files has all IPv4 addresses of this port. */
  takenByIpv4(endpoint: ConfigEndpoint): boolean {
    return this.#binds.some(
      (one) =>
        one.kind === 'tcp' && one.host === undefined && one.family === 4 && reaches(one, { ...endpoint, ...ipv4 }),
    )
  }

  /** Short, because a socket's path has room for 107 bytes. */
  socket(path: string): string {
    const name = this.#seen.get(path) ?? `s${this.#seen.size + 1}.sock`
    this.#seen.set(path, name)
    return `${this.#options.folder}/${name}`
  }

  host(host: string | undefined): string {
    if (host === undefined) return this.#options.ip === 6 ? '::1' : '127.0.0.1'
    const short = canonicalHost(host)
    if (short === '::1' || /^127\.\d+\.\d+\.\d+$/.test(short)) return short
    return short.includes(':') ? '::1' : '127.0.0.1'
  }

  /** A copy, in the sandbox, of a file that is only read; `standIn` is its text when there is no such file here. */
  data(path: string, span: Span, standIn: string): string {
    const known = this.#data.get(path)
    if (known !== undefined) return `${this.#options.folder}/${known.name}`
    const text = this.#options.read(path, span.file)
    if (text === undefined) {
      this.leaveOut({ span, what: path, reach: 'opens a file', instead: 'not on this machine, a stand-in was used' })
    }
    const base = path.slice(path.lastIndexOf('/') + 1).replace(/[^\w.-]+/g, '-')
    const name = `files/${this.#data.size + 1}-${base}`
    this.#data.set(path, { name, from: path, text: text ?? standIn })
    return `${this.#options.folder}/${name}`
  }

  /** The certificate of the user where it is to be used, else ours. */
  certificate(path: string, ours: string): string {
    return this.#options.certificate?.(path) ?? ours
  }

  #machine(host: string | undefined, side: AddressSide): string {
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

const ipv4 = { family: 4 } as const
