import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import type { ConfigEndpoint } from '../../kernel/address.js'
import type { Guest, ListenerEdits } from '../listener.js'

/** What decides about MQTT in RabbitMQ, whichever of its two formats says it. */
export interface RabbitmqMeaning {
  readonly listeners: readonly RabbitmqPlace[]
  readonly anonymous: Sourced<boolean>
  /** `ssl_cert_login`. */
  readonly certificateLogin: Span | undefined
  /** `guest` may come from loopback only (the default): by the header in 4.3.6, by the socket in 3.10.8 (measured). */
  readonly guest: Guest | undefined
  /** Users always exist in its database; the line that speaks of one. */
  readonly users: Span | undefined
  readonly ownCertificate: 'none' | 'optional' | 'required'
  /** Connections to a node. */
  readonly connections: Sourced<number> | undefined
}

export interface RabbitmqPlace {
  readonly plugin: 'mqtt' | 'web_mqtt'
  readonly tls: boolean
  readonly endpoint: ConfigEndpoint
  readonly span: Span
  readonly written: boolean
  /** One switch for all listeners of a plugin. */
  readonly proxy: Sourced<boolean>
  readonly edits: ListenerEdits
}

/** RabbitMQ listens here when its file names no listener of the plugin; TLS listeners have no default. */
export const defaultPorts = { mqtt: 1883, web_mqtt: 15675 } as const

export function startOf(file: string): Span {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 }
}
