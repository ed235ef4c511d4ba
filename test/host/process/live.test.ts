import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openProgress } from '../../../src/host/process/live.js'

let written: string[] = []

beforeEach(() => {
  written = []
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text))
    return true
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('where lines stay, a short run shows no progress: its result says everything once', async () => {
  const progress = await openProgress({ quiet: false, live: false })
  progress.planned(['tcp', 'tls', 'mtls'])
  for (const index of [0, 1, 2]) progress.done(index, 'ok', '7/7  886 ms')
  await progress.end()
  expect(written).toEqual([])
})

test('a long run shows how far it is, at most every ten seconds and not after its last part', async () => {
  const progress = await openProgress({ quiet: false, live: false })
  progress.planned(['tcp', 'tls', 'mtls', 'proxy'])
  vi.advanceTimersByTime(9999)
  progress.done(0, 'failed', '6/7')
  vi.advanceTimersByTime(1)
  progress.done(1, 'ok', '9/9')
  progress.done(2, 'ok', '16/16')
  vi.advanceTimersByTime(20_000)
  progress.done(3, 'ok', '10/10')
  await progress.end()
  expect(written).toEqual(['2 of 4 done, 1 failed; last: tls\n'])
})
