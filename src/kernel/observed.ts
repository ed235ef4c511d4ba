import type { ConnectOutcome } from './connect-outcome.js'

/** What was seen of one step; facts only. */
export interface Seen {
  /** Our end of the connection: `127.0.0.2:48014`. */
  readonly client: string | undefined
  readonly connect: SeenConnect | undefined
  /** What the broker saw, if it accepted the client. */
  readonly sight: SeenSight | undefined
  /** For everything that is more than one CONNECT: whether it went as it should, and what did not. */
  readonly whole: { readonly ok: boolean; readonly detail: string } | undefined
  readonly ms: number
}

export interface SeenConnect {
  readonly outcome: ConnectOutcome
  readonly connack: number | undefined
  readonly detail: string | undefined
}

export interface SeenSight {
  readonly address: string
  /** Undefined where the broker does not say. */
  readonly port: number | undefined
  readonly username: string | undefined
  readonly tls: boolean | undefined
}

/** `192.0.2.1:4242`, or without the port where it is not known. */
export function formatEnd({ address, port }: Pick<SeenSight, 'address' | 'port'>): string {
  const host = address.includes(':') ? `[${address}]` : address
  return port === undefined ? host : `${host}:${port}`
}

/** Whether the broker saw a client at this end; one that knows no ports is compared by address. */
export function isSeenAt(sight: Pick<SeenSight, 'address' | 'port'>, end: string): boolean {
  return formatEnd(sight) === (sight.port === undefined ? end.replace(/:\d+$/, '') : end)
}
