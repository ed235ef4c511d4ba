import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Schedule } from '../../../src/bench/schedule.js'
import { wholeLoad } from '../../../src/bench/shard.js'
import { pace } from '../../../src/host/load/pacer.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const schedule = (rate: number, durationMs: number) => new Schedule({ rate, durationMs, rampMs: 0, shard: wholeLoad })

it('begins each start when it is due, and makes up at once for what it was late', async () => {
  const begun: [number, number][] = []
  const begin = performance.now()
  const done = pace({
    schedule: schedule(100, 100),
    begin,
    giveUpMs: 1000,
    signal: new AbortController().signal,
    start: (n, due) => {
      begun.push([due, Math.round(performance.now() - begin)])
      // This start takes its time: the next three become due meanwhile.
      if (n === 4) vi.setSystemTime(Date.now() + 35)
      if (n === 4) vi.advanceTimersByTime(0)
    },
  })
  await vi.advanceTimersByTimeAsync(200)
  await done
  expect(begun.map(([due]) => due)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
  for (const [due, at] of begun) expect(at).toBeGreaterThanOrEqual(due)
})

it('gives up when it is hopelessly behind, and when it is called off', async () => {
  let count = 0
  const begin = performance.now()
  const stop = new AbortController()
  const options = { schedule: schedule(10_000, 1000), begin, signal: stop.signal, start: () => void count++ }
  const slow = pace({ ...options, giveUpMs: 50 })
  await vi.advanceTimersByTimeAsync(2000)
  await slow
  expect(count).toBeGreaterThan(0)
  expect(count).toBeLessThan(1000)
  count = 0
  stop.abort()
  await pace({ ...options, giveUpMs: 5000 })
  expect(count).toBe(0)
})
