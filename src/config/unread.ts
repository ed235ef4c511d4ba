import type { Span } from './span.js'

/** Something that belongs to the user's files and was not read: nothing is said about it, and the result says so. */
export interface Unread {
  /**
   * `include`: files that a program reads as well; `format`: a file we have no reader for; `file`: one that could not be
   * read; `variable`: not set here; `host`: a user, a socket or a file of another machine; `branch`: lines behind a
   * condition that could not be decided.
   */
  readonly what: 'include' | 'format' | 'file' | 'variable' | 'host' | 'branch'
  /** What it is called in the file: the variable, the path, the condition. */
  readonly name: string
  /** One clause without a full stop. */
  readonly why: string
  readonly span: Span
}
