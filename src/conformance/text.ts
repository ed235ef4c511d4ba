import type { CaseGroup, CaseResult, CaseStatus, RunResult } from '../kernel/result.js'
import { expectation } from './judge.js'
import { type ConformanceCase, sectionOf, sections } from './types.js'

/** Plain text of a run. Pure. */

const marks: Record<CaseStatus, string> = {
  passed: '✔',
  failed: '✖',
  skipped: '-',
  unknown: '?',
  'non-strict': '~',
  deviation: '≈',
}

export interface ConformanceTextOptions {
  readonly level: 'must' | 'should'
  /** Only what failed, and the last line. */
  readonly quiet?: boolean
  /** Every case, not only those that did not pass. */
  readonly all?: boolean
}

/** What did not pass, counts by section, and the verdict in the last line. */
export function conformanceText(result: RunResult, options: ConformanceTextOptions): string {
  const targets = [...new Set(result.groups.map(targetOf))]
  const blocks = targets.flatMap((target) => {
    const text = targetText(
      result.groups.filter((group) => targetOf(group) === target),
      target,
      options,
    )
    return text === '' ? [] : [text]
  })
  if (targets.length > 1 && !options.quiet) blocks.push(matrixText(result.groups, targets))
  const { passed, failed, nonStrict, skipped, unknown, durationMs } = result.stats
  const seconds = (durationMs / 1000).toFixed(1)
  blocks.push(
    `${passed} passed, ${failed} failed, ${nonStrict} not as recommended, ${skipped} skipped, ${unknown} unknown   ${seconds} s   (level ${options.level})`,
  )
  return `${blocks.join('\n\n')}\n`
}

function targetOf(group: CaseGroup): string {
  return group.dims?.target ?? ''
}

function targetText(groups: readonly CaseGroup[], target: string, { all, quiet }: ConformanceTextOptions): string {
  const cases = groups.flatMap((group) => group.cases)
  if (quiet) {
    const bad = cases.filter(({ status }) => status === 'failed' || status === 'unknown')
    return bad.length === 0 ? '' : [target, ...bad.map(caseText)].join('\n')
  }
  const lines = [target]
  for (const { title, cases } of groups) {
    const count = (status: CaseStatus) => cases.filter((one) => one.status === status).length
    const bad = count('failed') + count('unknown')
    const parts = [`${count('passed')}/${cases.length - count('skipped')}`]
    if (count('non-strict') > 0) parts.push(`${count('non-strict')} not as recommended`)
    if (count('skipped') > 0)
      parts.push(`${count('skipped')} skipped: ${cases.find((one) => one.status === 'skipped')?.reason}`)
    lines.push(` ${bad > 0 ? '✖' : '✔'} ${title.padEnd(9)} ${parts.join(', ')}`)
  }
  const shown = cases.filter(({ status }) => all || (status !== 'passed' && status !== 'skipped'))
  return [...lines, ...shown.map(caseText)].join('\n')
}

function caseText(one: CaseResult): string {
  const lines = [
    ` ${marks[one.status]} ${one.id}  ${one.title}   ${(one.level ?? 'must').toUpperCase()}, ${one.requirement?.ref ?? ''}`,
  ]
  if (one.requirement) lines.push(`     -> ${one.requirement.text}`)
  if (one.expected) lines.push(`     Expected: ${one.expected}`)
  if (one.actual) lines.push(`     Actual:   ${one.actual}${one.client ? `      we were ${one.client}` : ''}`)
  if (one.reason) lines.push(`     ${one.reason}`)
  if (one.again && one.status !== 'passed') lines.push(`     Again:    ${one.again}`)
  return lines.join('\n')
}

/** Rows are cases that differ or are not passed by all, columns are targets. */
function matrixText(groups: readonly CaseGroup[], targets: readonly string[]): string {
  const rows = matrix(groups, targets).filter(({ cells }) => cells.some((cell) => cell?.status !== 'passed'))
  const width = Math.max(4, ...rows.map(({ id }) => id.length))
  const widths = targets.map((target) => Math.max(target.length, 10))
  const head = `${''.padEnd(width)}  ${targets.map((target, i) => target.padEnd(widths[i] ?? 10)).join('  ')}`
  const lines = rows.map(({ id, cells }) => {
    const marked = cells.map((cell, i) => (cell ? `${marks[cell.status]} ${word(cell)}` : '').padEnd(widths[i] ?? 10))
    return `${id.padEnd(width)}  ${marked.join('  ')}`.trimEnd()
  })
  return [head, ...lines].join('\n')
}

interface MatrixRow {
  readonly id: string
  readonly cells: readonly (CaseResult | undefined)[]
}

/** Every case with its result at each target, in the order of the catalogue. */
function matrix(groups: readonly CaseGroup[], targets: readonly string[]): MatrixRow[] {
  const ids = [...new Set(groups.flatMap(({ cases }) => cases.map(({ id }) => id)))]
  const of = (target: string) =>
    new Map(
      groups
        .filter((group) => targetOf(group) === target)
        .flatMap(({ cases }) => cases.map((one) => [one.id, one] as const)),
    )
  const columns = targets.map(of)
  return ids.map((id) => ({ id, cells: columns.map((column) => column.get(id)) }))
}

/** `accepts`, `refuses`, `waits`, or why not. */
function word(one: CaseResult): string {
  return one.status === 'skipped' ? 'skipped' : (one.actual?.split(' ')[0] ?? one.status)
}

/** The catalogue as a list. */
export function listText(cases: readonly ConformanceCase[]): string {
  const width = Math.max(...cases.map(({ id }) => id.length))
  const lines = sections.flatMap((section) => {
    const own = cases.filter(({ id }) => sectionOf(id) === section)
    return own.map((one) => {
      const level = one.level.toUpperCase().padEnd(6)
      return `${one.id.padEnd(width)}  ${level}  PP ${one.clause.padEnd(5)}  ${one.title}: ${expectation(one)}`
    })
  })
  return [...lines, `${cases.length} cases`].join('\n')
}
