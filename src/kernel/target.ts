import { isIP } from 'node:net'
import { isHost } from './address.js'
import { Fault } from './errors.js'
import { EXIT } from './exit.js'
import { formatSocketAddress } from './socket-address.js'

export type Scheme = 'mqtt' | 'mqtts' | 'ws' | 'wss'

/** Where to connect. `host` has no brackets and may carry a zone id (`fe80::1%eth0`); `path` is for WebSocket. */
export interface Target {
  readonly scheme: Scheme
  readonly host: string
  readonly port: number
  readonly path: string
}

const defaultPort: Record<Scheme, number> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 }

/** What the text says itself: a host and a port may both be missing, and are then those of `-h`, `-p` or the defaults. */
export interface NamedTarget {
  readonly scheme: Scheme
  readonly host: string | undefined
  readonly port: number | undefined
  readonly path: string
}

/**
 * `[mqtt|mqtts|ws|wss]://host:port[/path]`, `host:port`, `host`, `[::1]:1883`, `::1`, and `1884`: a port on localhost.
 * @throws Fault MP-TARGET (exit 2)
 */
export function parseTarget(text: string): Target {
  return completeTarget(namedTarget(text))
}

/** With localhost and the port of the scheme for what the text does not name. */
export function completeTarget({ scheme, host, port, path }: NamedTarget): Target {
  return { scheme, host: host ?? 'localhost', port: port ?? defaultPort[scheme], path }
}

/** @throws Fault MP-TARGET (exit 2), as `parseTarget` */
export function namedTarget(text: string): NamedTarget {
  if (/^\d+$/.test(text)) return { scheme: 'mqtt', host: undefined, port: portOf(text, text), path: '' }
  const match = /^(?:([a-z]+):\/\/)?(?:\[([^\]]+)\]|([^/:[\]]+|[^/[\]]*:[^/[\]]*:[^/[\]]*))(?::(\d+))?(\/.*)?$/i.exec(
    text,
  )
  const [, given = 'mqtt', bracketed, bare, port, path] = match ?? []
  const scheme = given.toLowerCase()
  const host = bracketed ?? bare
  if (!isScheme(scheme) || host === undefined || host.includes('@')) throw badTarget(text)
  if (bracketed !== undefined && isIP(host) !== 6) throw badTarget(text)
  if (host.includes(':') && isIP(host) !== 6) throw badTarget(text)
  if (!isHost(host)) throw badTarget(text)
  if (!isWebSocket(scheme) && path !== undefined && path !== '/') throw badTarget(text)
  return {
    scheme,
    host,
    port: port === undefined ? undefined : portOf(port, text),
    path: isWebSocket(scheme) ? (path ?? '/mqtt') : '',
  }
}

function portOf(digits: string, text: string): number {
  const port = Number(digits)
  if (port < 1 || port > 65535) throw badTarget(text)
  return port
}

export function formatTarget(target: Target): string {
  return `${target.scheme}://${formatSocketAddress(target)}${target.path}`
}

function isWebSocket(scheme: Scheme): boolean {
  return scheme === 'ws' || scheme === 'wss'
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(defaultPort, text)
}

/** Other programs' words for our schemes. */
const otherSchemes: Readonly<Record<string, Scheme>> = {
  tcp: 'mqtt',
  ssl: 'mqtts',
  tls: 'mqtts',
  http: 'ws',
  https: 'wss',
}

function badTarget(text: string): Fault {
  // The part before an @ may hold a password, so it is never repeated.
  if (text.includes('@')) {
    return new Fault('MP-TARGET', 'a target holds no username and no password', {
      exit: EXIT.usage,
      hints: ['write HOST:PORT alone, and give the username with -u NAME, the password with -P -, which reads stdin'],
    })
  }
  const [, other, rest] = /^([a-z]+):\/\/(.*)$/i.exec(text) ?? []
  const meant = other === undefined ? undefined : otherSchemes[other.toLowerCase()]
  return new Fault('MP-TARGET', `"${text}" is not a valid target`, {
    exit: EXIT.usage,
    hints: [
      ...(meant === undefined ? [] : [`write ${meant}://${rest}`]),
      'write HOST, HOST:PORT, [IPv6]:PORT, a port alone, or mqtt://, mqtts://, ws://, wss:// in front of a host',
    ],
  })
}
