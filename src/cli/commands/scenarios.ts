import { Args, Flags } from '@oclif/core'
import { brokerKinds, usualBroker } from '../../brokers/index.js'
import { nextLines } from '../../report/generated.js'
import { scenarioPage, scenarioTable } from '../../report/scenarios.js'
import { listScenarios } from '../../stories/scenarios/scenarios.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'

export default class Scenarios extends BaseCommand {
  static override summary = 'List the scenarios, or show one: picture, both configurations, checks, common mistakes'
  static override description = exitCodesHelp
  static override examples = [
    '<%= config.bin %> scenarios',
    '<%= config.bin %> scenarios proxy-mtls-cn',
    '<%= config.bin %> scenarios 4 --broker vernemq',
    "<%= config.bin %> scenarios --json | jq '.scenarios[].id'",
  ]
  static override args = { name: Args.string({ description: 'name or number' }) }
  static override flags = {
    broker: Flags.option({ options: brokerKinds })({
      description: `list what this broker supports, or show its configuration (default ${usualBroker})`,
    }),
  }

  async run() {
    const { args, flags } = await this.parse(Scenarios)
    if (args.name === undefined) {
      const scenarios = listScenarios(flags.broker)
      for (const text of scenarioTable(scenarios)) this.out(text)
      const next = ['mqtt-proxy scenarios proxy-mtls-cn', 'mqtt-proxy gen all proxy-mtls-cn -o lab', 'mqtt-proxy check']
      for (const line of nextLines(next)) this.progress(line)
      return { schema: 1, ok: true, scenarios }
    }
    const { showScenario } = await import('../../stories/scenarios/detail.js')
    const detail = showScenario(args.name, flags.broker ?? usualBroker)
    for (const text of scenarioPage(detail)) this.out(text)
    const { derived: _, ...one } = detail
    return { schema: 1, ok: true, scenarios: [one] }
  }
}
