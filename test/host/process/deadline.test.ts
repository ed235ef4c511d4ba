import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { withDeadline } from '../../../src/host/process/deadline.js'

/** Work that ends with the reason of its signal. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => signal.addEventListener('abort', () => resolve(signal.reason), { once: true }))

describe('withDeadline', () => {
  it('ends work in its time, and says that the time was up', async () => {
    const passed = await withDeadline(5, undefined, async (deadline) => {
      await untilAborted(deadline.signal)
      return deadline.passed
    })
    expect(passed).toBe(true)
  })

  it('ends work when its caller stops, with the reason of that', async () => {
    const caller = new AbortController()
    const work = withDeadline(60_000, caller.signal, async (deadline) => [
      await untilAborted(deadline.signal),
      deadline.passed,
    ])
    caller.abort('enough')
    expect(await work).toEqual(['enough', false])
    const late = withDeadline(60_000, caller.signal, async ({ signal }) => signal.aborted)
    expect(await late).toBe(true)
  })

  it('lets work set the time anew', async () => {
    const begin = performance.now()
    await withDeadline(5, undefined, async (deadline) => {
      deadline.in(40)
      await untilAborted(deadline.signal)
    })
    expect(performance.now() - begin).toBeGreaterThanOrEqual(38)
  })

  it('leaves no timer and no listener, whatever becomes of the work', async () => {
    const caller = new AbortController()
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length
    const before = timers()
    await withDeadline(60_000, caller.signal, async () => {})
    await expect(withDeadline(60_000, caller.signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
    expect(timers()).toBe(before)
  })
})
