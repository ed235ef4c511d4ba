import { printable } from '../kernel/printable.js'
import type { Finding, LintSeverity } from '../kernel/result.js'
import { buildModel, type LintInput, type Model } from './model.js'
import { applyPragmas, type Pragma } from './pragmas.js'
import type { Rule } from './rule.js'
import type { RuleFinding } from './rule-finding.js'
import { lintRules } from './rules.js'

/** Which lint rules are run. */
export interface LintChoice {
  /** Codes or beginnings of codes (`MP4`); none: every rule that is not optional. */
  readonly select?: readonly string[]
  readonly ignore?: readonly string[]
}

/** Every rule over one pair; sorted by file, line and column, each finding once. */
export function lint(input: LintInput, pragmas: readonly Pragma[] = [], choice: LintChoice = {}): readonly Finding[] {
  return lintModel(buildModel(input), pragmas, choice)
}

/** The same for files whose model is there already. */
export function lintModel(model: Model, pragmas: readonly Pragma[], choice: LintChoice): readonly Finding[] {
  const chosen = lintRules.filter((rule) => isChosen(rule, choice))
  const found = chosen.flatMap((rule) => [...rule.check(model)].map((one) => findingOf(rule, one, choice)))
  const { kept, wrong } = applyPragmas(found, pragmas)
  const aboutPragmas = chosen
    .filter((rule) => rule.code === 'MP001')
    .flatMap((rule) => wrong.map((one) => findingOf(rule, one, choice)))
  return sortFindings([...kept, ...aboutPragmas])
}

/** Sorts by place and drops repetitions. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>()
  const once = findings.filter((one) => {
    const key = `${one.code} ${one.at.file}:${one.at.line}:${one.at.column} ${one.message}`
    return !seen.has(key) && seen.add(key)
  })
  return once.sort(
    (a, b) =>
      compare(a.at.file, b.at.file) ||
      (a.at.line ?? 0) - (b.at.line ?? 0) ||
      (a.at.column ?? 0) - (b.at.column ?? 0) ||
      compare(a.code, b.code),
  )
}

const severities: readonly LintSeverity[] = ['error', 'warning', 'info', 'style']

/** Whether a finding is at or above a threshold (inclusive). */
export function reaches(finding: Finding, threshold: LintSeverity): boolean {
  const rank = (severities as readonly string[]).indexOf(finding.severity)
  return rank >= 0 && rank <= severities.indexOf(threshold)
}

function isChosen(rule: Pick<Rule, 'code' | 'name' | 'optional'>, choice: LintChoice): boolean {
  const meant = (words: readonly string[]) =>
    words.some((word) => rule.code.startsWith(word.toUpperCase()) || rule.name === word.toLowerCase())
  if (choice.ignore !== undefined && meant(choice.ignore)) return false
  if (choice.select !== undefined && choice.select.length > 0) return meant(choice.select)
  return rule.optional === undefined
}

/** Edits that let somebody in who is refused now are made for those alone who ask for the rule by its code or name. */
function fixOf(rule: Rule, { fix }: RuleFinding, { select = [] }: LintChoice): Finding['fix'] {
  if (fix === undefined) return undefined
  const { opensAccess, edits, text } = fix
  const asked = select.some((word) => word.toUpperCase() === rule.code || word.toLowerCase() === rule.name)
  return edits === undefined || (opensAccess === true && !asked) ? { text } : { text, edits }
}

function findingOf(rule: Rule, found: RuleFinding, choice: LintChoice): Finding {
  const fix = fixOf(rule, found, choice)
  return {
    code: rule.code,
    severity: found.severity ?? rule.severity,
    // It quotes words of the files.
    message: printable(found.message),
    at: found.at,
    ...(found.related !== undefined &&
      found.related.length > 0 && {
        related: found.related.map(({ span, message }) => ({
          file: span.file,
          line: span.line,
          column: span.column,
          message: printable(message),
        })),
      }),
    ...(fix !== undefined && { fix }),
    ref: `docs/rules/${rule.code}.md`,
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
