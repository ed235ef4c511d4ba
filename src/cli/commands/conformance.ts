import { randomBytes } from 'node:crypto'
import { Args, Flags } from '@oclif/core'
import { conformanceCases, selectCases } from '../../conformance/catalogue.js'
import { selectors } from '../../conformance/selectors.js'
import { conformanceText, listText } from '../../conformance/text.js'
import { casesWithTls } from '../../conformance/tls-facts.js'
import type { ConformanceCase } from '../../conformance/types.js'
import { interrupted } from '../../host/process/lifetime.js'
import { canRedraw, openProgress } from '../../host/process/live.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import type { SslSpec } from '../../proxy-header/index.js'
import { runConformance } from '../../stories/conformance/conformance.js'
import { followSections } from '../../stories/conformance/progress.js'
import { conformanceTargets } from '../../stories/conformance/targets.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { markFlags } from '../flags/marks.js'
import { caseReporterFlag } from '../flags/reporter.js'
import { parseMilliseconds } from '../flags/values.js'

export default class Conformance extends BaseCommand {
  static override strict = false
  static override summary = 'Test how a receiver reads PROXY headers, case by case'
  static override description =
    `Sends valid and malformed headers, each with an MQTT CONNECT, and connects a valid client after each case. Several \
targets are shown as a matrix. "embedded" tests the embedded broker.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> conformance 127.0.0.1:1884',
    '<%= config.bin %> conformance embedded --level should',
    '<%= config.bin %> conformance 127.0.0.1:1884 --broker-log mosquitto=/var/log/mosquitto/mosquitto.log',
    '<%= config.bin %> conformance mosquitto=127.0.0.1:1884 haproxy=127.0.0.1:1885 --select pp2/tlv',
    '<%= config.bin %> conformance 127.0.0.1:1884 --reporter junit=conformance.xml',
    '<%= config.bin %> conformance 127.0.0.1:1884 --cn sensor-17',
    '<%= config.bin %> conformance --list',
  ]
  static override args = {
    target: Args.string({ description: '[NAME=]HOST:PORT, any number; or "embedded"' }),
  }
  static override flags = {
    ...markFlags,
    level: Flags.option({ options: ['must', 'should'] as const })({
      description: 'requirements to meet for exit 0',
      default: 'must',
    }),
    select: Flags.string({
      description: 'only these sections or cases',
      helpValue: 'pp2/tlv',
      multiple: true,
      delimiter: ',',
    }),
    tls: Flags.string({
      description: 'claim this TLS version in version 2 headers, for a receiver that requires TLS',
      helpValue: 'TLSv1.3',
    }),
    cn: Flags.string({
      description:
        'also claim a verified client certificate with this name, for a receiver that requires a certificate',
      helpValue: 'NAME',
    }),
    list: Flags.boolean({ description: 'list the cases and exit', exclusive: ['reporter'] }),
    'broker-log': Flags.string({
      description: 'also check the client address and user that the broker writes to this log',
      helpValue: 'mosquitto=FILE',
      multiple: true,
    }),
    timeout: Flags.string({
      char: 'W',
      description: 'how long to wait for an answer; then the result is silence',
      default: '1s',
      helpValue: 'TIME',
    }),
    reporter: caseReporterFlag,
    'yes-i-may-test-this-host': Flags.boolean({ description: 'confirm that you may test this non-loopback host' }),
  }

  async run() {
    const { argv, flags } = await this.parse(Conformance)
    const waitMs = Math.max(1, parseMilliseconds(flags.timeout))
    const tlsFacts = factsOf(flags)
    const selected = casesOf(flags.select ?? [])
    const cases = tlsFacts ? casesWithTls(selected, tlsFacts) : selected
    if (flags.list) {
      this.out(listText(cases))
      return { schema: 1, ok: true, cases: cases.map(({ plan: _, ...one }) => one) }
    }
    const { targets, env } = await conformanceTargets({
      names: argv.map(String),
      brokerLogs: flags['broker-log'] ?? [],
      mayTest: flags['yes-i-may-test-this-host'],
    })
    const report = await this.openReports(flags.reporter, flags, { sarif: false })
    const progress = await openProgress({ quiet: flags.quiet, live: canRedraw() })
    const tag = randomBytes(3).toString('hex')
    const request = {
      targets,
      cases,
      level: flags.level,
      waitMs,
      tag,
      env,
      signal: interrupted,
      onCase: followSections(targets, cases, progress),
      ...(tlsFacts && { tlsFacts }),
    }
    const result = await runConformance(request).finally(progress.end)
    const { level, quiet, verbose } = flags
    await report(result, { text: (one) => conformanceText(one, { level, quiet, all: verbose }) })
    if (!result.ok) this.exitWith(EXIT.wrong)
    return result
  }
}

/** A certificate comes with TLS. */
function factsOf(flags: { tls?: string | undefined; cn?: string | undefined }): SslSpec | undefined {
  if (flags.tls === undefined && flags.cn === undefined) return undefined
  const empty = flags.tls === '' ? '--tls' : flags.cn === '' ? '--cn' : undefined
  if (empty !== undefined) {
    throw new Fault('MP-CONFORMANCE-OPTION', `${empty} is empty`, {
      exit: EXIT.usage,
      hints: ['write --tls TLSv1.3 or --cn NAME, or leave it out'],
    })
  }
  return { version: flags.tls ?? 'TLSv1.3', ...(flags.cn !== undefined && { cn: flags.cn }) }
}

/** @throws Fault MP-NO-CASE (exit 2) for a selector that selects nothing */
function casesOf(chosen: readonly string[]): readonly ConformanceCase[] {
  const empty = chosen.find((one) => selectCases([one]).length === 0)
  if (empty === undefined) return selectCases(chosen)
  const near = nearest(empty, [...selectors, ...conformanceCases.map(({ id }) => id)])
  throw new Fault('MP-NO-CASE', `no case is called ${empty}`, {
    exit: EXIT.usage,
    hints: [...(near ? [`did you mean ${near}?`] : []), 'see them all: mqtt-proxy conformance --list'],
  })
}
