import type { EntryDocument, EntryLine } from '../config/entries.js'
import { type EntryShape, parseEntries } from '../config/entry-parse.js'
import type { ConfigProblem } from '../config/span.js'
import type { ReadContext } from './read-context.js'

export interface CuttlefishParsed {
  /** The file itself, with its own lines only. */
  readonly document: EntryDocument
  /** Every line in the order in which it counts, those of included files in their place. */
  readonly lines: readonly EntryLine[]
  readonly documents: readonly EntryDocument[]
  readonly problems: readonly ConfigProblem[]
}

/** Reads a cuttlefish file with what it includes; a later line of a key counts. */
export function parseCuttlefish(text: string, file: string, { readInclude }: ReadContext = {}): CuttlefishParsed {
  const { document, problems } = parseEntries(' = ', text, file, cuttlefishShape)
  const all = [...problems]
  const documents = [document]
  const lines = document.lines.flatMap((line) => {
    if (line.key !== 'include' || line.value === undefined) return [line]
    if (readInclude === undefined) return [line]
    const texts = readInclude(line.value, file)
    if (texts === undefined) {
      const message = `${line.value} cannot be read here: what it holds was not judged`
      all.push({ code: 'include-unreadable', message, span: line.span, expected: 'readable files' })
      return [line]
    }
    return texts
      .filter((one) => one.file !== file)
      .flatMap((one) => {
        const inner = parseEntries(' = ', one.text, one.file, cuttlefishShape)
        all.push(...inner.problems)
        documents.push(inner.document)
        return inner.document.lines
      })
  })
  return { document, lines, documents, problems: all }
}

/**
 * One line of a cuttlefish file (VerneMQ, RabbitMQ): `key = value`, `#` begins a comment anywhere unless escaped or
 * inside single quotes, and blanks around the parts are dropped.
 */
function cuttlefishShape(line: string): EntryShape | undefined {
  const start = line.length - line.trimStart().length
  if (line[start] === '#') return undefined
  const hash = commentAt(line)
  const content = hash < 0 ? line : line.slice(0, hash)
  const comment = hash < 0 ? undefined : line.slice(hash + 1).replace(/^ /, '')
  const include = /^include[ \t]+(\S+)[ \t]*$/.exec(content.slice(start))?.[1]
  if (include !== undefined) {
    const valueAt = content.indexOf(include, start + 'include'.length)
    return { key: 'include', keyAt: start, value: include, valueAt, ...(comment !== undefined && { comment }) }
  }
  const equals = content.indexOf('=')
  const key = content.slice(start, equals < 0 ? undefined : equals).trim()
  const noted = comment === undefined ? {} : { comment }
  if (equals < 0 || key === '' || /\s/.test(key)) {
    const message = `"${content.trim()}" is not a valid setting`
    return {
      key: key.split(/\s/)[0] ?? key,
      keyAt: start,
      ...noted,
      problem: { code: 'no-setting', message, at: start, expected: 'key = value' },
    }
  }
  const value = content.slice(equals + 1).trim()
  if (value === '') {
    const message = `${key} has no value`
    return {
      key,
      keyAt: start,
      ...noted,
      problem: { code: 'no-value', message, at: start, expected: `${key} = value` },
    }
  }
  return { key, keyAt: start, value, valueAt: content.indexOf(value, equals + 1), ...noted }
}

function commentAt(line: string): number {
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "'") quoted = !quoted
    if (line[at] === '#' && line[at - 1] !== '\\' && !quoted) return at
  }
  // A quote that never closes is a plain character.
  return quoted ? line.search(/(?<!\\)#/) : -1
}
