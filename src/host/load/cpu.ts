import { cpuTime } from '../process/cpu-time.js'

/** A program that takes part in a load. */
export interface LoadProgram {
  readonly name: string
  readonly pid: number
}

/** How much a program had used at some moment. */
export interface CpuMark extends LoadProgram {
  readonly ms: number | undefined
}

export async function markCpu(programs: readonly LoadProgram[]): Promise<CpuMark[]> {
  return await Promise.all(programs.map(async (one) => ({ ...one, ms: await cpuTime(one.pid) })))
}

/** What each has used since; those that cannot be asked are left out. */
export async function spentSince(marks: readonly CpuMark[]): Promise<{ program: string; ms: number }[]> {
  const now = await markCpu(marks)
  return now.flatMap(({ name, ms }, index) => {
    const before = marks[index]?.ms
    return ms === undefined || before === undefined
      ? []
      : [{ program: name, ms: Math.round((ms - before) * 1000) / 1000 }]
  })
}
