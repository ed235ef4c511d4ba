import { generated, type Span } from '../span.js'

/**
 * A haproxy.cfg as it is written: sections of lines of words. Nothing is lost, nothing is interpreted; the meaning
 * (frontends, servers, resolved defaults) is a view over it.
 */
export interface HaproxyDocument {
  readonly file: string
  /** The lines end without a line feed, as the file did. */
  readonly noFinalNewline?: true
  /** Lines before the first section: comments, blanks, `.if`. */
  readonly preamble: readonly HaproxyLine[]
  readonly sections: readonly HaproxySection[]
}

/** Whether HAProxy reads a line: `maybe` behind a condition that could not be decided. */
export type Active = 'yes' | 'no' | 'maybe'

/** A section of haproxy.cfg: its first line, and the lines below it. */
export interface HaproxySection {
  /** `global`, `defaults`, `frontend`, `backend`, `listen`, `peers`, `resolvers`, or any word HAProxy may add. */
  readonly kind: string
  readonly name: string | undefined
  /** `defaults NAME` or `frontend X from NAME`. */
  readonly from: string | undefined
  readonly header: HaproxyLine
  readonly lines: readonly HaproxyLine[]
}

/** A line of haproxy.cfg, as written and as HAProxy reads it. */
export interface HaproxyLine {
  /** Empty for a blank line or one that holds only a comment. */
  readonly words: readonly HaproxyWord[]
  /** Text after `#`, without the sign and one leading space. */
  readonly comment: string | undefined
  /** Leading white space as written. */
  readonly indent: string
  readonly span: Span
  /** The line as written; absent on what we made or changed. */
  readonly raw?: string
  /** In a branch of `.if` that is not taken (`no`), or that could not be decided; absent: HAProxy reads it. */
  readonly active?: Exclude<Active, 'yes'>
}

/** A word of a line of haproxy.cfg, as written and as HAProxy reads it. */
export interface HaproxyWord {
  /** After quotes, escapes and environment variables. */
  readonly text: string
  /** As written. */
  readonly raw: string
  readonly span: Span
  /** Environment variables in it that are not defined; `text` keeps them as written (`${PORT}`). */
  readonly unresolved?: readonly string[]
}

/** One line from words; a word with spaces, quotes or `#` is quoted when rendered. */
export function line(...words: readonly string[]): HaproxyLine {
  return { words: words.map(word), comment: undefined, indent: '    ', span: generated }
}

/** A comment of its own line. */
export function comment(text: string, indent = '    '): HaproxyLine {
  return { words: [], comment: text, indent, span: generated }
}

export function blank(): HaproxyLine {
  return { words: [], comment: undefined, indent: '', span: generated }
}

export function section(kind: string, name: string | undefined, lines: readonly HaproxyLine[]): HaproxySection {
  const header = { ...line(...(name === undefined ? [kind] : [kind, name])), indent: '' }
  return { kind, name, from: undefined, header, lines }
}

/** A word of our own, quoted where HAProxy needs it. */
export function word(text: string): HaproxyWord {
  return { text, raw: quote(text), span: generated }
}

/** HAProxy's quoting (configuration.txt 2.2): strong quotes keep everything, except the quote itself. */
function quote(text: string): string {
  if (text !== '' && !/[\s"'#\\$]/.test(text)) return text
  return text.includes("'") ? `"${text.replace(/["\\$]/g, '\\$&')}"` : `'${text}'`
}
