import { Flags } from '@oclif/core'
import { usualBroker } from '../../../brokers/index.js'
import { allLines } from '../../../report/generated.js'
import { findScenario } from '../../../scenarios/find.js'
import { genAll } from '../../../stories/gen/all.js'
import { listsRevoked } from '../../../stories/gen/certs.js'
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
  placeFlag,
  scenarioArg,
} from '../../flags/generate.js'
import { GenerateCommand } from '../../flags/generate-command.js'

export default class GenAll extends GenerateCommand {
  static override summary = 'Write everything a scenario needs into a folder: HAProxy, broker, certificates'
  static override description =
    `Valid certificates that already exist are kept. Files that differ are replaced only with --force.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> gen all proxy-mtls-cn -o lab',
    '<%= config.bin %> gen all proxy-mtls-cn -o lab --broker mosquitto --broker vernemq --client-cn sensor-17',
    '<%= config.bin %> gen all 7 -o lab --diff',
    '<%= config.bin %> gen all chain -o lab --dry-run',
  ]
  static override args = scenarioArg
  static override flags = {
    broker: brokerOption({
      description: 'kind of broker; repeat it to write a file for each',
      multiple: true,
      multipleNonGreedy: true,
      default: [usualBroker],
    }),
    ...brokerVersionFlag,
    server: placeFlag({ description: 'where the broker listens (default 127.0.0.1:1884)' }),
    ...pairFlags,
    ...haproxyFlags,
    ...certFlags,
    'make-certs': Flags.boolean({
      description: 'make certificates if the scenario needs them',
      default: true,
      allowNo: true,
    }),
    ...outputFlags,
    output: Flags.string({ char: 'o', description: 'folder', required: true, helpValue: 'DIR' }),
  }

  async run() {
    const { args, flags } = await this.parse(GenAll)
    const { broker: brokers, ...rest } = flags
    const certs = flags['make-certs'] ? certsOptions(flags) : undefined
    const forClients = findScenario(args.scenario).client === 'mtls'
    const output = { ...outputOf(flags), check: flags.check ?? true }
    const result = await genAll(
      args.scenario,
      { ...deriveOptions(rest), ...(certs && listsRevoked(certs) && forClients && { crl: true }) },
      brokers,
      certs,
      output,
    )
    this.tell(allLines(result, flags.quiet), result.ok)
    return result
  }
}
