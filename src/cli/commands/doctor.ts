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
    `Asks every program for its version and features, and this machine for its limits. Exits 0 when check can run.

With --live it looks at a running HAProxy by its stats socket or its master's socket: old workers and the sessions they hold, \
servers that are DOWN and why, headroom of connections, descriptors and ports, days left of certificates, connections that ended \
before they were a session (PROXY header or TLS), and timeouts against the keepalives in the broker's log. Only commands that \
read are sent; nothing else can be. Exits 1 when something is wrong.

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
    'cache-dir': Flags.string({ description: 'folder of fetched programs', env: 'MQTT_PROXY_CACHE', helpValue: 'DIR' }),
    report: Flags.boolean({ description: 'a block to paste into a bug report' }),
    live: Flags.string({
      description: 'look at a running HAProxy by this stats socket or master socket',
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
