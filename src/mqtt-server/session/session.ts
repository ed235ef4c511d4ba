import type { Protocol } from '../../mqtt-wire/packet-types.js'
import type { ListenerOptions } from '../options.js'
import type { SplitFilter } from '../topics/filters.js'
import type { Incoming } from './incoming.js'
import type { Outgoing } from './outgoing.js'

/** "Never" as a session expiry interval (3.1.2.11.2). */
export const NEVER = 0xffffffff

/** The will message of a session. */
export interface Will {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly properties: Buffer | undefined
  /** Message expiry, seconds. */
  readonly expiry: number | undefined
  /** Seconds between the end of the connection and the message (3.1.3.2.2). */
  readonly delay: number
}

/** What the session asks of the connection that serves it. */
export interface SessionConnection {
  readonly protocol: Protocol
  takenOver(): void
}

/** What the broker keeps of a client between its connections (4.1). */
export class Session {
  /** Seconds the session outlives its connection; `NEVER`: forever. */
  expiry = 0
  /** Filter -> its levels; the options are in the subscription tree. */
  subscriptions: Map<string, SplitFilter> | undefined
  connection: SessionConnection | undefined
  protocol: Protocol = 4
  cleanStart = true
  username: string | undefined
  listener: ListenerOptions | undefined
  will: Will | undefined
  /** Milliseconds: when the session ends, the will is due. */
  endsAt: number | undefined
  willAt: number | undefined
  dropping = false
  readonly incoming: Incoming
  readonly outgoing: Outgoing

  constructor(
    readonly id: string,
    incoming: Incoming,
    outgoing: Outgoing,
  ) {
    this.incoming = incoming
    this.outgoing = outgoing
  }
}
