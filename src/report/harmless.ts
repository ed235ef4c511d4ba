import { printable } from '../kernel/printable.js'
import type { RunResult } from '../kernel/result.js'

/** Values that may have several lines; everything else is a part of a sentence. */
const severalLines: ReadonlySet<string> = new Set(['actual', 'expected', 'reason', 'text', 'newText'])

/**
 * A result whose every text is harmless, whichever renderer shows it: names in certificates, lines of files and logs, and
 * answers of servers stand in it. Nothing of them moves a cursor, turns the direction of writing, or begins a line that a
 * CI runner takes for a command.
 */
export function harmless(result: RunResult): RunResult {
  return { ...result, ...fields(result) }
}

function fields<T extends object>(value: T): { [name in keyof T]: T[name] } {
  const made: Partial<T> = {}
  for (const name in value) made[name] = tamed(value[name], name)
  return { ...value, ...made }
}

function tamed<T>(value: T, name: string): T
function tamed(value: unknown, name: string): unknown {
  if (typeof value === 'string') return severalLines.has(name) ? printableLines(value) : printable(value)
  if (Array.isArray(value)) return value.map((one) => tamed(one, name))
  return typeof value === 'object' && value !== null ? fields(value) : value
}

/** `::error::`, and `##[group]` of older runners, in a column where they would be obeyed. */
const runnerCommand = /^(\s*)(::|##\[)/

function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t').replace(runnerCommand, '$1\\$2'))
    .join('\n')
}
