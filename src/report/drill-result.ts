import { binMs } from '../drill/curve.js'
import type { MetricName } from '../drill/metrics.js'
import { type DrillResult, type DrillRun, drillHolds } from '../drill/run.js'
import { type Crossed, crossed, type DrillThreshold, parseThresholds } from '../drill/thresholds.js'
import { type CaseGroup, type CaseResult, type RunResult, statsOf } from '../kernel/result.js'
import { formatMetric } from './drill.js'

/** A drill as the result that all reporters take: a group a run, a case a threshold, and the curve. */
export function drillRunResult(result: DrillResult): RunResult {
  const thresholds = parseThresholds(result.failOn)
  const groups = result.runs.map((run, index) => groupOf(run, result, thresholds, index === 0))
  const durationMs = groups.reduce((sum, group) => sum + group.durationMs, 0)
  return {
    schema: 1,
    command: 'drill',
    ok: drillHolds(result),
    env: result.env,
    stats: statsOf(groups, durationMs),
    groups,
    findings: [],
  }
}

function groupOf(
  run: DrillRun,
  { event, way, clients, rate }: DrillResult,
  thresholds: readonly DrillThreshold[],
  decides: boolean,
): CaseGroup {
  const id = `drill/${run.name}`
  const over = crossed(thresholds, run.metrics, clients)
  const cases = thresholds.map((one) => caseOf(id, one, over, run, clients, decides))
  return {
    id,
    title: `${event} (${way}), ${clients} clients, ${rate} messages/s`,
    durationMs: Math.round(run.record.watchedMs),
    cases: run.unproven === undefined ? cases : [...cases, unproven(id, run.unproven, decides)],
    curve: {
      binMs,
      // What lies between is drawn as nothing, so every bar has to be there.
      bins: run.bins,
      steps: run.steps.map(({ ms, text }) => ({ ms: Math.round(ms), text })),
    },
  }
}

/** The first run decides: what the other one crosses is shown, and fails nothing. */
function caseOf(
  id: string,
  threshold: DrillThreshold,
  over: readonly Crossed[],
  run: DrillRun,
  clients: number,
  decides: boolean,
): CaseResult {
  const name: MetricName = threshold.metric
  const value = run.metrics[name]
  const failed = over.some((one) => one.threshold === threshold)
  return {
    id: `${id}/${threshold.text.replaceAll(' ', '')}`,
    title: `fails on ${threshold.text}`,
    status: failed ? (decides ? 'failed' : 'skipped') : 'passed',
    expected: `not ${threshold.text}`,
    actual: value === undefined ? 'not known' : formatMetric(name, value, clients),
    ...(failed && !decides && { reason: 'it is crossed, and this run is only there to be compared with' }),
  }
}

function unproven(id: string, why: string, decides: boolean): CaseResult {
  return {
    id: `${id}/event`,
    title: 'what the event is to bring about is there',
    status: decides ? 'failed' : 'skipped',
    actual: why,
    ...(!decides && { reason: why }),
  }
}
