import type { ConnectOutcome } from './connect-outcome.js'

/** What was seen of one step; facts only. */
export interface Seen {
  /** Our end of the connection: `127.0.0.2:48014`. */
  readonly client: string | undefined
  readonly connect: SeenConnect | undefined
  /** What the broker believed, when it let the client in. */
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
  readonly port: number
  readonly username: string | undefined
  readonly tls: boolean | undefined
}
