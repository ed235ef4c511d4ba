import { isIP } from 'node:net'

/**
 * Where something listens or connects. `host` is `undefined` for every address; `port` is `undefined` where it depends
 * on an environment variable or on the client's port.
 */
export type ConfigEndpoint =
  | {
      readonly kind: 'tcp'
      readonly host: string | undefined
      readonly port: number | undefined
      readonly endPort?: number
      /** Beside a `host` of `undefined`: every address of this family alone. Absent: of both. */
      readonly family?: 4 | 6
    }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'abstract'; readonly name: string }
  /** A file descriptor, a log target, or a variable we do not know. */
  | { readonly kind: 'other'; readonly text: string }

const everyAddress: ReadonlyMap<string, 4 | 6 | undefined> = new Map([
  ['*', undefined],
  ['', undefined],
  ['0.0.0.0', 4],
  ['::', 6],
])

/** True when it listens on more than loopback addresses and unix sockets. */
export function isExposed(endpoint: ConfigEndpoint): boolean {
  return endpoint.kind === 'tcp' && !isLoopback(endpoint.host)
}

/** 127.0.0.0/8, ::1 in every spelling, and localhost. */
export function isLoopback(host: string | undefined): boolean {
  if (host === undefined) return false
  if (host === 'localhost') return true
  const one = canonicalHost(host)
  return one === '::1' || (one.startsWith('127.') && isIP(one) === 4)
}

/**
 * Whether this is an IP address or a name of a host, and nothing that a resolver reads as something else: whatever ends in
 * a number is an IPv4 address to it, `1884` is 0.0.7.92 and `10.1` is 10.0.0.1.
 */
export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true
  const last = text.replace(/\.$/, '').split('.').at(-1) ?? ''
  return /^[\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}._-]*$/u.test(text) && !/^(?:\d+|0x[\da-f]*)$/i.test(last)
}

/** Whether something that listens or connects here is on this very machine: loopback, a unix socket, an abstract one. */
export function isLocal(endpoint: ConfigEndpoint): boolean {
  if (endpoint.kind === 'tcp') return isLoopback(endpoint.host)
  return endpoint.kind !== 'other'
}

/** `undefined` for every spelling of "all addresses". */
export function hostOf(text: string): string | undefined {
  const host = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  return isEveryAddress(host) ? undefined : host
}

/** The family that a spelling of "all addresses" is limited to: 4 for `0.0.0.0`, 6 for `::`. */
export function familyOf(text: string): 4 | 6 | undefined {
  const host = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  return everyAddress.get(host) ?? (isEveryAddress(host) && host.includes(':') ? 6 : undefined)
}

function isEveryAddress(host: string): boolean {
  return everyAddress.has(host) || (/^[0:]+$/.test(host) && isIP(host) === 6)
}

/**
 * Whether a client that connects to `to` reaches what listens at `at`: port, port range, family and canonical address,
 * unix path, abstract name. Names other than localhost are not resolved: they only equal themselves.
 */
export function reaches(to: ConfigEndpoint, at: ConfigEndpoint): boolean {
  if (to.kind === 'unix') return at.kind === 'unix' && at.path === to.path
  if (to.kind === 'abstract') return at.kind === 'abstract' && at.name === to.name
  if (to.kind !== 'tcp' || at.kind !== 'tcp' || !portIn(to.port, at)) return false
  if (to.host === undefined || at.host === undefined) return sameFamily(to.host, at)
  return sameHost(to.host, at.host)
}

/**
 * Whether two listeners of one machine cannot both start. A wildcard of both families takes every address, one of a
 * family those of its own (measured: HAProxy 3.2 and Mosquitto 2.1.2 in either order).
 */
export function clash(a: ConfigEndpoint, b: ConfigEndpoint): boolean {
  if (a.kind === 'unix') return b.kind === 'unix' && a.path === b.path
  if (a.kind === 'abstract') return b.kind === 'abstract' && a.name === b.name
  if (a.kind !== 'tcp' || b.kind !== 'tcp' || !(portIn(a.port, b) || portIn(b.port, a))) return false
  if (a.host === undefined && b.host === undefined) {
    return a.family === undefined || b.family === undefined || a.family === b.family
  }
  if (a.host === undefined) return sameFamily(b.host, a)
  return b.host === undefined ? sameFamily(a.host, b) : sameHost(a.host, b.host)
}

export function formatEndpoint(endpoint: ConfigEndpoint): string {
  if (endpoint.kind === 'unix') return endpoint.path
  if (endpoint.kind === 'abstract') return `abns@${endpoint.name}`
  if (endpoint.kind === 'other') return endpoint.text
  const host = endpoint.host ?? (endpoint.family === 6 ? '::' : '*')
  return `${host.includes(':') ? `[${host}]` : host}:${endpoint.port ?? '?'}`
}

/** An IP address in its shortest spelling (`0:0:0:0:0:0:0:1` is `::1`, `::ffff:10.0.0.1` is `10.0.0.1`); names in lower case. */
export function canonicalHost(host: string): string {
  if (!host.includes(':')) return host.toLowerCase()
  try {
    const [address = host] = host.split('%')
    const short = new URL(`tcp://[${address}]`).hostname.slice(1, -1)
    const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short)
    if (mapped === null) return short
    const [high = 0, low = 0] = mapped.slice(1).map((part) => Number.parseInt(part, 16))
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  } catch {
    return host.toLowerCase()
  }
}

function portIn(port: number | undefined, at: ConfigEndpoint): boolean {
  if (port === undefined || at.kind !== 'tcp' || at.port === undefined) return false
  return port >= at.port && port <= (at.endPort ?? at.port)
}

/** Whether an address is one of those that a wildcard takes; a name may have addresses of both families. */
function sameFamily(host: string | undefined, at: Extract<ConfigEndpoint, { kind: 'tcp' }>): boolean {
  if (host === undefined || at.host !== undefined || at.family === undefined) return true
  const family = isIP(canonicalHost(host))
  return family === 0 || family === at.family
}

function sameHost(to: string, at: string): boolean {
  const [a, b] = [canonicalHost(to), canonicalHost(at)]
  return a === b || (to === 'localhost' && isLoopback(at)) || (at === 'localhost' && isLoopback(to))
}
