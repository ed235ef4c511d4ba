import type { BrokerKind } from '../../brokers/index.js'
import { derive } from '../../scenarios/derive.js'
import type { ScenarioDetail } from '../../scenarios/described.js'
import { findScenario } from '../../scenarios/find.js'
import { summaryOf } from './scenarios.js'

/**
 * @throws Fault MP-SCENARIO-UNKNOWN (exit 2), MP-GEN-UNSUPPORTED (exit 3)
 */
export function showScenario(text: string, broker: BrokerKind): ScenarioDetail {
  const scenario = findScenario(text)
  const derived = derive(scenario, { broker })
  const files = [...derived.haproxy, ...derived.brokers.flatMap((one) => one.files)]
  return {
    ...summaryOf(scenario),
    files: files.map(({ name, text }) => ({ name, text })),
    traps: scenario.errata,
    derived,
  }
}
