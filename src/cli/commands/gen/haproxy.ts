import { Flags } from '@oclif/core'
import { genLines } from '../../../report/generated.js'
import { genHaproxy } from '../../../stories/gen/pair.js'
import { exitCodesHelp } from '../../base-command.js'
import {
  deriveOptions,
  haproxyFlags,
  outputFlags,
  outputOf,
  pairFlags,
  placeFlag,
  scenarioArg,
} from '../../flags/generate.js'
import { GenerateCommand } from '../../flags/generate-command.js'

export default class GenHaproxy extends GenerateCommand {
  static override summary = 'Write the haproxy.cfg of a scenario'
  static override description =
    `Generated files work on the real program. A comment explains each line that differs from the documents.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> gen haproxy proxy-mtls-cn',
    "<%= config.bin %> gen haproxy proxy-tls --listen '*:8883' --check -o lab/",
    '<%= config.bin %> gen haproxy proxy --socket /run/mosquitto/proxy.sock',
    '<%= config.bin %> gen haproxy chain --role inner',
    '<%= config.bin %> gen haproxy 4 --keepalive 300 --diff -o lab/haproxy.cfg',
  ]
  static override args = scenarioArg
  static override flags = {
    ...pairFlags,
    server: placeFlag({ description: 'where the broker listens (default 127.0.0.1:1884)' }),
    ...haproxyFlags,
    crl: Flags.boolean({
      helpGroup: 'HAPROXY',
      description: 'refuse revoked client certificates: crl-file, made by gen certs --keep-ca',
    }),
    role: Flags.option({ options: ['edge', 'inner'] as const })({
      description: 'chain, ip-acl: which of the two HAProxys (default edge)',
    }),
    ...outputFlags,
  }

  async run() {
    const { args, flags } = await this.parse(GenHaproxy)
    const result = await genHaproxy(
      args.scenario,
      { ...deriveOptions(flags), crl: flags.crl },
      flags.role,
      outputOf(flags),
    )
    this.tell(genLines(result, flags.quiet), result.ok)
    return result
  }
}
