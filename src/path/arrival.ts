import type { Listener } from '../brokers/listener.js'
import type { ConnectionPath, Layer, Leg } from './model.js'

export type Header = Extract<Layer, { readonly kind: 'header' }>

/** What comes to a listener at the end of a path that every bind on the way lets through. */
export interface ListenerArrival {
  readonly path: ConnectionPath
  readonly listener: Listener
  readonly last: Leg
  /** The header that the listener gets to read first. */
  readonly header: Header | undefined
  /** One that lies behind it, where the CONNECT should be. */
  readonly second: Header | undefined
  /** TLS that a server line put around the rest. */
  readonly tls: boolean
}

const known = new WeakMap<ConnectionPath, { readonly arrival: ListenerArrival | undefined }>()

/** @returns undefined where the path ends elsewhere, or a bind on the way stops it. */
export function arrivalOf(path: ConnectionPath): ListenerArrival | undefined {
  // Each judge asks for it.
  const before = known.get(path)
  if (before !== undefined) return before.arrival
  const arrival = workOut(path)
  known.set(path, { arrival })
  return arrival
}

function workOut(path: ConnectionPath): ListenerArrival | undefined {
  const last = path.legs.at(-1)
  if (path.end.kind !== 'listener' || last === undefined || path.legs.some((one) => one.trouble)) return undefined
  const { layers } = last.carried
  const [first, ...others] = layers
  const header = first?.kind === 'header' ? first : undefined
  const rest = header === undefined ? layers : others
  const second = rest.find((one): one is Header => one.kind === 'header')
  return { path, listener: path.end.listener, last, header, second, tls: rest[0]?.kind === 'tls' }
}

/** The header, where the listener reads its version: what the rest of the judges go by. */
export function readHeader(path: ConnectionPath): (ListenerArrival & { readonly header: Header }) | undefined {
  const arrival = arrivalOf(path)
  if (arrival?.header === undefined || arrival.second !== undefined) return undefined
  const { header, listener } = arrival
  return listener.header.accepts.includes(header.version) ? { ...arrival, header } : undefined
}

/** The leg whose server line wrote a header: the header describes the connection to its bind. */
export function legOf(path: ConnectionPath, header: Header): Leg | undefined {
  return path.legs.find((one) => one.hop === header.from)
}

/** What `suffers` of a path's mismatch says, by whether other ways lead to the same server. */
export function clientsOf(leg: Leg): 'every client' | 'every client of this bind' {
  return leg.hop.from.length > 1 ? 'every client of this bind' : 'every client'
}
