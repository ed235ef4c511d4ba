import { Flags } from '@oclif/core'
import { usualBroker } from '../../../brokers/index.js'
import { genLines } from '../../../report/generated.js'
import { genBroker } from '../../../stories/gen/pair.js'
import { exitCodesHelp } from '../../base-command.js'
import {
  brokerOption,
  brokerVersionFlag,
  deriveOptions,
  outputFlags,
  outputOf,
  pairFlags,
  placeFlag,
  scenarioArg,
} from '../../flags/generate.js'
import { GenerateCommand } from '../../flags/generate-command.js'

export default class GenBroker extends GenerateCommand {
  static override summary = "Write the broker's configuration of a scenario"
  static override description =
    `The embedded broker reads mosquitto.conf. A pair that cannot work is refused with the reason (exit 3). A comment marks \
files for brokers that the project has never run.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> gen broker proxy-mtls-cn',
    '<%= config.bin %> gen broker proxy --broker vernemq',
    '<%= config.bin %> gen broker proxy-tls --broker rabbitmq -o lab/',
    '<%= config.bin %> gen broker sticky --instance 2 --server2 127.0.0.1:1894',
  ]
  static override args = scenarioArg
  static override flags = {
    broker: brokerOption({ description: 'kind of broker', default: usualBroker }),
    ...brokerVersionFlag,
    server: placeFlag({
      description: 'where the broker listens; with two brokers, the first (default 127.0.0.1:1884)',
      aliases: ['listen'],
    }),
    bind: Flags.string({
      description: 'address to bind, if HAProxy connects to another one (containers)',
      helpValue: 'ADDRESS',
    }),
    ...pairFlags,
    instance: Flags.integer({
      helpValue: 'N',
      description: 'sticky: number of the broker',
      min: 1,
      max: 2,
      default: 1,
    }),
    ...outputFlags,
  }

  async run() {
    const { args, flags } = await this.parse(GenBroker)
    const result = await genBroker(args.scenario, deriveOptions(flags), flags.instance, outputOf(flags))
    this.tell(genLines(result, flags.quiet), result.ok)
    return result
  }
}
