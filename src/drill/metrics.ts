import type { ThresholdFigure } from '../kernel/threshold.js'
import { densest, longestGap, type SessionMoment } from './curve.js'
import type { Messages } from './ledger.js'

/** What a drill saw, from the event (0) to the end of the watch. Times are milliseconds. */
export interface DrillRecord {
  readonly clients: number
  readonly moments: readonly SessionMoment[]
  /** When messages arrived, from the event on. */
  readonly arrivals: readonly number[]
  readonly messages: Messages
  /** How long was watched. */
  readonly watchedMs: number
  /** What the broker knows of the clients that came back, beside what it knew before. */
  readonly identity: { readonly asked: number; readonly wrong: number }
  /** Sessions that the old processes of HAProxy still hold; `undefined` where there are none to ask. */
  readonly onOld: number | undefined
}

/** The figures that a threshold can name. */
const metricNames = [
  'cut',
  'cut-in-100ms',
  'cut-in-1s',
  'not-back',
  'back-in',
  'offline',
  'silence',
  'delay',
  'lost',
  'duplicated',
  'wrong',
  'old-sessions',
] as const
export type MetricName = (typeof metricNames)[number]

/** What each counts; clients can be a share of all. */
export const metricFigures: Readonly<Record<MetricName, ThresholdFigure>> = {
  cut: share(),
  'cut-in-100ms': share(),
  'cut-in-1s': share(),
  'not-back': share(),
  'back-in': { unit: 'ms' },
  offline: { unit: 'ms' },
  silence: { unit: 'ms' },
  delay: { unit: 'ms' },
  lost: { unit: 'messages' },
  duplicated: { unit: 'messages' },
  wrong: share(),
  'old-sessions': share(),
}

function share(): ThresholdFigure {
  return { unit: 'clients', of: 'clients' }
}

/** By name; `undefined`: not known. `back-in` is infinite when somebody never came back. */
export type Metrics = Readonly<Record<MetricName, number | undefined>> & {
  /** Where the densest spans begin, milliseconds from the event. */
  readonly densest: { readonly in100ms: number; readonly in1s: number }
}

export function metricsOf(record: DrillRecord): Metrics {
  const after = record.moments.filter(({ ms }) => ms >= 0)
  const cuts = after.filter(({ kind }) => kind === 'cut').map(({ ms }) => ms)
  const away = absences(after, record.watchedMs)
  const still = away.filter(({ back }) => !back).length
  const in100ms = densest(cuts, 100)
  const in1s = densest(cuts, 1000)
  const returns = after.filter(({ kind }) => kind === 'back').map(({ ms }) => ms)
  return {
    cut: new Set(away.map(({ client }) => client)).size,
    'cut-in-100ms': in100ms.count,
    'cut-in-1s': in1s.count,
    'not-back': still,
    'back-in': still > 0 ? Number.POSITIVE_INFINITY : returns.reduce((last, ms) => Math.max(last, ms), 0),
    offline: away.reduce((longest, { ms }) => Math.max(longest, ms), 0),
    silence: longestGap(record.arrivals, 0, record.watchedMs).ms,
    delay: record.messages.slowestMs,
    lost: record.messages.lost,
    duplicated: record.messages.duplicated,
    wrong: record.identity.wrong,
    'old-sessions': record.onOld,
    densest: { in100ms: in100ms.ms, in1s: in1s.ms },
  }
}

interface Absence {
  readonly client: number
  readonly ms: number
  readonly back: boolean
}

/** The times that clients were without a session; those that are not over are counted to the end of the watch. */
function absences(moments: readonly SessionMoment[], watchedMs: number): Absence[] {
  const gone = new Map<number, number>()
  const over: Absence[] = []
  for (const { ms, client, kind } of [...moments].sort((a, b) => a.ms - b.ms)) {
    const since = gone.get(client)
    if (kind === 'cut') gone.set(client, since ?? ms)
    else if (since !== undefined) {
      over.push({ client, ms: ms - since, back: true })
      gone.delete(client)
    }
  }
  const open = [...gone].map(([client, since]) => ({ client, ms: watchedMs - since, back: false }))
  return [...over, ...open]
}
