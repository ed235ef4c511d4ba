import { Args } from '@oclif/core'
import type { ExitCode } from '../../kernel/exit.js'
import type { TapEvent } from '../../tap/event.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { type CheckFlags, checkFlags, checkOptions } from '../flags/check.js'
import { markFlags } from '../flags/marks.js'

export default class Check extends BaseCommand {
  static override strict = false
  static override summary = 'Run scenarios, or your own files, on a real HAProxy and broker, and check every result'
  static override description =
    `Each scenario gets a private folder, fresh certificates, a HAProxy and a broker on free loopback ports; then valid and \
invalid clients connect, and the broker is asked which address and user it saw. Your own files are copied into the same kind of \
sandbox (see --print-config) and checked the same way; failures point to the line of your file.

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
    const named = [...argv.map(String), ...(flags.behaviour ? ['behaviour'] : [])]
    const options = await checkOptions(flags)
    const names = flags['last-failed'] ? await this.lastFailed(named, options) : named
    if (flags.list || flags['print-config']) return this.show(names, options, flags.list)
    const { isolate } = await import('../../stories/check/isolation.js')
    const isolation = await isolate(options, flags.isolation)
    if ('ran' in isolation) process.exit(isolation.ran)
    const [
      { runCheck },
      { canRedraw, openProgress },
      { againCommand, againNamed },
      { writeEvidence },
      { filesOf },
      { passwordOf },
    ] = await Promise.all([
      import('../../stories/check/check.js'),
      import('../../host/process/live.js'),
      import('../../stories/check/again.js'),
      import('../../stories/check/evidence.js'),
      import('../../stories/check/last.js'),
      import('../../stories/send/connection.js'),
    ])
    const report = await this.openReports(flags.reporter, flags, { sarif: false })
    const { username } = flags
    const login = username === undefined ? undefined : { username, password: await passwordOf(flags) }
    const progress = await openProgress({ quiet: flags.quiet, live: canRedraw() && !flags.tap })
    const holder =
      flags.keep && !process.env.CI ? new (await import('../../stories/check/hold.js')).Holder() : undefined
    const run = await runCheck({
      ...options,
      select: names,
      login,
      holder,
      onTap: flags.tap ? await this.tapped() : undefined,
      now: new Date(),
      env: { node: process.version, ...(isolation.missing !== undefined && { isolation: isolation.missing }) },
      say: (text) => this.progress(text),
      progress,
      again: (subject, row, job) => againCommand(options, subject, row, job),
      againNamed: (name, job) => againNamed(options, name, job),
    }).finally(progress.end)
    const kept = await writeEvidence(options.artifacts, run.result, run.recordings, {
      cwd: process.cwd(),
      files: filesOf(options),
    }).catch((fault: unknown) => ({ fault }))
    const result = 'fault' in kept ? run.result : kept
    this.exitWith(run.exit)
    await report(result)
    if ('fault' in kept) throw kept.fault
    if (holder !== undefined && holder.held.length > 0) await this.hold(holder.held, run.exit)
    return result
  }

  /** What `--tap` says of each packet; secrets and payloads stay hidden. */
  private async tapped() {
    const { quietTap, tapLines } = await import('../../report/tap-events.js')
    return (scenario: string, event: TapEvent) => {
      for (const line of tapLines(event, quietTap)) this.progress(`${scenario}  ${line}`)
    }
  }

  /** Until Ctrl-C, which ends it with the code of the run. */
  private async hold(held: readonly string[], exit: ExitCode): Promise<void> {
    const { exitWhenStopped } = await import('../../host/process/lifetime.js')
    exitWhenStopped(exit)
    for (const line of held) this.progress(`running: ${line}`)
    this.progress('mqtt-proxy who shows who is connected   Ctrl-C stops')
    // Timers and sockets of the stacks keep the process alive.
    await new Promise(() => {})
  }

  private async lastFailed(named: readonly string[], options: CheckFlags) {
    const { failedAmong } = await import('../../stories/check/last.js')
    return failedAmong(options.artifacts, named, options, (text) => this.progress(text))
  }

  private async show(names: readonly string[], options: CheckFlags, list: boolean) {
    const { listChecks, printConfig } = await import('../../stories/check/show.js')
    const shown = list ? await listChecks(names, options) : await printConfig(names, options)
    if (list) this.out(shown.text)
    else this.outVerbatim(shown.text)
    return shown.json
  }
}
