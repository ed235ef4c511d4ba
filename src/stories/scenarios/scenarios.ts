import type { ScenarioSummary } from '../../scenarios/described.js'
import { type GeneratedBroker, settle } from '../../scenarios/options.js'
import { oldestHaproxy, support, whyImpossible } from '../../scenarios/support.js'
import { scenarios } from '../../scenarios/table.js'
import type { Scenario } from '../../scenarios/types.js'

/** All of them; with a broker, whether it can do each. */
export function listScenarios(broker?: GeneratedBroker): readonly ScenarioSummary[] {
  return scenarios.map((scenario) => {
    if (broker === undefined) return summaryOf(scenario)
    const cannot = whyImpossible(scenario, { ...settle(scenario), broker }) ?? null
    return { ...summaryOf(scenario), cannot }
  })
}

/** A scenario as the list and `--json` say it. */
export function summaryOf(scenario: Scenario): ScenarioSummary {
  const { proxySince } = support.mosquitto
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
      ...(scenario.header !== 'none' && typeof proxySince === 'string' && { mosquitto: `>=${proxySince}` }),
    },
    checks: scenario.outcomes.map((row) => ({ id: `${scenario.id}/${row.id}`, title: row.title, level: row.level })),
  }
}
