import { isCrossed, type Threshold as Limit, parseThresholdList } from '../kernel/threshold.js'
import { type MetricName, type Metrics, metricFigures } from './metrics.js'

export type DrillThreshold = Limit<MetricName>

export interface Crossed {
  readonly threshold: DrillThreshold
  /** `undefined`: the figure is not known, which fails. */
  readonly value: number | undefined
}

/**
 * `cut-in-1s>20%,lost>0,back-in>5s`; shares are of the clients.
 * @throws Fault MP-THRESHOLD (exit 2)
 */
export function parseThresholds(text: string): DrillThreshold[] {
  return parseThresholdList(text, metricFigures, 'cut-in-1s>20%, lost>0, back-in>5s')
}

/** The thresholds that a run crosses, in their order. */
export function crossed(thresholds: readonly DrillThreshold[], metrics: Metrics, clients: number): Crossed[] {
  return thresholds.flatMap((threshold) => {
    const value = metrics[threshold.metric]
    return isCrossed(threshold, value, clients) ? [{ threshold, value }] : []
  })
}
