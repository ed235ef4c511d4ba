import { Args } from '@oclif/core'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { checkFlags, checkOptions } from '../flags/check.js'
import { markFlags } from '../flags/marks.js'

export default class Check extends BaseCommand {
  static override strict = false
  static override summary = 'Run scenarios, or your own files, on a real HAProxy and broker, and check what comes of it'
  static override description =
    `Each scenario gets a private folder, fresh certificates, a HAProxy and a broker on free loopback ports; then its clients \
come, good ones and bad ones, and the broker is asked what it believed of them. Your own files are read, moved into such a \
sandbox (see --print-config) and judged alike; failures point at the line of your file.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> check',
    '<%= config.bin %> check proxy-mtls-cn tcp/publish-qos-2 -v',
    '<%= config.bin %> check --dir lab',
    '<%= config.bin %> check --behaviour --broker mosquitto',
    '<%= config.bin %> check --haproxy-config haproxy.cfg --broker-config mosquitto.conf --broker mosquitto',
    '<%= config.bin %> check --haproxy 2.6,3.2 --broker embedded,mosquitto --reporter junit=check.xml',
  ]
  static override args = { check: Args.string({ description: 'SCENARIO or SCENARIO/CASE, any number (default: all)' }) }
  static override flags = { ...markFlags, ...checkFlags }

  async run() {
    const { argv, flags } = await this.parse(Check)
    const names = [...argv.map(String), ...(flags.behaviour ? ['behaviour'] : [])]
    const options = checkOptions(flags)
    if (flags.list || flags['print-config']) return this.show(names, options, flags.list)
    const [{ runCheck }, { canRedraw, openProgress }, { againCommand, againNamed }, { lastFailed, writeEvidence }] =
      await Promise.all([
        import('../actions/check.js'),
        import('../host/live.js'),
        import('../actions/check-again.js'),
        import('../actions/check-evidence.js'),
      ])
    const report = await this.openReports(flags.reporter, flags)
    const progress = await openProgress({ quiet: flags.quiet, live: canRedraw() })
    const run = await runCheck({
      ...options,
      select: flags['last-failed'] ? await lastFailed(options.artifacts) : names,
      now: new Date(),
      env: { node: process.version },
      say: (text) => this.progress(text),
      progress,
      again: (subject, row, job) => againCommand(options, subject, row, job),
      againNamed: (name, job) => againNamed(options, name, job),
    }).finally(progress.end)
    const result = await writeEvidence(options.artifacts, run.result, run.recordings)
    this.exitWith(run.exit)
    await report(result)
    return result
  }

  private async show(names: readonly string[], options: ReturnType<typeof checkOptions>, list: boolean) {
    const { listChecks, printConfig } = await import('../actions/check-show.js')
    const shown = list ? await listChecks(names, options) : await printConfig(names, options)
    this.out(shown.text)
    return shown.json
  }
}
