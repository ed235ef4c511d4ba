import type { DerivedBroker } from '../derived.js'
import type { GeneratedBroker, Settled } from '../options.js'
import type { Scenario } from '../types.js'

export type TextBroker = Exclude<GeneratedBroker, 'embedded' | 'mosquitto' | 'vernemq' | 'rabbitmq'>

export function textFiles(_scenario: Scenario, _settled: Settled, broker: TextBroker): readonly DerivedBroker[] {
  throw new Error(`no generator for ${broker}`)
}
