import { isIP } from 'node:net'
import { type ConfigEndpoint, isLocal, isLoopback, reaches } from '../kernel/address.js'

/** Things that listen, found by the port or the path of a server line without looking at all of them. */
export interface ListeningPlaces<T> {
  readonly at: (to: ConfigEndpoint) => readonly { readonly endpoint: ConfigEndpoint; readonly value: T }[]
}

interface Placed<T> {
  readonly endpoint: ConfigEndpoint
  readonly value: T
}

export function placesOf<T>(all: readonly Placed<T>[]): ListeningPlaces<T> {
  const byKey = new Map<string, Placed<T>[]>()
  const ranges: Placed<T>[] = []
  for (const one of all) {
    if (one.endpoint.kind === 'tcp' && one.endpoint.endPort !== undefined) ranges.push(one)
    const key = keyOf(one.endpoint)
    const known = byKey.get(key)
    if (known === undefined) byKey.set(key, [one])
    else known.push(one)
  }
  return {
    at: (to) => {
      const exact = byKey.get(keyOf(to)) ?? []
      return ranges.length === 0 ? exact : [...new Set([...exact, ...ranges])]
    },
  }
}

function keyOf(endpoint: ConfigEndpoint): string {
  switch (endpoint.kind) {
    case 'tcp':
      return `tcp ${endpoint.port}`
    case 'unix':
      return `unix ${endpoint.path}`
    case 'abstract':
      return `abns ${endpoint.name}`
    default:
      return `other ${endpoint.text}`
  }
}

/**
 * How sure it is that a server's address leads to what listens at `at`: `exact` where the address says so; `likely`
 * where a name or another host's address meets a wildcard of that port; `no` otherwise. A name never matches what
 * listens on loopback alone.
 */
export function meets(to: ConfigEndpoint, at: ConfigEndpoint): 'exact' | 'likely' | 'no' {
  if (isLocal(to) || to.kind !== 'tcp') return reaches(to, at) ? 'exact' : 'no'
  if (at.kind !== 'tcp') return 'no'
  const name = to.host !== undefined && isIP(to.host) === 0
  if (!name) {
    if (!reaches(to, at)) return 'no'
    return to.host === undefined || at.host !== undefined ? 'exact' : 'likely'
  }
  if (isLoopback(at.host)) return 'no'
  if (reaches(to, at)) return at.host === undefined ? 'likely' : 'exact'
  // The address of a name is not known, so only the port is compared.
  return reaches({ ...to, host: undefined }, at) ? 'likely' : 'no'
}
