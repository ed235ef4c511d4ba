import type { LoadFigures } from '../kernel/load-figures.js'
import type { CaseResult } from '../kernel/result.js'
import { isCrossed, parseThresholdList, type Threshold, type ThresholdFigure } from '../kernel/threshold.js'
import { Durations } from './histogram.js'

/** Figures that `--fail-on` can name. */
const loadFigureNames = {
  p50: { unit: 'ms' },
  p90: { unit: 'ms' },
  p95: { unit: 'ms' },
  p99: { unit: 'ms' },
  'p99.9': { unit: 'ms' },
  max: { unit: 'ms' },
  'connect-p50': { unit: 'ms' },
  'connect-p99': { unit: 'ms' },
  rate: { unit: 'starts a second', of: 'the rate' },
  errors: { unit: 'failures', of: 'the starts' },
  lost: { unit: 'messages', of: 'the messages' },
} as const satisfies Readonly<Record<string, ThresholdFigure>>

export type LoadFigureName = keyof typeof loadFigureNames

/** Without `--fail-on`. */
export const usualThresholds = 'errors>0,lost>0'

/** @throws Fault MP-THRESHOLD (exit 2) */
export function parseLoadThresholds(text: string): Threshold<LoadFigureName>[] {
  return parseThresholdList(text, loadFigureNames, 'p99>50ms, errors>1%, rate<95%')
}

/** What never came to its end and was not said to fail either. */
function lostOf({ expected, done, failed, measure }: LoadFigures): number {
  return measure === 'messages' ? Math.max(0, expected - done) : Math.max(0, expected - done - failed)
}

/** @returns value, and what a share of it is a share of */
function figure(name: LoadFigureName, load: LoadFigures): readonly [value: number | undefined, whole: number] {
  const latency = () => Durations.decode(load.histograms.latency)
  const connect = () => {
    const text = load.measure === 'connections' ? load.histograms.latency : load.histograms.connect
    return text === undefined ? undefined : Durations.decode(text)
  }
  const of = (all: Durations | undefined, q: number) =>
    all === undefined || all.count === 0 ? undefined : all.quantile(q)
  switch (name) {
    case 'connect-p50':
      return [of(connect(), 0.5), 0]
    case 'connect-p99':
      return [of(connect(), 0.99), 0]
    case 'rate': {
      const seconds = load.durationMs / 1000
      return [load.started / seconds, load.wantedRate === null ? 0 : load.planned / seconds]
    }
    case 'errors':
      return [load.failed, Math.max(load.started, 1)]
    case 'lost':
      return [lostOf(load), Math.max(load.expected, 1)]
    case 'max':
      return [of(latency(), 1), 0]
    default:
      return [of(latency(), Number(name.slice(1)) / 100), 0]
  }
}

/** A case for each threshold: failed when it is crossed, unknown when the figure is not there. */
export function thresholdCases(
  thresholds: readonly Threshold<LoadFigureName>[],
  load: LoadFigures,
  group: string,
): CaseResult[] {
  return thresholds.map((threshold) => {
    const [value, whole] = figure(threshold.metric, load)
    const crossed = isCrossed(threshold, value, whole)
    return {
      id: `${group}/${threshold.text.replaceAll(' ', '')}`,
      title: `fails on ${threshold.text}`,
      status: value === undefined ? 'unknown' : crossed ? 'failed' : 'passed',
      expected: `not ${threshold.text}`,
      actual: value === undefined ? 'there is no such figure in this run' : said(threshold.metric, value, whole),
      ...(value === undefined && { reason: 'there is no such figure in this run' }),
    }
  })
}

function said(name: LoadFigureName, value: number, whole: number): string {
  const figure: ThresholdFigure = loadFigureNames[name]
  if (figure.unit === 'ms') return `${Number(value.toPrecision(3))} ms`
  const share = whole > 0 ? ` (${Number(((value / whole) * 100).toPrecision(3))} %)` : ''
  return `${Number(value.toPrecision(6))} ${figure.unit}${share}`
}
