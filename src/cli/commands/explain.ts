import { Args } from '@oclif/core'
import { BaseCommand, exitCodesHelp } from '../base-command.js'

export default class Explain extends BaseCommand {
  static override summary = 'Explain a code or log line'
  static override description =
    `Explains termination codes and texts of HAProxy's log, MQTT reason codes by number or name, errors of mqtt-proxy, rules of lint \
and findings of probe. A log line in quotes works too (HAProxy, Mosquitto, RabbitMQ, EMQX, VerneMQ, HiveMQ, FlashMQ): it \
shows the likely causes, the most likely first, and what to run next. A file, or - for stdin, is read as a log: lines with \
the same meaning are counted together.

${exitCodesHelp}`

  static override examples = [
    '<%= config.bin %> explain cD',
    '<%= config.bin %> explain "<NOSRV>"',
    '<%= config.bin %> explain 135',
    '<%= config.bin %> explain "CONNACK 4"',
    "<%= config.bin %> explain 'Protocol error from 192.0.2.10:42310: First packet not CONNECT (0D).'",
    '<%= config.bin %> explain "not authorized"',
    '<%= config.bin %> explain MP-NO-CONNACK',
    '<%= config.bin %> explain MP401 --json',
    '<%= config.bin %> explain MP-P301',
    '<%= config.bin %> explain - < haproxy.log',
  ]

  static override args = {
    code: Args.string({
      required: true,
      description: 'cD, <NOSRV>, 0x87, MP401, MP-NO-CONNACK, a log line in quotes, a log file, or - for stdin',
    }),
  }

  async run() {
    const { args } = await this.parse(Explain)
    const { explain, explainLog, isLog } = await import('../../stories/explain/explain.js')
    const { explanationText, logSummaryText } = await import('../../stories/explain/text.js')
    if (!isLog(args.code)) {
      const explanations = await explain(args.code)
      for (const one of explanations) this.out(explanationText(one))
      return { schema: 1, ok: true, explanations }
    }
    const { explanations, summary } = await explainLog(args.code)
    for (const one of explanations) this.out(explanationText(one))
    const explained = explanations.reduce((sum, { count = 1 }) => sum + count, 0)
    for (const line of logSummaryText(summary, explained)) this.out(line)
    const { lines, normal, unknown, examples } = summary
    return { schema: 1, ok: true, explanations, lines, explained, normal, unknown, examples }
  }
}
