import { binsOf } from '../../src/drill/curve.js'
import { type DrillRecord, metricsOf } from '../../src/drill/metrics.js'
import type { DrillResult, DrillRun } from '../../src/drill/run.js'
import { crossed, parseThresholds } from '../../src/drill/thresholds.js'

const failOn = 'cut>50%,lost>0,back-in>5s,old-sessions>0'

/** Four clients: three are cut within half a second, two of them come back. */
const record: DrillRecord = {
  clients: 4,
  moments: [
    { ms: 120, client: 1, kind: 'cut' },
    { ms: 150, client: 2, kind: 'cut' },
    { ms: 640, client: 3, kind: 'cut' },
    { ms: 2310, client: 1, kind: 'back' },
    { ms: 2950, client: 2, kind: 'back' },
  ],
  arrivals: [50, 2400],
  messages: { published: 40, unacknowledged: 3, lost: 2, duplicated: 1, slowestMs: 1830 },
  watchedMs: 10_000.4,
  identity: { asked: 4, wrong: 1 },
  onOld: 2,
}

function runOf(name: string, seen: DrillRecord, more: Partial<DrillRun> = {}): DrillRun {
  const metrics = metricsOf(seen)
  return {
    name,
    record: seen,
    metrics,
    bins: binsOf(seen.moments, -200, 4000),
    steps: [{ ms: 0.4, text: 'SIGUSR2 to HAProxy' }],
    crossed: crossed(parseThresholds(failOn), metrics, seen.clients),
    reasons: [],
    unproven: undefined,
    struck: undefined,
    ...more,
  }
}

const head = {
  event: 'reload',
  way: 'SIGUSR2',
  hypothesis: 'nobody is cut',
  env: { haproxy: '3.2.26', broker: 'mosquitto 2.1.2' },
  clients: 4,
  rate: 20,
  reconnect: { name: 'paho', says: 'after 1 s, then twice as long each time' },
  failOn,
  faults: [],
} as const

/** Everything that can go wrong. */
export const badRun = runOf('lab\n1', record, {
  reasons: [
    ['connection reset', 3],
    ['refused: \u001b[31mred', 2],
    ['timeout', 1],
    ['never shown', 1],
  ],
  struck: 7,
})

/** One client is cut, and comes back at once. */
export const calmRun = runOf('proxy', {
  ...record,
  moments: [
    { ms: -100, client: 1, kind: 'cut' },
    { ms: -50, client: 1, kind: 'back' },
    { ms: 1010, client: 2, kind: 'cut' },
    { ms: 1340, client: 2, kind: 'back' },
  ],
  messages: { published: 0, unacknowledged: 0, lost: 0, duplicated: 0, slowestMs: 0 },
  identity: { asked: 0, wrong: 0 },
  onOld: 0,
})

/** Nobody is cut, every message is acknowledged, and there is no old process to ask. */
export const stillRun = runOf(
  'quiet',
  {
    ...record,
    moments: [],
    messages: { published: 9, unacknowledged: 0, lost: 0, duplicated: 0, slowestMs: 4 },
    identity: { asked: 4, wrong: 0 },
    onOld: undefined,
  },
  { crossed: [] },
)

/** The event itself did not happen. */
export const unprovenRun = { ...stillRun, name: 'unproven', unproven: 'no second process of HAProxy was seen' }

export function drillOf(runs: readonly DrillRun[], more: Partial<DrillResult> = {}): DrillResult {
  return { ...head, runs, ...more }
}
