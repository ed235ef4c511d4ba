import { type BrokerKind, brokerOf, usualBroker } from '../../brokers/index.js'
import type { ScenarioSummary } from '../../scenarios/described.js'
import { settle } from '../../scenarios/options.js'
import { oldestHaproxy, whyImpossible } from '../../scenarios/possible.js'
import { scenarios } from '../../scenarios/table.js'
import type { Scenario } from '../../scenarios/types.js'

/** All of them; with a broker, whether it can do each. */
export function listScenarios(broker?: BrokerKind): readonly ScenarioSummary[] {
  return scenarios.map((scenario) => {
    if (broker === undefined) return summaryOf(scenario)
    const cannot = whyImpossible(scenario, { ...settle(scenario), broker }) ?? null
    return { ...summaryOf(scenario), cannot }
  })
}

/** A scenario as the list and `--json` say it. */
export function summaryOf(scenario: Scenario): ScenarioSummary {
  const { proxySince } = brokerOf(usualBroker).support
  const sticky = scenario.topology === 'sticky'
  return {
    id: scenario.id,
    n: scenario.number ?? null,
    title: scenario.title,
    summary: scenario.summary,
    client: scenario.client,
    sendProxy: scenario.header,
    learns: scenario.learns,
    transports: scenario.transports,
    requires: {
      haproxy: `>=${sticky ? oldestHaproxy.sticky : oldestHaproxy.plain}`,
      ...(scenario.header !== 'none' && typeof proxySince === 'string' && { [usualBroker]: `>=${proxySince}` }),
    },
    checks: scenario.outcomes.map((row) => ({ id: `${scenario.id}/${row.id}`, title: row.title, level: row.level })),
  }
}
