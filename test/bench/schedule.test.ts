import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Schedule } from '../../src/bench/schedule.js'
import { wholeLoad } from '../../src/bench/shard.js'

const dues = (options: Omit<ConstructorParameters<typeof Schedule>[0], 'shard'>, index = 1, count = 1) => {
  const schedule = new Schedule({ ...options, shard: { index, count } })
  return Array.from({ length: schedule.count }, (_, n) => schedule.dueAt(n))
}

describe('a schedule', () => {
  it('starts evenly at its rate', () => {
    expect(dues({ rate: 4, durationMs: 1000, rampMs: 0 })).toEqual([0, 250, 500, 750])
    expect(new Schedule({ rate: 500, durationMs: 10_000, rampMs: 0, shard: wholeLoad }).count).toBe(5000)
  })

  it('rises evenly to its rate: half as many starts in the ramp, and none later than it', () => {
    const all = dues({ rate: 1000, durationMs: 3000, rampMs: 2000 })
    expect(all).toHaveLength(2000)
    const within = (from: number, to: number) => all.filter((ms) => ms >= from && ms < to).length
    // A quarter of the starts of the ramp lies in its first half.
    expect(within(0, 1000) / within(0, 2000)).toBeCloseTo(0.25, 2)
    expect(within(2000, 3000)).toBe(1000)
  })

  it('never gets to its rate with a ramp as long as the run', () => {
    expect(dues({ rate: 100, durationMs: 1000, rampMs: 1000 })).toHaveLength(50)
  })

  it('is dealt out among shards: together they start what one would, at the same moments', () => {
    const some = fc.record({
      rate: fc.double({ min: 0.5, max: 2000, noNaN: true }),
      durationMs: fc.integer({ min: 1, max: 5000 }),
      rampShare: fc.double({ min: 0, max: 1, noNaN: true }),
      count: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(some, ({ rate, durationMs, rampShare, count }) => {
        const options = { rate, durationMs, rampMs: durationMs * rampShare }
        const one = dues(options)
        const parts = Array.from({ length: count }, (_, at) => dues(options, at + 1, count)).flat()
        expect(parts.sort((a, b) => a - b)).toEqual(one)
        expect(one).toEqual([...one].sort((a, b) => a - b))
        expect(Math.max(0, ...one)).toBeLessThanOrEqual(durationMs + 1000 / rate)
      }),
    )
  })
})
