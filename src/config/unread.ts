import type { Span } from './span.js'

/** Something that belongs to the files and was not read, so that nothing about it is judged. */
export interface Unread {
  readonly what: 'include' | 'format' | 'file' | 'variable' | 'host'
  readonly name: string
  readonly why: string
  /** The line that names it. */
  readonly span: Span
}
