import type { CaseResult, RunResult } from '../kernel/result.js'
import { detailsOf, isFailure } from './problem.js'
import { runLines } from './run-facts.js'

/** TAP version 14: one line a case, a YAML block where something is to be said. */
export function renderTap(result: RunResult): string {
  const cases = result.groups.flatMap((group) => group.cases)
  const lines = [...cases.flatMap((one, index) => caseLines(one, index + 1)), ...findingLines(result, cases.length)]
  const count = cases.length + result.findings.length
  const plan = count === 0 ? '1..0 # SKIP nothing was run' : `1..${count}`
  const facts = runLines(result).map((line) => `# ${oneLine(line)}`)
  return `${['TAP version 14', plan, ...facts, ...lines].join('\n')}\n`
}

function caseLines(one: CaseResult, number: number): string[] {
  const ok = one.status !== 'failed' && one.status !== 'unknown'
  const directive = one.status === 'skipped' ? ` # SKIP ${oneLine(one.reason ?? '')}` : ''
  const note = one.status === 'deviation' || one.status === 'non-strict' ? ` (${one.status})` : ''
  const line = `${ok ? 'ok' : 'not ok'} ${number} - ${oneLine(`${one.id} ${one.title}${note}`)}${directive}`
  return one.status === 'passed' || one.status === 'skipped' ? [line] : [line, ...block(detailsOf(one))]
}

function findingLines(result: RunResult, before: number): string[] {
  return result.findings.flatMap((finding, index) => {
    const where = [finding.at.file, finding.at.line, finding.at.column].filter((part) => part !== undefined).join(':')
    const verdict = isFailure(finding, result) ? 'not ok' : 'ok'
    const line = `${verdict} ${before + index + 1} - ${oneLine(`${finding.code} ${where} ${finding.message}`)}`
    return [line, ...block([`severity: ${finding.severity}`, ...(finding.fix ? [`fix: ${finding.fix.text}`] : [])])]
  })
}

/** What YAML (5.1) has no place for, in a literal as anywhere. */
const unprintable = /[^\t\u{20}-\u{7E}\u{85}\u{A0}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

/** The details as one YAML literal, which needs no quoting. */
function block(lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const text = lines.flatMap((line) => line.split('\n')).map((line) => `    ${line.replace(unprintable, '\u{FFFD}')}`)
  return ['  ---', '  details: |', ...text, '  ...']
}

/** `#` would begin a directive (TAP 14, "Escaping"). */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(unprintable, '\u{FFFD}').replace(/[\\#]/g, '\\$&')
}
