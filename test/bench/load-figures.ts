import { Tally } from '../../src/bench/tally.js'
import type { LoadFigures } from '../../src/kernel/load-figures.js'

export interface Sample {
  readonly due: number
  readonly lag: number
  readonly took: number
}

/** Figures of messages that were due, sent and arrived like this. */
export function figuresOf(samples: readonly Sample[], more: Partial<LoadFigures> = {}): LoadFigures {
  const tally = new Tally()
  for (const { due, lag, took } of samples) {
    tally.start(due, due + lag)
    tally.finish(due, due + lag, due + lag + took)
  }
  return {
    measure: 'messages',
    wantedRate: 100,
    durationMs: 1000,
    startedMs: 1000,
    spanMs: Math.max(1000, tally.lastMs),
    planned: samples.length,
    started: tally.started,
    done: tally.done,
    expected: samples.length,
    failed: tally.failed,
    reasons: tally.reasons,
    clients: 2,
    histograms: tally.histograms,
    timeline: { at: 1_000_000, binMs: 500, bins: tally.bins },
    generator: { busy: 0.1, lagP99Ms: tally.lag.quantile(0.99) },
    failOn: 'errors>0',
    cpu: [{ program: 'mosquitto', ms: 10 }],
    ...more,
  }
}
