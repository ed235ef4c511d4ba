import type { Settled } from '../options.js'
import type { Scenario } from '../types.js'
import type { Place } from './entries.js'

/** What a text generator needs to know. */
export interface TextContext {
  readonly scenario: Scenario
  readonly settled: Settled
  readonly place: Place
  /** First lines of the file, without the dialect's comment sign. */
  readonly head: readonly string[]
  /** The listener is to take headers. */
  readonly proxied: boolean
  readonly webSocket: boolean
  readonly tls: boolean
  readonly certFile: string
  readonly keyFile: string
}
