import type { EntryDocument, EntryLine } from '../../config/entries.js'
import { type EntryShape, parseEntries } from '../../config/entry-parse.js'
import type { ConfigProblem } from '../../config/span.js'
import type { ReadContext } from '../read-context.js'

export interface FlashmqParsed {
  /** The file itself, with its own lines only. */
  readonly document: EntryDocument
  readonly documents: readonly EntryDocument[]
  /** Every line, those of `include_dir` in its place. */
  readonly lines: readonly EntryLine[]
  readonly problems: readonly ConfigProblem[]
}

/** flashmq.conf (1.26): `key value` lines, and blocks `listen { ... }` and `bridge { ... }`. */
export function parseFlashmq(text: string, file: string, { readInclude }: ReadContext = {}): FlashmqParsed {
  const { document, problems: found } = parseEntries(' ', text, file, shape)
  const problems: ConfigProblem[] = [...found]
  const documents: EntryDocument[] = [document]
  const lines = document.lines.flatMap((line): readonly EntryLine[] => {
    if (line.key !== 'include_dir' || line.value === undefined || readInclude === undefined) return [line]
    const texts = readInclude(line.value, file)?.filter((one) => one.file !== file)
    if (texts === undefined) {
      const message = `the folder ${line.value} cannot be read here: what it holds was not judged`
      problems.push({ code: 'include-unreadable', message, span: line.span, expected: 'a readable folder' })
    }
    return (texts ?? []).flatMap((one) => {
      const inner = parseEntries(' ', one.text, one.file, shape)
      problems.push(...inner.problems)
      documents.push(inner.document)
      return inner.document.lines
    })
  })
  return { document, documents, lines, problems }
}

/** A parameter and the rest of the line, quotes around it taken away; a comment has a line of its own. */
function shape(line: string): EntryShape | undefined {
  const match = /^(\s*)(\S+?)(?:\s+(.*?)|\s*(\{))?\s*$/.exec(line)
  const [, indent = '', key = '', rest, brace] = match ?? []
  if (key.startsWith('#')) return undefined
  const written = rest ?? brace
  if (written === undefined || written === '') return { key, keyAt: indent.length }
  const value = /^(["'])(.*)\1$/.exec(written)?.[2] ?? written
  return { key, keyAt: indent.length, value, valueAt: line.indexOf(value, indent.length + key.length) }
}
