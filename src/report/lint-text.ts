import { withoutSecrets } from '../kernel/config-secrets.js'
import { formatPlace } from '../kernel/errors.js'
import { printable, printableLine } from '../kernel/printable.js'
import type { Finding, LintSeverity } from '../kernel/result.js'
import { reaches } from '../lint/run.js'
import { plain, type Style } from './style.js'

export interface LintTextInput {
  readonly findings: readonly Finding[]
  readonly summary: Readonly<Record<LintSeverity, number>>
  readonly failOn: LintSeverity
  readonly ok: boolean
  readonly files: readonly string[]
  /** What belongs to the files and was not read. */
  readonly unread: readonly {
    readonly what: string
    readonly name: string
    readonly why: string
    readonly at: { readonly file: string; readonly line: number }
  }[]
}

/** Findings with their place, the line of the file and a caret, the other file's line, and the fix. */
export function lintText(
  input: LintTextInput,
  texts: ReadonlyMap<string, string>,
  { style, quiet }: { readonly style: Style; readonly quiet: boolean } = { style: plain, quiet: false },
): string {
  const lines = new Map<string, readonly string[]>()
  const lineOf = (file: string, line: number | undefined) => {
    const known = lines.get(file) ?? texts.get(file)?.split('\n') ?? []
    lines.set(file, known)
    return line === undefined ? undefined : known[line - 1]?.replace(/\r$/, '')
  }
  const shown = quiet ? input.findings.filter((one) => reaches(one, input.failOn)) : input.findings
  const said = shown.flatMap((one) => findingText(one, lineOf, style))
  const unread = quiet ? [] : unreadText(input, style)
  return `${[...said, ...unread, ...summaryText(input, style)].join('\n')}\n`
}

/** Those of which no finding of its own line tells. */
function unreadText({ unread, findings }: LintTextInput, style: Style): readonly string[] {
  const told = new Set(findings.filter((one) => /^MP00[235]$/.test(one.code)).map(({ at }) => `${at.file}:${at.line}`))
  const left = unread.filter(({ at }) => !told.has(`${at.file}:${at.line}`))
  if (left.length === 0) return []
  // The same is often said of many lines: once, with the lines below it.
  const lines = [...new Set(left.map(({ why }) => why))].flatMap((reason) => {
    const those = left.filter(({ why }) => why === reason)
    return [
      `  ${reason}:`,
      ...new Set(those.map(({ name, at }) => `    ${printable(at.file)}:${at.line}: ${printable(name)}`)),
    ]
  })
  return [style.bold('Not judged:'), ...lines, '']
}

type LineOf = (file: string, line: number | undefined) => string | undefined

function findingText(finding: Finding, lineOf: LineOf, style: Style): readonly string[] {
  const { at, severity, code, message } = finding
  const place = formatPlace(at)
  const level = coloured(severity, severity, style)
  return [
    `${style.bold(place)} ${level} ${style.name(code)} ${printable(message)}`,
    ...excerpt(finding, lineOf, style),
    ...(finding.related ?? []).map((one) => {
      const source = lineOf(one.file, one.line)?.trim()
      return `    ${style.dim(`${printable(one.file)}:${one.line}: ${printable(one.message)}${source ? `: ${quotedLine(source)}` : ''}`)}`
    }),
    ...(finding.fix === undefined
      ? []
      : [`    ${style.good(`fix: ${printable(finding.fix.text.replaceAll('\n', ' '))}`)}`]),
    '',
  ]
}

function excerpt({ at }: Finding, lineOf: LineOf, style: Style): readonly string[] {
  const source = lineOf(at.file, at.line)
  if (source === undefined || at.line === undefined) return []
  // What is escaped takes more columns than it stood in: the caret counts as the line is shown.
  const wide = (to: number) => quotedLine(source.slice(0, to)).length
  const number = String(at.line).padStart(5)
  const shown = `${style.dim(`${number} |`)} ${quotedLine(source)}`
  if (at.column === undefined) return [shown]
  const end = at.endLine === at.line && at.endColumn !== undefined ? at.endColumn : source.length + 1
  const from =
    at.column === 1 && source.trimEnd().length + 1 <= end ? source.length - source.trimStart().length : at.column - 1
  const width = Math.max(1, Math.min(end - 1, source.trimEnd().length) - from)
  const caret = '^'.repeat(Math.max(1, wide(from + width) - wide(from)))
  return [shown, `${style.dim('      |')} ${' '.repeat(wide(from))}${style.good(caret)}`]
}

/** A line of the user's file, as it may stand in a log that others read. */
function quotedLine(source: string): string {
  return printableLine(withoutSecrets(source))
}

function summaryText(input: LintTextInput, style: Style): readonly string[] {
  const { summary, findings, files, failOn, ok } = input
  const counted = `${files.length} ${files.length === 1 ? 'file' : 'files'}`
  if (findings.length === 0) return [`${counted}, no findings`]
  const parts = (Object.keys(summary) as LintSeverity[]).flatMap((one) => {
    const count = summary[one]
    if (count === 0) return []
    const word = one === 'error' || one === 'warning' ? (count === 1 ? one : `${one}s`) : one
    return [coloured(one, `${count} ${word}`, style)]
  })
  const fixable = findings.filter((one) => (one.fix?.edits?.length ?? 0) > 0).length
  const how = fixable === 0 ? '' : ` (${fixable} fixable: mqtt-proxy lint --fix)`
  const first = findings.find((one) => one.code.startsWith('MP'))
  const more = first === undefined ? '' : `   why: mqtt-proxy lint --explain ${first.code}`
  const threshold = ok ? `; none at or above ${failOn}` : ''
  return [`${parts.join(', ')} in ${counted}${how}${threshold}${more}`]
}

function coloured(severity: Finding['severity'], text: string, style: Style): string {
  if (severity === 'error') return style.bad(text)
  return severity === 'warning' ? style.warn(text) : style.dim(text)
}
