import type { LoadFigures, LoadRound } from '../kernel/load-figures.js'
import type { CaseGroup, LatencySeries } from '../kernel/result.js'
import type { Threshold } from '../kernel/threshold.js'
import { type LoadFigureName, thresholdCases } from './figures.js'
import { Durations } from './histogram.js'

/** A load as a group of a result: a case a threshold, and what reports draw. */
export function loadGroup(
  { name, title, durationMs }: { readonly name: string; readonly title: string; readonly durationMs: number },
  load: LoadFigures,
  thresholds: readonly Threshold<LoadFigureName>[],
): CaseGroup {
  const id = `bench/${name}`
  const cases = thresholdCases(thresholds, load, id)
  return { id, title, durationMs: Math.round(durationMs), cases, latencies: seriesOf(load), load }
}

function seriesOf({ measure, histograms }: LoadFigures): LatencySeries[] {
  const what = measure === 'messages' ? 'message' : 'connection'
  const named: readonly (readonly [string, string | undefined])[] = [
    [`${what}, from when it was due`, histograms.latency],
    [`${what}, from when it was sent`, histograms.fromSend],
    ['CONNECT to CONNACK', histograms.connect],
  ]
  return named.flatMap(([name, text]) => (text === undefined ? [] : [Durations.decode(text).series(name)]))
}

/** What a turn came to. */
export function roundOf(order: LoadRound['order'], { started, done, histograms }: LoadFigures): LoadRound {
  const sent = Durations.decode(histograms.fromSend)
  return { order, started, done, p50Ms: sent.quantile(0.5), p99Ms: sent.quantile(0.99) }
}
