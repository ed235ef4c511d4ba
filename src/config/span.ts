import type { TextEdit } from '../kernel/result.js'

/** A stretch of a configuration file. Lines and columns count from 1; `end` is exclusive. */
export interface Span {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** Something a parser could not take, with its place and what was expected there. */
export interface ConfigProblem {
  readonly code: string
  readonly message: string
  readonly span: Span
  readonly expected?: string
  /** A change that takes the problem away and nothing else. */
  readonly edits?: readonly TextEdit[]
}

/** The span of text that we made ourselves and that is in no file yet. */
export const generated: Span = { file: '(generated)', line: 0, column: 0, endLine: 0, endColumn: 0 }
