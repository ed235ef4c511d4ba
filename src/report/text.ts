import { formatPlace } from '../kernel/errors.js'
import { printable, printableLine } from '../kernel/printable.js'
import type { CaseGroup, CaseResult, RunResult } from '../kernel/result.js'
import { causeTitle, type SharedCause, sharedCauses, withoutShared } from './causes.js'
import { symbols, worst } from './markdown.js'
import { closingLine, detailsOf, dimsOf } from './problem.js'
import type { Style } from './style.js'

export interface TextOptions {
  readonly style: Style
  /** Only what failed, and the last line. */
  readonly quiet?: boolean
  /** Every case, not only those that did not pass. */
  readonly verbose?: boolean
}

/** What a person reads on a terminal or in a plain log. The last line is `N passed, N failed, N skipped`. */
export function renderText(result: RunResult, options: TextOptions): string {
  const { style, quiet = false } = options
  const lines: string[] = []
  if (!quiet) lines.push(headLine(result, style), ...result.groups.map((group) => groupLine(group, result, style)))
  const causes = sharedCauses(result)
  for (const group of result.groups) lines.push(...caseBlocks(group, options, causes))
  for (const cause of causes) lines.push('', ...causeBlock(cause, style))
  if (!quiet) lines.push(...leftOutLines(result.groups, options), ...unreadLines(result, style))
  lines.push(...findingLines(result, style))
  if (lines.length > 0) lines.push('')
  const [last, ...before] = closingLine(result).split('\n').reverse()
  lines.push(...before, `${last ?? ''}   ${style.dim(`${(result.stats.durationMs / 1000).toFixed(1)} s`)}`)
  return `${lines.join('\n')}\n`
}

function headLine(result: RunResult, style: Style): string {
  const env = Object.entries(result.env).map(([name, value]) => `${name} ${value}`)
  const cases = result.groups.reduce((sum, group) => sum + group.cases.length, 0)
  return style.dim([...env, `${counted(result.groups.length, 'group')}, ${counted(cases, 'check')}`].join(' · '))
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

function groupLine(group: CaseGroup, result: RunResult, style: Style): string {
  const width = Math.max(...result.groups.map((one) => one.id.length))
  const passed = group.cases.filter((one) => one.status === 'passed').length
  const status = worst(group)
  const mark = marked(status, symbols[status], style)
  const count = `${passed}/${group.cases.length}`.padStart(7)
  const time = `${Math.round(group.durationMs)} ms`.padStart(9)
  const dims = dimsOf(group.dims)
  const notes = [dims, group.cannot === undefined ? '' : `cannot run: ${printableLine(group.cannot)}`].filter(
    (note) => note !== '',
  )
  return ` ${mark} ${group.id.padEnd(width)} ${count} ${style.dim(time)}${notes.map((note) => `  ${style.dim(note)}`).join('')}`
}

/** What explains several failures is said once, below them: the last thing on the screen is what to mend. */
function causeBlock(cause: SharedCause, style: Style): string[] {
  const ids = cause.problems.map(({ one }) => one.id)
  return [
    ` ${style.bad(causeTitle(cause))}`,
    `     Likely:     ${cause.likely.message}`,
    ...[...new Set(ids)].map((id) => `       ${id}`),
  ]
}

function caseBlocks(group: CaseGroup, options: TextOptions, causes: readonly SharedCause[]): string[] {
  return group.cases.flatMap((one) => {
    if (one.status === 'failed' || one.status === 'unknown')
      return ['', ...caseBlock(withoutShared(one, causes), group, options.style)]
    if (options.quiet) return []
    if (one.status === 'deviation' || one.status === 'non-strict') return [shortLine(one, options.style)]
    if (one.status === 'skipped' && group.cannot === undefined) return [shortLine(one, options.style)]
    if (one.status === 'passed' && (one.attempts ?? 1) > 1) return [shortLine(one, options.style)]
    return options.verbose ? [shortLine(one, options.style)] : []
  })
}

function shortLine(one: CaseResult, style: Style): string {
  const flaky =
    one.status === 'passed' && (one.attempts ?? 1) > 1 ? `flaky: passed at attempt ${one.attempts}` : undefined
  const reason = flaky ?? one.reason
  const note = reason === undefined ? '' : `: ${reason}`
  return ` ${marked(one.status, symbols[one.status], style)} ${one.id}  ${style.dim(printableLine(`${one.title}${note}`))}`
}

function caseBlock(one: CaseResult, group: CaseGroup, style: Style): string[] {
  const dims = dimsOf(group.dims)
  const mark = marked(one.status, symbols[one.status], style)
  const head = ` ${mark} ${style.bold(one.id)}  ${printableLine(one.title)}${dims === '' ? '' : style.dim(`  (${dims})`)}`
  return [head, ...detailsOf(one).map((line) => `     ${line}`)]
}

/** Groups of one pair of files leave out the same lines: each is told once, what bears on no verdict only on demand. */
function leftOutLines(groups: readonly CaseGroup[], { style, verbose = false }: TextOptions): string[] {
  const all = groups.flatMap((group) => group.leftOut ?? [])
  const told = all.filter((one) => verbose || one.told)
  const lines = [...new Set(told.map((one) => ` ${formatPlace(one)}: ${printable(one.message)}`))]
  const others = new Set(all.filter((one) => !one.told).map((one) => `${formatPlace(one)} ${one.message}`)).size
  const more = `${counted(others, 'part')} of the files that only ${others === 1 ? 'is' : 'are'} for the original machine ${others === 1 ? 'was' : 'were'} left out (-v lists them)`
  const rest = verbose || others === 0 ? [] : [` ${more}`]
  return lines.length + rest.length === 0 ? [] : ['', ...[...lines, ...rest].map((line) => style.dim(line))]
}

/** Said even where all is well: a verdict holds for what was judged. */
function unreadLines({ unread = [] }: RunResult, style: Style): string[] {
  return unread.length === 0
    ? []
    : ['', ...unread.map((one) => ` not judged: ${formatPlace(one.at)}: ${one.name}: ${style.dim(one.why)}`)]
}

function findingLines(result: RunResult, style: Style): string[] {
  return result.findings.flatMap((finding) => {
    const severity = finding.severity.padEnd(8)
    const bad = ['error', 'HIGH', 'CRITICAL'].includes(finding.severity)
    const good = ['OK', 'info', 'INFO', 'style'].includes(finding.severity)
    const mark = bad ? style.bad(severity) : good ? style.dim(severity) : style.warn(severity)
    const lines = [` ${mark} ${style.name(finding.code)}  ${formatPlace(finding.at)}  ${printable(finding.message)}`]
    for (const place of finding.related ?? [])
      lines.push(`          ${formatPlace(place)}: ${printable(place.message)}`)
    if (finding.fix) lines.push(`          fix: ${printableLine(finding.fix.text.replaceAll('\n', ' '))}`)
    return lines
  })
}

function marked(status: CaseResult['status'], text: string, style: Style): string {
  if (status === 'passed') return style.good(text)
  if (status === 'failed' || status === 'unknown') return style.bad(text)
  return style.warn(text)
}
