import { formatPlace } from '../kernel/errors.js'
import { printableLine } from '../kernel/printable.js'
import type { CaseGroup, CaseStatus, RunResult } from '../kernel/result.js'
import { closingLine, detailsOf, dimsOf, problemsOf } from './problem.js'
import { runLines } from './run-facts.js'

/** A page for a step summary or a merge request: the matrix, then what failed. */
export function renderMarkdown(result: RunResult): string {
  const lines = [`## mqtt-proxy ${result.command}: ${result.ok ? 'ok' : 'failed'}`, '', envLine(result), '']
  if (result.groups.length > 0) lines.push(...groupTable(result.groups), '')
  for (const { one, dims } of problemsOf(result)) {
    lines.push(
      `### ${symbolOf(one.status)} ${cell(one.id)}${dims === '' ? '' : ` (${cell(dims)})`}`,
      '',
      cell(one.title),
      '',
      ...fence(detailsOf(one)),
      '',
    )
  }
  if (result.findings.length > 0) lines.push(...findingTable(result), '')
  lines.push(
    ...closingLine(result)
      .split('\n')
      .map((line) => `${line}  `),
    '',
    ...runLines(result).flatMap((line) => [cell(line), '']),
  )
  return lines.join('\n')
}

function envLine(result: RunResult): string {
  return Object.entries(result.env)
    .map(([name, value]) => `${cell(name)} ${cell(value)}`)
    .join(' · ')
}

function groupTable(groups: readonly CaseGroup[]): string[] {
  const withDims = groups.some((group) => dimsOf(group.dims) !== '')
  const head = withDims ? ['', 'what', 'with', 'passed', 'time'] : ['', 'what', 'passed', 'time']
  const rows = groups.map((group) => {
    const passed = group.cases.filter((one) => one.status === 'passed').length
    const cells = [
      symbolOf(worst(group)),
      cell(group.id),
      `${passed}/${group.cases.length}`,
      `${Math.round(group.durationMs)} ms`,
    ]
    if (withDims) cells.splice(2, 0, cell(dimsOf(group.dims)))
    return cells
  })
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

function findingTable(result: RunResult): string[] {
  const rows = result.findings.map((one) => [one.severity, one.code, cell(formatPlace(one.at)), cell(one.message)])
  return [['severity', 'code', 'where', 'what'], ['---', '---', '---', '---'], ...rows].map(
    (row) => `| ${row.join(' | ')} |`,
  )
}

const order: readonly CaseStatus[] = ['failed', 'unknown', 'skipped', 'deviation', 'non-strict', 'passed']

/** The status that speaks for a whole group. */
export function worst(group: CaseGroup): CaseStatus {
  return order.find((status) => group.cases.some((one) => one.status === status)) ?? 'skipped'
}

export const symbols: Readonly<Record<CaseStatus, string>> = {
  passed: '✔',
  failed: '✖',
  skipped: '-',
  unknown: '?',
  'non-strict': '~',
  deviation: '!',
}

function symbolOf(status: CaseStatus): string {
  return symbols[status]
}

function cell(text: string): string {
  return printableLine(text.replace(/\s*\n\s*/g, ' ')).replace(/[\\`*_[\]<>|]/g, '\\$&')
}

function fence(lines: readonly string[]): string[] {
  return ['```text', ...lines.map((line) => line.replaceAll('```', "'''")), '```']
}
