import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { nearest } from '../kernel/nearest.js'
import { type MetricName, type Metrics, metricNames, metricUnits } from './metrics.js'

/** `cut-in-1s>20%`: the run fails when the figure is above the limit (`>=`: or reaches it). */
export interface Threshold {
  readonly text: string
  readonly metric: MetricName
  readonly reached: boolean
  /** A share of the clients (0 to 1), or a number: of clients, of messages, of milliseconds. */
  readonly limit: { readonly share: number } | { readonly value: number }
}

export interface Crossed {
  readonly threshold: Threshold
  /** `undefined`: the figure is not known, which is no pass. */
  readonly value: number | undefined
}

/**
 * `cut-in-1s>20%,lost>0,back-in>5s`.
 * @throws Fault MP-THRESHOLD (exit 2)
 */
export function parseThresholds(text: string): Threshold[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(parseThreshold)
}

const times = { ms: 1, s: 1000, m: 60_000 } as const

function parseThreshold(text: string): Threshold {
  const [, name = '', sign, digits, unit = ''] = /^([a-z0-9-]+)\s*(>=?)\s*(\d+(?:\.\d+)?)(%|ms|s|m|)$/.exec(text) ?? []
  const metric = metricNames.find((one) => one === name)
  if (sign === undefined) throw refused(text, 'write a figure, > or >=, and a limit: cut-in-1s>20%, lost>0, back-in>5s')
  if (metric === undefined) {
    const near = nearest(name, metricNames)
    throw refused(text, ...(near === undefined ? [] : [`did you mean ${near}?`]), `figures: ${metricNames.join(', ')}`)
  }
  const reached = sign === '>='
  const value = Number(digits)
  const of = metricUnits[metric]
  if (unit === '%') {
    if (of !== 'clients') throw refused(text, `${metric} is no share of the clients`)
    return { text, metric, reached, limit: { share: value / 100 } }
  }
  const time = unit === 'ms' || unit === 's' || unit === 'm' ? times[unit] : undefined
  if (of === 'ms' && time === undefined && value !== 0) throw refused(text, `${metric} is a time: write 500ms or 5s`)
  if (of !== 'ms' && time !== undefined) throw refused(text, `${metric} counts ${of}`)
  return { text, metric, reached, limit: { value: value * (time ?? 1) } }
}

function refused(text: string, ...hints: readonly string[]): Fault {
  return new Fault('MP-THRESHOLD', `"${text}" is no threshold`, { exit: EXIT.usage, hints })
}

/** The thresholds that a run crosses, in their order. */
export function crossed(thresholds: readonly Threshold[], metrics: Metrics, clients: number): Crossed[] {
  return thresholds.flatMap((threshold) => {
    const value = metrics[threshold.metric]
    const limit = 'share' in threshold.limit ? threshold.limit.share * clients : threshold.limit.value
    const over = value === undefined || (threshold.reached ? value >= limit : value > limit)
    return over ? [{ threshold, value }] : []
  })
}
