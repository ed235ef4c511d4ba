import type { LineTable } from '../brokers/log-lines.js'
import type { LineExplanation } from './line-explanation.js'
import { lineTables, programOf } from './lines/index.js'

import { explainTraffic } from './traffic.js'
import { parseTrafficLine } from './traffic-line.js'

/** Longer lines are read as far as this: what matters stands at their start. */
const longest = 4096

/** `normal`: the line is known, and nothing is wrong. `undefined`: nobody here knows it. */
export type ReadLine = LineExplanation | 'normal' | undefined

/** What a line of HAProxy's log or a broker's means. */
export function readLogLine(whole: string): ReadLine {
  const line = whole.length > longest ? whole.slice(0, longest) : whole
  const traffic = parseTrafficLine(line)
  if (traffic !== undefined) return explainTraffic(traffic) ?? 'normal'
  for (const table of lineTables) {
    const found = inTable(line, table)
    if (found !== undefined) return found
  }
  return undefined
}

function inTable(line: string, table: LineTable): ReadLine {
  for (const row of table.rows) {
    const found = row.pattern.exec(line)
    if (found === null) continue
    if (row.normal) return 'normal'
    const causes = typeof row.causes === 'function' ? row.causes(found) : (row.causes ?? [])
    return { program: programOf(line, table), meaning: row.meaning, causes, next: row.next ?? [] }
  }
  return undefined
}

/** One sentence a line can be given; empty where it says nothing special. */
export function explainLogLine(line: string): readonly string[] {
  const found = readLogLine(line)
  if (found === undefined || found === 'normal') return []
  const traffic = parseTrafficLine(line) !== undefined
  return [traffic && found.causes.length > 0 ? `${found.meaning}: ${found.causes.join('; or ')}` : found.meaning]
}
