import type { Span } from '../config/span.js'
import type { LintSeverity, TextEdit } from '../kernel/result.js'

/** What a rule found at one place. */
export interface RuleFinding {
  readonly at: Span
  readonly message: string
  /** Where it is not the rule's own: one of `also`. */
  readonly severity?: LintSeverity
  readonly related?: readonly { readonly span: Span; readonly message: string }[]
  readonly fix?: { readonly text: string; readonly edits?: readonly TextEdit[]; readonly opensAccess?: true }
}
