import { homedir } from 'node:os'
import { Flags } from '@oclif/core'
import { EXIT } from '../../kernel/exit.js'
import { doctorLines, doctorReport } from '../../report/doctor.js'
import { examine, isReady } from '../../stories/doctor/doctor.js'
import { doctorItems } from '../../stories/doctor/items.js'
import { doctorVerdict } from '../../stories/doctor/verdict.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { markFlags } from '../flags/marks.js'

export default class Doctor extends BaseCommand {
  static override summary = 'What is here, what of it works, and what can run with it'
  static override description =
    `Asks every program for its version and features, and this machine for its limits. Exits 0 when check can run.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --haproxy 2.6 -v',
    '<%= config.bin %> doctor --report',
    "<%= config.bin %> doctor --json | jq '.scenarios'",
  ]
  static override flags = {
    ...markFlags,
    haproxy: Flags.string({ description: 'program or release line', helpValue: 'PATH|LINE' }),
    'cache-dir': Flags.string({ description: 'folder of fetched programs', env: 'MQTT_PROXY_CACHE', helpValue: 'DIR' }),
    report: Flags.boolean({ description: 'a block to paste into a bug report' }),
  }

  async run() {
    const { flags } = await this.parse(Doctor)
    const diagnosis = await examine({ haproxy: flags.haproxy, cacheDir: flags['cache-dir'] })
    const items = doctorItems(diagnosis)
    const verdict = doctorVerdict(diagnosis)
    if (flags.report) this.out(doctorReport(this.config.version, items, verdict, homedir()))
    else {
      const style = await this.style(flags)
      const lines = doctorLines(items, { all: flags.verbose, quiet: flags.quiet, style })
      for (const line of [...lines, verdict]) this.out(line)
    }
    const ok = isReady(diagnosis)
    this.exitWith(ok ? EXIT.ok : EXIT.environment)
    return { schema: 1, ok, verdict, items, scenarios: diagnosis.scenarios }
  }
}
