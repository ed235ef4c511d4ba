import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Durations } from '../../src/bench/histogram.js'
import { mergeFigures } from '../../src/bench/merge.js'
import { figuresOf } from './load-figures.js'

const samples = fc.array(
  fc.record({
    due: fc.integer({ min: 0, max: 3000 }),
    lag: fc.double({ min: 0, max: 20, noNaN: true }),
    took: fc.double({ min: 0, max: 5000, noNaN: true }),
  }),
  { maxLength: 60 },
)

describe('merged figures', () => {
  it('are those of one run with all samples: histograms lose nothing', () => {
    fc.assert(
      fc.property(fc.array(samples, { minLength: 1, maxLength: 5 }), (shards) => {
        const one = figuresOf(shards.flat())
        const merged = mergeFigures(
          shards.map((shard) => figuresOf(shard)),
          'shards',
        )
        const { started, done, expected, planned, failed } = one
        expect(merged).toMatchObject({ started, done, expected, planned, failed })
        for (const name of ['latency', 'fromSend', 'lag'] as const) {
          const [a, b] = [Durations.decode(one.histograms[name]), Durations.decode(merged.histograms[name])]
          expect(b.count).toBe(a.count)
          for (const q of [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) expect(b.quantile(q)).toBe(a.quantile(q))
        }
        const counts = (all: typeof one) =>
          all.timeline.bins
            .filter((bin) => bin.started + bin.done > 0)
            .map((bin) => [bin.ms, bin.started, bin.done, bin.maxMs])
        expect(counts(merged)).toEqual(counts(one))
      }),
      { numRuns: 30 },
    )
  })

  it('put the time lines of shards on one clock, and say how far apart they began', () => {
    const early = figuresOf([{ due: 0, lag: 0, took: 1 }])
    const late = figuresOf([{ due: 0, lag: 0, took: 2 }], { timeline: { ...early.timeline, at: 1_001_030 } })
    const merged = mergeFigures([late, early], 'shards')
    expect(merged.timeline.at).toBe(1_000_000)
    expect(merged.timeline.bins.map(({ ms, done }) => [ms, done])).toEqual([
      [0, 1],
      [1000, 1],
    ])
    expect(merged.apartMs).toBe(1030)
    expect(merged).toMatchObject({ wantedRate: 200, durationMs: 1000, clients: 4 })
  })

  it('of turns have the rate of each, and their time together', () => {
    const merged = mergeFigures([figuresOf([]), figuresOf([])], 'turns')
    expect(merged).toMatchObject({
      wantedRate: 100,
      durationMs: 2000,
      clients: 2,
      cpu: [{ program: 'mosquitto', ms: 20 }],
    })
    expect(merged.apartMs).toBeUndefined()
  })

  it('name the shard whose generator was the limit', () => {
    const slow = figuresOf([], { generator: { busy: 0.99, lagP99Ms: 30, limited: 'it was busy' } })
    expect(mergeFigures([figuresOf([]), slow], 'shards').generator).toMatchObject({
      busy: 0.99,
      limited: 'part 2: it was busy',
    })
  })
})

describe('a histogram', () => {
  it('keeps three digits of every duration', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 3_600_000, noNaN: true }), (ms) => {
        const all = new Durations()
        all.record(ms)
        const kept = Durations.decode(all.encode()).quantile(1)
        expect(Math.abs(kept - ms)).toBeLessThanOrEqual(Math.max(0.0011, ms / 500))
      }),
    )
  })

  it('refuses text that is none', () => {
    expect(() => Durations.decode('bm90aGluZw==')).toThrow()
    expect(() => Durations.decode('')).toThrow()
  })
})
