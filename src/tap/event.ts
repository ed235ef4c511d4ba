import type { Decoded } from '../proxy-header/index.js'
import type { MqttPacket } from './packet.js'

export type TapSide = 'client' | 'server'

/** One thing that a relay or a capture showed of a connection. */
export interface TapEvent {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Connections count from 1, in the order in which they were opened. */
  readonly connection: number
  readonly what: What
  /** Of an MQTT packet: its type, flags and remaining length, which stand before `bytes`. */
  readonly head?: Uint8Array
  /** The bytes behind it, as they were on the wire; absent where there are none. */
  readonly bytes?: Uint8Array
}

export type What =
  | { readonly kind: 'open'; readonly client: string; readonly server: string }
  | { readonly kind: 'header'; readonly from: TapSide; readonly decoded: Extract<Decoded, { status: 'header' }> }
  | { readonly kind: 'mqtt'; readonly from: TapSide; readonly packet: MqttPacket }
  | { readonly kind: 'websocket'; readonly from: TapSide; readonly text: string }
  /** TLS that was not terminated here; its content cannot be seen. */
  | { readonly kind: 'tls'; readonly from: TapSide; readonly text: string }
  /** Bytes that do not belong there; `rest` says what becomes of this direction. */
  | {
      readonly kind: 'nonsense'
      readonly from: TapSide
      readonly text: string
      readonly rest: 'decoded on' | 'not decoded'
    }
  /** Bytes that a capture does not have. */
  | { readonly kind: 'lost'; readonly from: TapSide; readonly bytes: number }
  /** What a fault that was asked for did. */
  | { readonly kind: 'fault'; readonly text: string }
  | {
      readonly kind: 'close'
      /** Who ended it first; undefined: not known. */
      readonly by: TapSide | undefined
      readonly reset: boolean
      readonly sent: Readonly<Record<TapSide, number>>
      /** Why the relay could not go on, in words. */
      readonly why?: string
    }
