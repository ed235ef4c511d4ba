import type { LintSeverity } from '../kernel/result.js'
import type { Model } from './model.js'
import type { RuleFinding } from './rule-finding.js'

/** The code of a lint rule: `MP` and a number, as in `MP101`. */
export type RuleCode = `MP${number}`

/** One misconfiguration: what it is, what it does to people, how we know, what to do; and the function that finds it. */
export interface Rule {
  readonly code: RuleCode
  /** `no-backend`: stable, for people. */
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** `error`: traffic is refused, misattributed or open to forgery. */
  readonly severity: LintSeverity
  /** Severities that some of its findings have instead. */
  readonly also?: readonly LintSeverity[]
  /** What happens to the user. */
  readonly harm: string
  /** The source or the measurement it rests on. */
  readonly evidence: string
  /** What to do. */
  readonly fix: string
  /** Runs only when selected by its code: sound files may well be like this. */
  readonly optional?: true
  /** For an error without a test on the real programs: why there is none. */
  readonly unproven?: string
  readonly check: (model: Model) => Iterable<RuleFinding>
}
