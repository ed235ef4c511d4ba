import type { EntryDocument, EntryLine, Separator } from './entries.js'
import { markProblem, withoutMark } from './mark.js'
import type { ConfigProblem, Span } from './span.js'

export interface EntriesParsed {
  readonly document: EntryDocument
  readonly problems: readonly ConfigProblem[]
}

/** How a dialect reads one line that is neither blank nor a comment. */
export interface EntryShape {
  readonly key: string
  readonly keyAt: number
  readonly value?: string
  readonly valueAt?: number
  readonly comment?: string
  readonly problem?: { readonly code: string; readonly message: string; readonly at: number; readonly expected: string }
}

/** Reads a file that is one setting a line; `shape` splits a line, everything else is the same for every dialect. */
export function parseEntries(
  separator: Separator,
  text: string,
  file: string,
  shape: (line: string) => EntryShape | undefined,
): EntriesParsed {
  const problems: ConfigProblem[] = []
  const raws = text.split('\n')
  problems.push(...markProblem(text, file, 'the broker'))
  if (raws.at(-1) === '') raws.pop()
  const lines = raws.map((raw, index): EntryLine => {
    const line = index + 1
    const content = withoutMark(raw.endsWith('\r') ? raw.slice(0, -1) : raw, line)
    const span = (from: number, to: number): Span => ({
      file,
      line,
      column: from + 1,
      endLine: line,
      endColumn: to + 1,
    })
    const whole = span(0, content.length)
    const nul = content.indexOf('\0')
    if (nul >= 0) {
      const message = 'a NUL byte: the line ends here for a broker that is written in C'
      problems.push({ code: 'nul-byte', message, span: span(nul, nul + 1) })
    }
    if (content.trim() === '') return { span: whole, raw }
    if (content.startsWith('#')) return { comment: content.slice(1).replace(/^ /, ''), span: whole, raw }
    const parts = shape(content)
    if (parts === undefined) return { comment: content.trim().replace(/^#+ ?/, ''), span: whole, raw }
    if (parts.problem !== undefined) {
      const { code, message, at, expected } = parts.problem
      problems.push({ code, message, span: span(at, content.length), expected })
    }
    return {
      key: parts.key,
      span: whole,
      keySpan: span(parts.keyAt, parts.keyAt + parts.key.length),
      ...(parts.value !== undefined &&
        parts.valueAt !== undefined && {
          value: parts.value,
          valueSpan: span(parts.valueAt, parts.valueAt + parts.value.length),
        }),
      ...(parts.comment !== undefined && { comment: parts.comment }),
      raw,
    }
  })
  const noFinalNewline = !text.endsWith('\n')
  return { document: { separator, file, lines, ...(noFinalNewline && { noFinalNewline }) }, problems }
}
