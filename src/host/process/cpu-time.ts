import { readdir, readFile } from 'node:fs/promises'

/**
 * Processor time that a process has used so far with all its threads, milliseconds; `undefined`: it is gone, or this
 * machine does not tell (not Linux).
 */
export async function cpuTime(pid: number): Promise<number | undefined> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  const times = await Promise.all(
    tasks.map(async (task) => {
      // Nanoseconds on a processor, which are finer than the ticks of `stat`.
      const text = await readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8').catch(() => '')
      return Number(text.split(' ')[0] ?? 0) / 1e6
    }),
  )
  return tasks.length === 0 ? undefined : times.reduce((sum, ms) => sum + ms, 0)
}
