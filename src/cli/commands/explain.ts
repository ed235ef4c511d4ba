import { Args } from '@oclif/core'
import { BaseCommand, exitCodesHelp } from '../base-command.js'

/** Bytes of a log that are read from stdin. */
const largest = 64 * 1024 * 1024

export default class Explain extends BaseCommand {
  static override summary = 'Say in words what a code in a log or a result means'
  static override description =
    `Termination codes and texts of HAProxy's log, MQTT reason codes by number or name, our errors, rules of lint and \
findings of probe; a whole log line in quotes works too, and - reads a log from stdin: the lines that say something are explained.

${exitCodesHelp}`

  static override examples = [
    '<%= config.bin %> explain cD',
    '<%= config.bin %> explain "<NOSRV>"',
    '<%= config.bin %> explain 135',
    '<%= config.bin %> explain "not authorized"',
    '<%= config.bin %> explain MP-NO-CONNACK',
    '<%= config.bin %> explain MP401 --json',
    '<%= config.bin %> explain MP-P301',
    '<%= config.bin %> explain - < haproxy.log',
  ]

  static override args = {
    code: Args.string({
      required: true,
      description: 'cD, <NOSRV>, 0x87, MP401, MP-NO-CONNACK, or a log line in quotes, - for stdin',
    }),
  }

  async run(): Promise<unknown> {
    const { args } = await this.parse(Explain)
    const { explain, explainLines } = await import('../../stories/explain/explain.js')
    const explanations = args.code === '-' ? explainLines(await readLog()) : explain(args.code)
    if (explanations.length === 0) this.progress('no line of it needs an explanation')
    for (const one of explanations) {
      this.out([`${one.code}  ${one.kind}: ${one.meaning}`, ...one.more.map((line) => `  ${line}`)].join('\n'))
    }
    return { schema: 1, ok: true, explanations }
  }
}

async function readLog(): Promise<string> {
  const { readText } = await import('../../host/files/input.js')
  return readText('-', largest)
}
