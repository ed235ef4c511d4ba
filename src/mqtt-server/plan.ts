import type { LogType } from './log.js'
import type { BrokerLimits, HeaderPolicy, ListenerOptions } from './options.js'

/** What a configuration file asks of the broker. */
export interface BrokerPlan {
  readonly listeners: readonly ListenerOptions[]
  readonly limits: Partial<BrokerLimits>
  readonly log: LogPlan
  readonly pidFile: string | undefined
  /** Only loopback, because the file names no listener. */
  readonly localOnly: boolean
  /** Log lines about what has no effect. */
  readonly notes: readonly string[]
}

export interface LogPlan {
  readonly to: readonly LogDestination[]
  /** `undefined`: the file does not say. */
  readonly types: ReadonlySet<LogType> | undefined
  readonly timestamp: boolean
  /** strftime; `undefined`: seconds since 1970. */
  readonly format: string | undefined
}

/** What the broker writes to: `log_dest`. */
export type LogDestination =
  | { readonly kind: 'stderr' | 'stdout' | 'none' }
  | { readonly kind: 'file'; readonly path: string }

export interface PlanContext {
  /** `-p PORT`: used when the file names no listener. */
  readonly ports: readonly number[]
  /** The text of a file the configuration names. Throws when it cannot be read. */
  readonly read: (path: string) => string
  /** How PROXY headers are judged where Mosquitto and the protocol differ. */
  readonly manner: HeaderPolicy['manner']
}
