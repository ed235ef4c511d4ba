import type { ProxyHeader } from '../proxy-header/types.js'

export interface Address {
  readonly address: string
  readonly port: number
}

/** What is known of a connection before its first MQTT byte. */
export interface Arrival {
  /** The other end of our socket. */
  readonly peer: Address
  /** Who the client is: as the header says, else the peer. */
  readonly client: Address
  readonly header: ProxyHeader | undefined
  /** Our own TLS, when the listener speaks it. */
  readonly tls: { readonly version: string; readonly cipher: string } | undefined
  /**
   * The name a certificate gives, where the listener takes names from certificates: `undefined` inside means there was
   * none, and CONNECT is refused. `proven`: our own TLS verified it, no further authentication.
   */
  readonly identity: { readonly username: string | undefined; readonly proven: boolean } | undefined
}

/** What became of the first packet; said once for every connection. */
export interface Verdict {
  readonly accepted: boolean
  /** The MQTT packet that decided; `undefined`: there was none. */
  readonly packet: 'CONNECT' | undefined
  readonly id?: string | undefined
  /** 3, 4 or 5. */
  readonly version?: number | undefined
  readonly username?: string | undefined
  readonly keepalive?: number | undefined
  readonly cleanStart?: boolean | undefined
  /** `MP-...`, on refusals. */
  readonly code?: string | undefined
  /** Reason code of the CONNACK, if one was sent. */
  readonly connack?: number | undefined
  /** In words. */
  readonly reason?: string | undefined
  readonly hint?: string | undefined
}

/** The stream under a connection; what the host gives the engine. */
export interface Transport {
  write(bytes: Buffer): void
  /** Everything written goes out, then the stream is closed; a peer that does not take it in seconds is cut off. */
  end(lastWords?: boolean): void
  /** Bytes written that the operating system has not taken yet. */
  readonly waiting: number
  /** Nothing more is read from the peer until `resume`. */
  pause(): void
  resume(): void
  /** Told once what became of the connection. */
  readonly verdict: ((verdict: Verdict) => void) | undefined
}
