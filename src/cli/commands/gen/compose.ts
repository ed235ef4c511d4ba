import { Flags } from '@oclif/core'
import { usualBroker } from '../../../brokers/index.js'
import { composeLines } from '../../../report/generated.js'
import { genCompose } from '../../../stories/gen/compose.js'
import { exitCodesHelp } from '../../base-command.js'
import { certFlags, certsOptions } from '../../flags/certificates.js'
import {
  brokerOption,
  brokerVersionFlag,
  deriveOptions,
  haproxyFlags,
  outputFlags,
  outputOf,
  pairFlags,
  scenarioArg,
} from '../../flags/generate.js'
import { GenerateCommand } from '../../flags/generate-command.js'

export default class GenCompose extends GenerateCommand {
  static override summary = 'Write a compose project: HAProxy, broker, and one message through both as a job'
  static override description =
    `The broker publishes no port. If a compose client is installed, it validates the file (config).

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> gen compose proxy-mtls-cn -o lab',
    '<%= config.bin %> gen compose proxy --broker rabbitmq -o lab',
    '<%= config.bin %> gen compose sticky -o lab --dry-run',
  ]
  static override args = scenarioArg
  static override flags = {
    broker: brokerOption({ description: 'kind of broker', default: usualBroker }),
    ...brokerVersionFlag,
    transport: pairFlags.transport,
    annotate: pairFlags.annotate,
    port: Flags.integer({
      helpValue: 'PORT',
      description: 'port of HAProxy, published on loopback',
      min: 1,
      max: 65_535,
    }),
    deny: haproxyFlags.deny,
    keepalive: haproxyFlags.keepalive,
    'client-timeout': haproxyFlags['client-timeout'],
    'tls-profile': haproxyFlags['tls-profile'],
    check: Flags.boolean({
      description: 'validate the file with the compose client, if installed',
      default: true,
      allowNo: true,
    }),
    ...certFlags,
    ...outputFlags,
    output: Flags.string({ char: 'o', description: 'folder', required: true, helpValue: 'DIR' }),
  }

  async run() {
    const { args, flags } = await this.parse(GenCompose)
    const listen = flags.port === undefined ? undefined : { host: '*', port: flags.port }
    const result = await genCompose(
      args.scenario,
      deriveOptions({ ...flags, listen }),
      certsOptions(flags),
      outputOf(flags),
    )
    this.tell(composeLines(result, flags.quiet), result.ok)
    return result
  }
}
