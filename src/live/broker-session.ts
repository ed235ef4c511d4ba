/** A client that a broker has a connection of, as far as the broker tells. */
export interface BrokerSession {
  readonly clientId: string
  readonly username: string | undefined
  /** The end that the broker takes for the client's: `203.0.113.7:40954`. */
  readonly address: string
  /** The end of the TCP connection, where the broker says it beside the other: HAProxy's own. */
  readonly peer?: string
  /** `3.1.1`, `5.0`. */
  readonly mqtt: string | undefined
  /** Seconds; 0: none. */
  readonly keepalive: number | undefined
  /** As the broker writes it; ISO 8601 where it can be told. */
  readonly since: string | undefined
  /** In the words of a log: `TLSv1.3`, and what of the certificate. */
  readonly tls?: BrokerTls
}

export interface BrokerTls {
  readonly version: string | undefined
  readonly cn: string | undefined
  readonly verified: boolean | undefined
}

export function mqttOf(level: number): string | undefined {
  return level === 5 ? '5.0' : level === 4 ? '3.1.1' : level === 3 ? '3.1' : undefined
}
