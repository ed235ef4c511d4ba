import { Flags } from '@oclif/core'
import { certLines, verdictLines } from '../../../report/generated.js'
import { exitCodesHelp } from '../../base-command.js'
import { GenerateCommand } from '../../flags/generate-command.js'
import { parseSeconds } from '../../flags/values.js'

export default class GenMonitoring extends GenerateCommand {
  static override summary = 'Write alert rules for Prometheus and a Grafana dashboard for what watch measures'
  static override description =
    `Writes alerts.yml, prometheus.yml (it scrapes watch --metrics and reads the rules) and dashboard.json into a folder. \
promtool checks them if it is installed (tools install prometheus).

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> gen monitoring -o monitoring',
    '<%= config.bin %> gen monitoring -o monitoring --metrics 127.0.0.1:9464 --interval 30s --certificate-days 14',
    '<%= config.bin %> gen monitoring -o monitoring --dry-run',
  ]
  static override flags = {
    output: Flags.string({ char: 'o', description: 'folder', required: true, helpValue: 'DIR' }),
    metrics: Flags.string({
      description: 'address of watch --metrics',
      default: '127.0.0.1:9464',
      helpValue: 'HOST:PORT',
    }),
    interval: Flags.string({ description: 'the --interval of watch', default: '60s', helpValue: 'TIME' }),
    'certificate-days': Flags.integer({
      description: 'warn this many days before a certificate expires',
      default: 21,
      min: 1,
      max: 365,
      helpValue: 'DAYS',
    }),
    force: Flags.boolean({ description: 'replace files that differ' }),
    'dry-run': Flags.boolean({ description: 'list what would be written' }),
  }

  async run() {
    const { flags } = await this.parse(GenMonitoring)
    const { genMonitoring } = await import('../../../stories/gen/monitoring.js')
    const { parseHostPort } = await import('../../flags/values.js')
    parseHostPort(flags.metrics)
    const result = await genMonitoring({
      folder: flags.output,
      metrics: flags.metrics,
      intervalSeconds: parseSeconds(flags.interval),
      certificateDays: flags['certificate-days'],
      force: flags.force,
      dryRun: flags['dry-run'],
    })
    const progress = verdictLines(result.verdicts, flags.quiet)
    this.tell({ out: certLines(result.files, flags.quiet), progress }, result.ok)
    return result
  }
}
