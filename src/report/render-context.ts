import type { RunResult } from '../kernel/result.js'
import type { RuleText } from './sarif.js'
import type { Style } from './style.js'

/** What every renderer is told beside the result. */
export interface RenderContext {
  readonly version: string
  readonly style: Style
  readonly quiet?: boolean
  readonly verbose?: boolean
  /** It goes into a file, or more is to be said: when, where and how it ran comes with it. */
  readonly kept?: boolean
  /** What the codes of findings mean, for SARIF and HTML. */
  readonly rules?: readonly RuleText[]
  /** The terminal text of a command that has its own (lint, probe, conformance). */
  readonly text?: (result: RunResult) => string
}
