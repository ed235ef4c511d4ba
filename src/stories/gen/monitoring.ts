import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { isExecutable, lookForProgram } from '../../host/process/programs.js'
import { runProgram } from '../../host/process/run-program.js'
import { type AlertOptions, alertRules, prometheusConfig } from '../../live/monitoring/alerts.js'
import { dashboard } from '../../live/monitoring/dashboard.js'
import type { FileVerdict, WrittenFile } from '../../scenarios/generated.js'
import { writeGenerated } from './write-generated.js'

export interface MonitoringRequest extends AlertOptions {
  readonly folder: string
  /** Where `watch --metrics` serves: `127.0.0.1:9464`. */
  readonly metrics: string
  readonly force: boolean
  readonly dryRun: boolean
}

export interface MonitoringResult {
  readonly schema: 1
  readonly ok: boolean
  readonly folder: string
  readonly files: readonly WrittenFile[]
  readonly verdicts: readonly FileVerdict[]
}

const names = { rules: 'alerts.yml', config: 'prometheus.yml', dashboard: 'dashboard.json' }

/**
 * Alert rules, a scrape configuration and a Grafana dashboard for `watch`; promtool reads what it can, where it is found.
 * @throws Fault MP-GEN-EXISTS (exit 2), MP-WRITE (exit 3)
 */
export async function genMonitoring(request: MonitoringRequest): Promise<MonitoringResult> {
  const { folder, metrics, force, dryRun } = request
  const head = '# mqtt-proxy gen monitoring\n'
  const wanted = [
    { path: join(folder, names.rules), text: `${head}${stringify(alertRules(request), { lineWidth: 120 })}` },
    { path: join(folder, names.config), text: `${head}${stringify(prometheusConfig(metrics, names.rules))}` },
    { path: join(folder, names.dashboard), text: `${JSON.stringify(dashboard(), undefined, 2)}\n` },
  ]
  const files = await writeGenerated(wanted, { force, dryRun, noDiff: true })
  const verdicts = dryRun ? [] : [await promtool(folder)]
  return { schema: 1, ok: verdicts.every(({ status }) => status !== 'refused'), folder, files, verdicts }
}

/** `check config` reads the rule files that the configuration names as well. */
async function promtool(folder: string): Promise<FileVerdict> {
  const file = join(folder, names.config)
  const program = await findPromtool()
  if (program === undefined) {
    return { file, status: 'not checked', messages: ['promtool was not found: mqtt-proxy tools install prometheus'] }
  }
  const { code, stdout, stderr } = await runProgram(program, ['check', 'config', file])
  const messages = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '')
  return { file, status: code === 0 ? 'accepted' : 'refused', by: 'promtool', messages: code === 0 ? [] : messages }
}

/** It comes with Prometheus, beside it. */
async function findPromtool(): Promise<string | undefined> {
  const found = await lookForProgram('prometheus')
  if (found === undefined) return undefined
  const program = join(dirname(found.program), 'promtool')
  return (await isExecutable(program)) ? program : undefined
}
