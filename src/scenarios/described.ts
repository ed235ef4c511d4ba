import type { Derived } from './derived.js'
import type { Erratum, Scenario } from './types.js'

/** A scenario as `mqtt-proxy scenarios` shows it. */
export interface ScenarioSummary {
  readonly id: string
  /** Number in the Mosquitto document. */
  readonly n: number | null
  readonly title: string
  readonly summary: string
  readonly client: Scenario['client']
  readonly sendProxy: Scenario['header']
  readonly learns: Scenario['learns']
  readonly transports: readonly string[]
  /** Oldest versions: `{ haproxy: '>=2.4', mosquitto: '>=2.1' }`. */
  readonly requires: Readonly<Record<string, string>>
  /** With a broker asked for: why it cannot do the scenario, null when it can. */
  readonly cannot?: string | null
  readonly checks: readonly { readonly id: string; readonly title: string; readonly level: string }[]
}

export interface ScenarioDetail extends ScenarioSummary {
  readonly files: readonly { readonly name: string; readonly text: string }[]
  readonly traps: readonly Erratum[]
  readonly derived: Derived
}
