import type { Schedule } from '../../bench/schedule.js'

export interface PaceOptions {
  readonly schedule: Schedule
  /** On `performance.now()`. */
  readonly begin: number
  /** Starts that could not be made by then, milliseconds from `begin`, are not made: the generator is too far behind. */
  readonly giveUpMs: number
  readonly signal: AbortSignal
  readonly start: (n: number, due: number) => void
  /** After each few that were due together. */
  readonly started?: () => void
}

/** So many are begun before what has come is read. */
const mostAtOnce = 256

/**
 * Calls `start` for every start that is due, with the moment when it was due: what a timer is late is made up for at
 * once, and nobody waits for an answer. Resolves when the last one has begun, or `signal` says stop.
 */
export function pace({ schedule, begin, giveUpMs, signal, start, started }: PaceOptions): Promise<void> {
  return new Promise((resolve) => {
    let next = 0
    const step = () => {
      const now = performance.now() - begin
      const over = signal.aborted || now > giveUpMs
      for (let batch = 0; !over && next < schedule.count && batch < mostAtOnce; batch++) {
        const due = schedule.dueAt(next)
        if (due > now) break
        start(next++, due)
      }
      started?.()
      if (over || next >= schedule.count) return resolve()
      const wait = schedule.dueAt(next) - (performance.now() - begin)
      // Answers are read in between, also by a generator that is behind.
      if (wait <= 0) setImmediate(step)
      else setTimeout(step, wait)
    }
    step()
  })
}
