import { isIP } from 'node:net'
import { Fault } from './errors.js'
import { EXIT } from './exit.js'

export type Scheme = 'mqtt' | 'mqtts' | 'ws' | 'wss'

/** Where to connect. `host` has no brackets and may carry a zone id (`fe80::1%eth0`); `path` is for WebSocket. */
export interface Target {
  readonly scheme: Scheme
  readonly host: string
  readonly port: number
  readonly path: string
}

const defaultPort: Record<Scheme, number> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 }

/**
 * `[mqtt|mqtts|ws|wss]://host:port[/path]`, `host:port`, `host`, `[::1]:1883`, `::1`.
 * @throws Fault MP-TARGET (exit 2)
 */
export function parseTarget(text: string): Target {
  const match = /^(?:([a-z]+):\/\/)?(?:\[([^\]]+)\]|([^/:[\]]+|[^/[\]]*:[^/[\]]*:[^/[\]]*))(?::(\d+))?(\/.*)?$/i.exec(
    text,
  )
  const [, scheme = 'mqtt', bracketed, bare, port, path] = match ?? []
  const host = bracketed ?? bare
  if (!isScheme(scheme) || host === undefined) throw badTarget(text)
  if (bracketed !== undefined && isIP(host) !== 6) throw badTarget(text)
  if (host.includes(':') && isIP(host) !== 6) throw badTarget(text)
  const number = port === undefined ? defaultPort[scheme] : Number(port)
  if (number < 1 || number > 65535) throw badTarget(text)
  return { scheme, host, port: number, path: path ?? (scheme === 'ws' || scheme === 'wss' ? '/mqtt' : '') }
}

/** `127.0.0.1:1883`, `[::1]:1883`. */
export function formatAddress(endpoint: { readonly host: string; readonly port: number }): string {
  return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`
}

export function formatTarget(target: Target): string {
  return `${target.scheme}://${formatAddress(target)}${target.path}`
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(defaultPort, text)
}

function badTarget(text: string): Fault {
  return new Fault('MP-TARGET', `"${text}" is no target`, {
    exit: EXIT.usage,
    hints: ['write HOST, HOST:PORT, [IPv6]:PORT or mqtt://, mqtts://, ws://, wss:// in front of it'],
  })
}
