import type { Schedule } from '../../bench/schedule.js'

/**
 * Calls `start` for every start that is due, with the moment when it was due: what a timer is late is made up for at
 * once, and nobody waits for an answer. Resolves when the last one has begun, or `signal` says stop.
 * @param begin on `performance.now()`
 */
export function pace(
  schedule: Schedule,
  begin: number,
  signal: AbortSignal,
  start: (n: number, due: number) => void,
  /** After each few that were due together. */
  started: () => void = () => {},
): Promise<void> {
  return new Promise((resolve) => {
    let next = 0
    const step = () => {
      const now = performance.now() - begin
      while (next < schedule.count && !signal.aborted) {
        const due = schedule.dueAt(next)
        if (due > now) break
        start(next, due)
        next += 1
        // Answers that have come are read in between, also by a generator that is behind.
        if (next % mostAtOnce === 0) {
          started()
          setImmediate(step)
          return
        }
      }
      started()
      if (next >= schedule.count || signal.aborted) return resolve()
      setTimeout(step, Math.max(0, schedule.dueAt(next) - (performance.now() - begin)))
    }
    step()
  })
}

const mostAtOnce = 256
