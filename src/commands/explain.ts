import { Args } from '@oclif/core'
import { BaseCommand } from '../base-command.js'

export default class Explain extends BaseCommand {
  static override summary = 'Say in words what a code in a log or a result means'
  static override description =
    `Termination codes and texts of HAProxy's log, MQTT reason codes, our own rules; a whole log line in quotes works too.`

  static override examples = [
    '<%= config.bin %> explain cD',
    '<%= config.bin %> explain "<NOSRV>"',
    '<%= config.bin %> explain 135',
    '<%= config.bin %> explain MP401 --json',
  ]

  static override args = {
    code: Args.string({ required: true, description: 'cD, <NOSRV>, 0x87, MP401, or a log line in quotes' }),
  }

  async run(): Promise<unknown> {
    const { args } = await this.parse(Explain)
    const { explain } = await import('../actions/explain.js')
    const explanations = explain(args.code)
    for (const one of explanations) {
      this.out([`${one.code}  ${one.kind}: ${one.meaning}`, ...one.more.map((line) => `  ${line}`)].join('\n'))
    }
    return { schema: 1, ok: true, explanations }
  }
}
