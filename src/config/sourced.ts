import type { Span } from './span.js'

/** A value and where it was written; `span` is `undefined` for a default that no line sets. */
export interface Sourced<T> {
  readonly value: T
  readonly span: Span | undefined
}

/** A value that somebody wrote. */
export interface Written<T> {
  readonly value: T
  readonly span: Span
}
