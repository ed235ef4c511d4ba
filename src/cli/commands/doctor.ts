import { homedir } from 'node:os'
import { Flags } from '@oclif/core'
import { EXIT } from '../../kernel/exit.js'
import type { DoctorItem } from '../../kernel/result.js'
import { doctorLines, doctorReport } from '../../report/doctor.js'
import { BaseCommand, exitCodesHelp, type VolumeFlags } from '../base-command.js'
import { markFlags } from '../flags/marks.js'

export default class Doctor extends BaseCommand {
  static override summary = 'Check what is installed and which scenarios can run; or look at a running HAProxy'
  static override description =
    `Asks every program for its version and features, and checks the limits of this machine. Exits with 0 when check can run.

With --live it inspects a running HAProxy through its stats socket or its master's socket: old workers and the sessions they hold, \
servers that are DOWN and why, headroom of connections, descriptors and ports, days left of certificates, connections that \
ended before a session began (PROXY header or TLS), and timeouts against the keepalives in the broker's log. It can send \
read-only commands only. Exits with 1 when something is wrong.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --haproxy 2.6 -v',
    '<%= config.bin %> doctor --report',
    "<%= config.bin %> doctor --json | jq '.scenarios'",
    '<%= config.bin %> doctor --live /run/haproxy/admin.sock --broker-log /var/log/mosquitto/mosquitto.log',
  ]
  static override flags = {
    ...markFlags,
    haproxy: Flags.string({ description: 'program or release line', helpValue: 'PATH|LINE' }),
    'cache-dir': Flags.string({
      description: 'folder of installed programs',
      env: 'MQTT_PROXY_CACHE',
      helpValue: 'DIR',
    }),
    report: Flags.boolean({ description: 'print a block to paste into a bug report' }),
    live: Flags.string({
      description: 'inspect a running HAProxy through this stats socket or master socket',
      helpValue: 'SOCKET',
      exclusive: ['haproxy'],
    }),
    'broker-log': Flags.string({
      description: 'with --live: log of Mosquitto, of mqtt-proxy broker -v, or of RabbitMQ',
      helpValue: 'FILE',
      dependsOn: ['live'],
    }),
  }

  async run() {
    const { flags } = await this.parse(Doctor)
    if (flags.live !== undefined) return this.live(flags.live, flags['broker-log'], flags)
    const [{ examine, isReady }, { doctorItems }, { doctorVerdict }] = await Promise.all([
      import('../../stories/doctor/doctor.js'),
      import('../../stories/doctor/items.js'),
      import('../../stories/doctor/verdict.js'),
    ])
    const diagnosis = await examine({ haproxy: flags.haproxy, cacheDir: flags['cache-dir'] })
    const items = doctorItems(diagnosis)
    const verdict = doctorVerdict(diagnosis)
    await this.show(items, verdict, flags)
    const ok = isReady(diagnosis)
    this.exitWith(ok ? EXIT.ok : EXIT.environment)
    return { schema: 1, ok, verdict, items, scenarios: diagnosis.scenarios }
  }

  private async live(socket: string, file: string | undefined, flags: DoctorMarks) {
    const { examineLive } = await import('../../stories/doctor/live.js')
    const { items, verdict, ok, notes } = await examineLive(socket, file, Date.now())
    for (const note of notes) this.progress(note)
    await this.show(items, verdict, flags)
    this.exitWith(ok ? EXIT.ok : EXIT.wrong)
    return { schema: 1, ok, verdict, items, notes }
  }

  private async show(items: readonly DoctorItem[], verdict: string, flags: DoctorMarks): Promise<void> {
    if (flags.report) return this.out(doctorReport(this.config.version, items, verdict, homedir()))
    const { verbose = false, quiet = false } = flags
    const lines = doctorLines(items, { all: verbose, quiet, style: await this.style(flags) })
    for (const line of [...lines, verdict]) this.out(line)
  }
}

interface DoctorMarks extends VolumeFlags {
  readonly report: boolean
}
