import { type ConfigEndpoint, familyOf, hostOf } from '../../kernel/address.js'
import type { HaproxyWord } from './document.js'

/**
 * HAProxy's address syntax (configuration.txt 11): `[family@]host:port`, `:port`, port ranges, `/path`, `unix@path`,
 * `abns@name`, `fd@n`, `quic4@`. Without a port, `port` is `undefined` (a server then uses the client's port).
 */
export function parseAddress(text: string): ConfigEndpoint {
  const match = /^([a-z0-9+]+)@(.*)$/s.exec(text)
  const [, family = '', rest = text] = match ?? []
  if (family === 'unix' || family === 'uxst' || (family === '' && rest.startsWith('/')))
    return { kind: 'unix', path: rest }
  if (family === 'abns' || family === 'abnsz') return { kind: 'abstract', name: rest }
  if (!['', 'ipv4', 'ipv6', 'tcp', 'tcp4', 'tcp6', 'mptcp', 'mptcp4', 'mptcp6'].includes(family))
    return { kind: 'other', text }
  return withFamily(tcp(rest, text), family)
}

/** The addresses of a `bind`: one word may hold several, separated by commas. */
export function parseBindAddresses(word: HaproxyWord): readonly ConfigEndpoint[] {
  if (word.unresolved !== undefined) return word.text.split(',').map((part) => unresolvedEndpoint(part))
  return word.text.split(',').map(parseAddress)
}

/** The address of a `server`. */
export function parseServerAddress(word: HaproxyWord): ConfigEndpoint {
  return word.unresolved === undefined ? parseAddress(word.text) : unresolvedEndpoint(word.text)
}

function unresolvedEndpoint(text: string): ConfigEndpoint {
  return text.includes('$') ? { kind: 'other', text } : parseAddress(text)
}

/** `*` and nothing are IPv4's wildcard for HAProxy; `::` takes IPv4 as well, unless `v6only` says otherwise. */
function withFamily(endpoint: ConfigEndpoint, family: string): ConfigEndpoint {
  if (endpoint.kind !== 'tcp' || endpoint.host !== undefined) return endpoint
  const { family: spelled, ...rest } = endpoint
  const six = spelled === 6 || family.endsWith('6')
  return six ? rest : { ...rest, family: 4 }
}

function tcp(rest: string, text: string): ConfigEndpoint {
  const bracketed = /^(\[[^\]]*\])(?::(.*))?$/.exec(rest)
  const colon = rest.lastIndexOf(':')
  const host = bracketed?.[1] ?? (colon < 0 ? rest : rest.slice(0, colon))
  const port = bracketed === null ? (colon < 0 ? undefined : rest.slice(colon + 1)) : bracketed[2]
  const where = { kind: 'tcp' as const, host: hostOf(host), ...spelledFamily(host) }
  if (port === undefined || port === '') return { ...where, port: undefined }
  const range = /^(\d+)(?:-(\d+))?$/.exec(port)
  if (range === null) return /^[+-]\d+$/.test(port) ? { ...where, port: undefined } : { kind: 'other', text }
  const first = Number(range[1])
  const last = range[2] === undefined ? undefined : Number(range[2])
  return { ...where, port: first, ...(last !== undefined && { endPort: last }) }
}

function spelledFamily(host: string): { readonly family?: 4 | 6 } {
  const family = familyOf(host)
  return family === undefined ? {} : { family }
}
