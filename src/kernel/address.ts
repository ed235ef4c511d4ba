/**
 * Where something listens or connects. `host` is `undefined` for every address; `port` is `undefined` where it depends
 * on an environment variable or on the client's port.
 */
export type Endpoint =
  | {
      readonly kind: 'tcp'
      readonly host: string | undefined
      readonly port: number | undefined
      readonly endPort?: number
    }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'abstract'; readonly name: string }
  /** A file descriptor, a log target, or a variable we do not know. */
  | { readonly kind: 'other'; readonly text: string }

const everyAddress: ReadonlySet<string> = new Set(['*', '', '0.0.0.0', '::', '[::]'])

/** True when it listens on more than loopback addresses and unix sockets. */
export function isExposed(endpoint: Endpoint): boolean {
  return endpoint.kind === 'tcp' && !isLoopback(endpoint.host)
}

/** 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(host: string | undefined): boolean {
  if (host === undefined) return false
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '::ffff:127.0.0.1'
}

/** `undefined` for every spelling of "all addresses". */
export function hostOf(text: string): string | undefined {
  if (everyAddress.has(text)) return undefined
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
}

/** Whether a client that connects to `to` reaches the listener `at`. Names other than localhost are not resolved. */
export function reaches(to: Endpoint, at: Endpoint): boolean {
  if (to.kind === 'unix') return at.kind === 'unix' && at.path === to.path
  if (to.kind === 'abstract') return at.kind === 'abstract' && at.name === to.name
  if (to.kind !== 'tcp' || at.kind !== 'tcp') return false
  return portIn(to.port, at) && sameHost(to.host, at.host)
}

/** Whether two listeners of one machine cannot both start. */
export function clash(a: Endpoint, b: Endpoint): boolean {
  if (a.kind === 'unix') return b.kind === 'unix' && a.path === b.path
  if (a.kind !== 'tcp' || b.kind !== 'tcp' || !portIn(a.port, b)) return false
  return a.host === undefined || b.host === undefined || sameHost(a.host, b.host)
}

export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return endpoint.path
  if (endpoint.kind === 'abstract') return `abns@${endpoint.name}`
  if (endpoint.kind === 'other') return endpoint.text
  const host = endpoint.host ?? '*'
  return `${host.includes(':') ? `[${host}]` : host}:${endpoint.port ?? '?'}`
}

function portIn(port: number | undefined, at: Endpoint): boolean {
  if (port === undefined || at.kind !== 'tcp' || at.port === undefined) return false
  return port >= at.port && port <= (at.endPort ?? at.port)
}

function sameHost(to: string | undefined, at: string | undefined): boolean {
  if (at === undefined || to === undefined) return true
  if (to === at) return true
  const [a, b] = [canonical(to), canonical(at)]
  return a === b || (to === 'localhost' && isLoopback(at)) || (at === 'localhost' && isLoopback(to))
}

function canonical(host: string): string {
  if (!host.includes(':')) return host.toLowerCase()
  try {
    return new URL(`tcp://[${host.split('%')[0] ?? host}]`).hostname
  } catch {
    return host.toLowerCase()
  }
}
