import type { Qos } from '../../mqtt-wire/packet-types.js'
import type { ListenerOptions } from '../options.js'

/** An application message while the broker holds it. */
export interface Message {
  readonly topic: string
  /** The topic as it goes on the wire. */
  readonly topicBytes: Buffer
  readonly payload: Buffer
  readonly qos: Qos
  readonly retain: boolean
  /** Properties that are passed on, as they came. */
  readonly properties: Buffer | undefined
  /** Second from which on it is expired; `undefined`: never. */
  readonly expiresAt: number | undefined
  /** Client id of the publisher; empty: the broker itself. */
  readonly source: string
  readonly sourceUser: string | undefined
  /** The publisher's listener, for `check_retain_source`. */
  readonly sourceListener: ListenerOptions | undefined
  /** Clients that have it already, kept only where duplicates are not wanted. */
  deliveredTo?: Set<string>
}
