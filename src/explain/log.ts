import type { LineExplanation } from './line-explanation.js'
import { readLogLine } from './log-line.js'

/** Equal lines of a log: the same thing happened, to other clients and at other times. */
export interface LineGroup extends LineExplanation {
  readonly count: number
  /** Numbers of the first and the last one, from 1. */
  readonly first: number
  readonly last: number
  /** The first one, as it stands in the log. */
  readonly line: string
}

export interface LogSummary {
  readonly lines: number
  /** Known, and nothing is wrong. */
  readonly normal: number
  readonly unknown: number
  /** Some of those that nobody here knows, with their number. */
  readonly examples: readonly { readonly number: number; readonly line: string }[]
  /** Most frequent first. */
  readonly groups: readonly LineGroup[]
}

/** Kinds of lines that are kept apart; a log has some dozens. */
const mostGroups = 500
const mostExamples = 3
/** Characters of a line that are kept. */
const shown = 500

/** Reads a log line by line; its memory does not grow with the log. */
export class LogReader {
  readonly #groups = new Map<string, { -readonly [K in keyof LineGroup]: LineGroup[K] }>()
  readonly #examples: { number: number; line: string }[] = []
  #lines = 0
  #normal = 0
  #unknown = 0

  add(line: string): void {
    this.#lines++
    const text = line.trim()
    if (text === '') return
    const found = readLogLine(text)
    if (found === 'normal') this.#normal++
    else if (found === undefined) this.#unknownLine(text)
    else this.#explained(text, found)
  }

  #unknownLine(text: string): void {
    this.#unknown++
    if (this.#examples.length < mostExamples) this.#examples.push({ number: this.#lines, line: text.slice(0, shown) })
  }

  #explained(text: string, found: LineExplanation): void {
    const key = [found.program, found.meaning, ...found.causes].join('\n')
    const group = this.#groups.get(key)
    if (group !== undefined) {
      group.count++
      group.last = this.#lines
    } else if (this.#groups.size < mostGroups) {
      const place = { count: 1, first: this.#lines, last: this.#lines, line: text.slice(0, shown) }
      this.#groups.set(key, { ...found, ...place })
    } else this.#normal++
  }

  summary(): LogSummary {
    const groups = [...this.#groups.values()].sort((a, b) => b.count - a.count || a.first - b.first)
    const numbers = { lines: this.#lines, normal: this.#normal, unknown: this.#unknown }
    return { ...numbers, examples: this.#examples, groups }
  }
}
