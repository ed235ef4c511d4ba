import type { Bin } from './curve.js'
import type { DrillRecord, Metrics } from './metrics.js'
import type { Crossed } from './thresholds.js'

/** One pair that went through one event. Times are milliseconds from the event. */
export interface DrillRun {
  /** `proxy`, or the files. */
  readonly name: string
  readonly record: DrillRecord
  readonly metrics: Metrics
  readonly bins: readonly Bin[]
  /** What was done. */
  readonly steps: readonly { readonly ms: number; readonly text: string }[]
  readonly crossed: readonly Crossed[]
  /** Why sessions were cut and attempts refused, the most frequent first. */
  readonly reasons: readonly (readonly [why: string, count: number])[]
  /** Why what the event was to bring about is not there; `undefined`: it is. */
  readonly unproven: string | undefined
  /** Connections that faults did something to; `undefined`: none was asked for. */
  readonly struck: number | undefined
}

/** A drill: one event, on one pair or on two that are compared. */
export interface DrillResult {
  readonly event: string
  readonly way: string
  readonly hypothesis: string
  readonly env: Readonly<Record<string, string>>
  readonly clients: number
  /** Messages a second. */
  readonly rate: number
  readonly reconnect: { readonly name: string; readonly says: string }
  /** What fails it, as `--fail-on` has it. */
  readonly failOn: string
  /** What struck connections to the broker from the event on, and what a healthy stack does then. */
  readonly faults: readonly { readonly name: string; readonly what: string; readonly healthy: string }[]
  readonly runs: readonly DrillRun[]
}

/** The first run decides: the other one is there to be compared with. */
export function drillHolds({ runs: [first] }: DrillResult): boolean {
  return first !== undefined && first.crossed.length === 0 && first.unproven === undefined
}
