import { randomBytes } from 'node:crypto'
import { Args, Flags } from '@oclif/core'
import { runConformance } from '../actions/conformance.js'
import { conformanceTargets } from '../actions/conformance-targets.js'
import { BaseCommand } from '../base-command.js'
import { selectCases } from '../conformance/catalogue.js'
import { conformanceText, listText } from '../conformance/text.js'
import { Fault } from '../errors.js'
import { EXIT } from '../exit.js'
import { reporterFlag } from '../flags/reporter.js'
import { interrupted } from '../host/lifetime.js'

export default class Conformance extends BaseCommand {
  static override strict = false
  static override summary = 'Test how a receiver reads PROXY headers, case by case'
  static override description =
    'Sends good and malformed headers, an MQTT CONNECT behind each, and a good client after each. Several targets make a matrix. "embedded" tests the embedded broker.'
  static override examples = [
    '<%= config.bin %> conformance 127.0.0.1:1884',
    '<%= config.bin %> conformance embedded --level should',
    '<%= config.bin %> conformance 127.0.0.1:1884 --broker-log mosquitto=/var/log/mosquitto/mosquitto.log',
    '<%= config.bin %> conformance mosquitto=127.0.0.1:1884 haproxy=127.0.0.1:1885 --select pp2/tlv',
    '<%= config.bin %> conformance 127.0.0.1:1884 --reporter junit=conformance.xml',
    '<%= config.bin %> conformance --list',
  ]
  static override args = {
    target: Args.string({ description: '[NAME=]HOST:PORT, any number; or "embedded"', ignoreStdin: true }),
  }
  static override flags = {
    level: Flags.option({ options: ['must', 'should'] as const })({
      description: 'what has to be met for exit 0',
      default: 'must',
    }),
    select: Flags.string({
      description: 'only these sections or cases',
      helpValue: 'pp2/tlv',
      multiple: true,
      delimiter: ',',
    }),
    list: Flags.boolean({ description: 'show the cases, send nothing' }),
    'broker-log': Flags.string({
      description: 'judge the client address and user the broker writes to this log',
      helpValue: 'mosquitto=FILE',
      multiple: true,
    }),
    timeout: Flags.integer({
      char: 'W',
      description: 'milliseconds to wait for an answer',
      default: 1000,
      min: 50,
      max: 60_000,
    }),
    reporter: reporterFlag,
    'yes-i-may-test-this-host': Flags.boolean({ description: 'this host is mine to test: needed off loopback' }),
  }

  async run() {
    const { argv, flags } = await this.parse(Conformance)
    const cases = selectCases(flags.select ?? [])
    if (cases.length === 0)
      throw new Fault('MP-NO-CASE', 'no case matches', { exit: EXIT.usage, hints: ['see --list'] })
    if (flags.list) {
      this.out(listText(cases))
      return { schema: 1, ok: true, cases: cases.map(({ plan: _, ...one }) => one) }
    }
    const { targets, env } = await conformanceTargets({
      names: argv.map(String),
      brokerLogs: flags['broker-log'] ?? [],
      mayTest: flags['yes-i-may-test-this-host'],
    })
    const marks = {
      quiet: flags.quiet === true,
      verbose: flags.verbose === true,
      'no-color': flags['no-color'] === true,
    }
    const report = await this.openReports(flags.reporter ?? [], marks)
    this.progress(`${cases.length} cases against ${targets.map(({ name }) => name).join(', ')}`)
    const tag = randomBytes(3).toString('hex')
    const request = { targets, cases, level: flags.level, waitMs: flags.timeout, tag, env, signal: interrupted }
    const result = await runConformance(request)
    await report(result, { text: (one) => conformanceText(one, flags.level, marks.verbose) })
    if (!result.ok) this.exitWith(EXIT.wrong)
    return result
  }
}
