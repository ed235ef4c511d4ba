import { readdirSync, readFileSync } from 'node:fs'

/** Ids of the processes whose command line holds a text; zombies have none. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(text))
    .map(Number)
}

/** The words a process was started with; none of one that has gone. */
export function commandLine(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** Ids of the processes that were started with this text in a variable, whatever their command line says; not our own. */
export function processesIn(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => environmentOf(pid).includes(text))
    .map(Number)
}

/** The variables a process was started with, one a line; nothing of one that has gone. */
export function environmentOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').replaceAll('\0', '\n')
  } catch {
    return ''
  }
}
