import { Flags } from '@oclif/core'
import { configFilesThatRun, usualBroker } from '../../../brokers/index.js'
import { oneOf } from '../../../kernel/one-of.js'
import { genLines } from '../../../report/generated.js'
import { ciBrokers, ciPath, genCi } from '../../../stories/gen/ci/ci.js'
import { exitCodesHelp } from '../../base-command.js'
import { outputFlags } from '../../flags/generate.js'
import { GenerateCommand } from '../../flags/generate-command.js'

export default class GenCi extends GenerateCommand {
  static override summary = 'Write a CI job that lints and checks your pair, or the documented scenarios'
  static override description =
    `The job installs this version of mqtt-proxy and the real programs without root, lints your files, and runs them in a \
sandbox. The report is kept whether the job passes or fails, and the programs are cached between runs.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> gen ci --github',
    `<%= config.bin %> gen ci --github -o ${ciPath.github} --haproxy-config haproxy.cfg --broker-config mosquitto.conf`,
    '<%= config.bin %> gen ci --github --shards 3',
    '<%= config.bin %> gen ci --gitlab --broker emqx',
    '<%= config.bin %> gen ci --gitlab --scenario proxy-mtls-cn --broker mosquitto --haproxy 2.6',
  ]

  static override flags = {
    github: Flags.boolean({ description: `a GitHub workflow (${ciPath.github})`, exactlyOne: ['github', 'gitlab'] }),
    gitlab: Flags.boolean({ description: `a GitLab pipeline (${ciPath.gitlab})` }),
    'haproxy-config': Flags.string({
      description: 'path of your haproxy.cfg in the repository',
      helpValue: 'FILE',
      dependsOn: ['broker-config'],
    }),
    'broker-config': Flags.string({
      description: `your ${oneOf(configFilesThatRun)}`,
      helpValue: 'FILE',
      dependsOn: ['haproxy-config'],
      exclusive: ['scenario'],
    }),
    scenario: Flags.string({
      description: 'check only this scenario; repeatable',
      multiple: true,
      helpValue: 'SCENARIO',
    }),
    broker: Flags.option({ options: ciBrokers })({
      description: 'kind of broker; one that cannot be installed runs in a container',
      default: usualBroker,
    }),
    shards: Flags.integer({
      description: 'number of jobs to split the checks over; a last job merges their reports',
      helpValue: 'N',
      min: 1,
      max: 64,
    }),
    haproxy: Flags.string({ description: 'the release of HAProxy to install', default: '3.2', helpValue: 'X.Y' }),
    ...outputFlags,
  }

  async run() {
    const { flags } = await this.parse(GenCi)
    const result = await genCi(flags.gitlab ? 'gitlab' : 'github', flags)
    const { out, progress } = genLines(result, flags.quiet)
    this.tell({ out: [...out, ...progress], progress: [] }, result.ok)
    return result
  }
}
