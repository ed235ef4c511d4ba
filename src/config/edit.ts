import type { TextEdit } from '../kernel/result.js'
import type { EntryDocument, EntryLine } from './entries.js'
import { renderEntry } from './entries.js'
import type { HaproxyDocument, HaproxyLine, HaproxyWord } from './haproxy/document.js'
import { word } from './haproxy/document.js'
import type { Span } from './span.js'

/** Replaces the text at `span`. */
export function replaceAt(span: Span, newText: string): TextEdit {
  const { file, line, column, endLine, endColumn } = span
  return { file, line, column, endLine, endColumn, newText }
}

/** Puts a line of its own below the line of `span`. */
export function insertBelow(span: Span, text: string): TextEdit {
  return {
    file: span.file,
    line: span.endLine + 1,
    column: 1,
    endLine: span.endLine + 1,
    endColumn: 1,
    newText: `${text}\n`,
  }
}

/** Takes the whole line of `span` away. */
export function deleteLine(span: Span): TextEdit {
  return { file: span.file, line: span.line, column: 1, endLine: span.endLine + 1, endColumn: 1, newText: '' }
}

/**
 * A text after edits; they may come in any order. Of two that overlap the first given wins, and exact repetitions
 * count once. Positions beyond the end of the text stand for its end.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const offset = (line: number, column: number) => {
    const start = starts[line - 1]
    return start === undefined ? text.length : Math.min(text.length, start + column - 1)
  }
  const placed: { from: number; to: number; newText: string }[] = []
  for (const edit of edits) {
    const from = offset(edit.line, edit.column)
    const to = offset(edit.endLine, edit.endColumn)
    const needsBreak = from === text.length && edit.newText.endsWith('\n') && text !== '' && !text.endsWith('\n')
    const newText = needsBreak ? `\n${edit.newText.slice(0, -1)}` : edit.newText
    const taken = placed.some((one) =>
      one.from === from && one.to === to ? one.newText === newText || from !== to : from < one.to && one.from < to,
    )
    if (!taken) placed.push({ from, to, newText })
  }
  let out = text
  for (const { from, to, newText } of placed.reverse().sort((a, b) => b.from - a.from || b.to - a.to)) {
    out = out.slice(0, from) + newText + out.slice(to)
  }
  return out
}

/** The same document with a word of it replaced (quoted where HAProxy needs it); comments and layout stay. */
export function replaceWord(document: HaproxyDocument, old: HaproxyWord, text: string): HaproxyDocument {
  return mapLines(document, (line) => {
    if (!line.words.includes(old)) return [line]
    const made = word(text)
    const words = line.words.map((one) => (one === old ? { ...made, span: old.span } : one))
    const from = old.span.column - 1 + shiftBefore(line, old)
    const raw =
      line.raw === undefined ? undefined : line.raw.slice(0, from) + made.raw + line.raw.slice(from + old.raw.length)
    return [raw === undefined ? { ...line, words } : { ...reread(line, raw), words }]
  })
}

/** The same document with lines put below one of its lines (or below a section's header). */
export function insertLines(document: HaproxyDocument, below: HaproxyLine, ...lines: HaproxyLine[]): HaproxyDocument {
  return {
    ...document,
    preamble: document.preamble.flatMap((one) => (one === below ? [one, ...lines] : [one])),
    sections: document.sections.map((section) => ({
      ...section,
      lines: [
        ...(section.header === below ? lines : []),
        ...section.lines.flatMap((one) => (one === below ? [one, ...lines] : [one])),
      ],
    })),
  }
}

/** Gives one line of an entry file another value; a comment behind it stays. */
export function setEntryValue(document: EntryDocument, line: EntryLine, value: string): EntryDocument {
  return { ...document, lines: document.lines.map((one) => (one === line ? withValue(one, value, document) : one)) }
}

/** Puts entries below a line, or at the end when `below` is absent. */
export function insertEntries(
  document: EntryDocument,
  below: EntryLine | undefined,
  ...lines: EntryLine[]
): EntryDocument {
  if (below === undefined) return { ...document, lines: [...document.lines, ...lines] }
  return { ...document, lines: document.lines.flatMap((one) => (one === below ? [one, ...lines] : [one])) }
}

function withValue(line: EntryLine, value: string, document: EntryDocument): EntryLine {
  const { raw, valueSpan } = line
  if (raw === undefined || valueSpan === undefined) {
    const { raw: _, ...rest } = line
    return { ...rest, value }
  }
  const changed = raw.slice(0, valueSpan.column - 1) + value + raw.slice(valueSpan.endColumn - 1)
  return { ...line, value, raw: changed === '' ? renderEntry(line, document.separator) : changed }
}

/** How far earlier replacements on the line moved a word; spans keep pointing at the text as it was read. */
function shiftBefore(line: HaproxyLine, word: HaproxyWord): number {
  const before = line.words.slice(0, line.words.indexOf(word)).filter((one) => one.span !== word.span)
  return before.reduce((sum, one) => sum + one.raw.length - (one.span.endColumn - one.span.column), 0)
}

/** Only the raw text changes: spans keep pointing at the user's file. */
function reread(line: HaproxyLine, raw: string): HaproxyLine {
  return { ...line, raw }
}

function mapLines(document: HaproxyDocument, map: (line: HaproxyLine) => readonly HaproxyLine[]): HaproxyDocument {
  return {
    ...document,
    preamble: document.preamble.flatMap(map),
    sections: document.sections.map((section) => ({
      ...section,
      header: map(section.header)[0] ?? section.header,
      lines: section.lines.flatMap(map),
    })),
  }
}
