import type { Explanation } from '../../explain/explain.js'
import type { LogSummary } from '../../explain/log.js'

/** One explanation: what it is, its causes in order, and what to run. */
export function explanationText({ code, kind, program, meaning, causes = [], next = [], more }: Explanation): string {
  return [
    `${code}  ${program ?? kind}: ${meaning}`,
    ...more.map((line) => `  ${line}`),
    ...causes.map((cause, index) => `  ${causes.length === 1 ? 'cause' : `cause ${index + 1}`}: ${cause}`),
    ...next.map((command) => `  run: ${command}`),
  ].join('\n')
}

/** How many lines of a log were explained, normal and not known: silence would say that all is well. */
export function logSummaryText(summary: LogSummary, explained: number): readonly string[] {
  const { lines, normal, unknown, examples } = summary
  if (lines === 0) return ['the log is empty']
  const counts = [
    counted(lines, 'line'),
    `${explained} explained`,
    `${normal} of normal operation`,
    unknown === 0 ? 'all known' : `${unknown} not known here`,
  ]
  return [counts.join(', '), ...examples.map(({ number, line }) => `  not known, line ${number}: ${line}`)]
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
