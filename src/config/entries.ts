import { generated, type Span } from './span.js'

/** The separator between a key and its value, in files that are one setting a line. */
export type Separator = ' ' | ' = '

/** A line-by-line configuration file as written; the meaning (listeners with their scope) is a view over it. */
export interface EntryDocument {
  readonly separator: Separator
  readonly file: string
  readonly lines: readonly EntryLine[]
  /** The lines end without a line feed, as the file did. */
  readonly noFinalNewline?: true
}

/** One line of a file of keys and values. */
export interface EntryLine {
  /** Absent on blank and comment lines. */
  readonly key?: string
  readonly value?: string
  /** Text after `#`, without the sign and one leading space. */
  readonly comment?: string
  readonly span: Span
  readonly keySpan?: Span
  readonly valueSpan?: Span
  /** The line as written; absent on what we made or changed. */
  readonly raw?: string
}

export function entry(key: string, value: string): EntryLine {
  return { key, value, span: generated }
}

export function entryComment(text: string): EntryLine {
  return { comment: text, span: generated }
}

export function entryBlank(): EntryLine {
  return { span: generated }
}

/** The text of a document: lines that were read come out as they were, made or changed ones in our own layout. */
export function renderEntries(document: EntryDocument): string {
  const text = document.lines.map((one) => renderEntry(one, document.separator)).join('\n')
  return document.noFinalNewline ? text : `${text}\n`
}

export function renderEntry(line: EntryLine, separator: Separator): string {
  if (line.raw !== undefined) return line.raw
  if (line.key !== undefined) {
    return line.value === undefined || line.value === '' ? line.key : `${line.key}${separator}${line.value}`
  }
  if (line.comment === undefined) return ''
  return line.comment === '' ? '#' : `# ${line.comment}`
}
