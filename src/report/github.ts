import { printable, printableLine } from '../kernel/printable.js'
import type { Finding, RunResult } from '../kernel/result.js'
import { closingLine, problemsOf } from './problem.js'

/** GitHub shows ten annotations of a kind a step; what is beyond stands in the summary. */
const most = 10

/** Workflow commands that mark the guilty line of the user's configuration. */
export function renderGithub(result: RunResult): string {
  // Findings of lint have places; its cases, one a file, only repeat them.
  const cases = result.command === 'lint' ? [] : caseMarks(result)
  const marks = [...cases, ...result.findings.filter(isProblem).map((one) => findingMark(one, result.command))]
  const shown = marks.slice(0, most)
  const rest = marks.length - shown.length
  if (rest > 0) shown.push(command('notice', {}, `and ${rest} more, see the summary of this run`))
  shown.push(command('notice', { title: `mqtt-proxy ${result.command}` }, closingLine(result).replaceAll('\n', '; ')))
  return `${shown.join('\n')}\n`
}

function caseMarks(result: RunResult): string[] {
  return problemsOf(result).map(({ one, dims }) => {
    const guilty = one.likely?.[0]
    const text = [
      one.title,
      one.expected === undefined ? '' : `expected: ${one.expected}`,
      one.actual === undefined ? '' : `actual: ${one.actual}`,
      one.actual === undefined ? (one.reason ?? '') : '',
      guilty?.message ?? '',
      dims,
    ]
    return command(
      'error',
      { file: guilty?.file, line: guilty?.line, col: guilty?.column, title: one.id },
      text.filter(Boolean).map(printableLine).join('\n'),
    )
  })
}

const levels: Readonly<Record<Finding['severity'], 'error' | 'warning' | 'notice'>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  style: 'notice',
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'notice',
  INFO: 'notice',
  WARN: 'warning',
  OK: 'notice',
}

function isProblem(finding: Finding): boolean {
  return finding.severity !== 'OK'
}

function findingMark(finding: Finding, by: RunResult['command']): string {
  const { file, line, column, endLine, endColumn } = finding.at
  const text = [finding.message, ...(finding.fix ? [`fix: ${finding.fix.text.replaceAll('\n', ' ')}`] : [])]
    .map(printableLine)
    .join('\n')
  // What was probed is an address: no file of the repository.
  const place = by === 'probe' ? {} : { file, line, col: column, endLine, endColumn }
  const title = by === 'probe' ? `${finding.code} ${file}` : finding.code
  return command(levels[finding.severity], { ...place, title }, text)
}

function command(
  name: string,
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeProperty(printable(String(value)))}`],
  )
  return `::${name}${given.length === 0 ? '' : ` ${given.join(',')}`}::${escapeData(message)}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
