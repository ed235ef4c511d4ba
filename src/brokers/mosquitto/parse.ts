import type { EntryDocument, EntryLine } from '../../config/entries.js'
import { type EntryShape, parseEntries } from '../../config/entry-parse.js'
import type { ConfigProblem } from '../../config/span.js'
import type { ReadInclude } from '../read-context.js'

/** The documents that one `include_dir` line brings in, in order. */
export interface Included {
  readonly at: EntryLine
  readonly documents: readonly EntryDocument[]
}

export interface MosquittoParsed {
  readonly document: EntryDocument
  readonly included: readonly Included[]
  readonly problems: readonly ConfigProblem[]
}

/**
 * Reads a mosquitto.conf, with the files of its `include_dir` when `readInclude` is given (without it the folders are
 * left alone). Never throws; nothing is lost.
 */
export function parseMosquitto(text: string, file: string, readInclude?: ReadInclude): MosquittoParsed {
  const { document, problems } = parseEntries(' ', text, file, shape)
  const all: ConfigProblem[] = [...problems]
  const included: Included[] = []
  if (readInclude !== undefined) {
    for (const at of document.lines) {
      if (at.key !== 'include_dir' || at.value === undefined) continue
      const texts = readInclude(at.value, file)
      if (texts === undefined) {
        all.push(
          problem(
            'include-unreadable',
            at,
            `the folder ${at.value} cannot be read here: what it holds was not judged`,
            'a readable folder',
          ),
        )
        continue
      }
      const documents = texts.map((one) => {
        const inner = parseEntries(' ', one.text, one.file, shape)
        all.push(...inner.problems, ...nested(inner.document, file))
        return inner.document
      })
      if (texts.some((one) => one.file === file)) {
        const message = `include_dir ${at.value} contains this file itself: it includes itself without end`
        all.push(problem('include-loop', at, message, 'a folder that does not hold the main file'))
      }
      included.push({ at, documents: documents.filter((one) => one.file !== file) })
    }
  }
  return { document, included, problems: all }
}

/** Mosquitto takes `include_dir` in its main file only; anywhere else it refuses to start, which also stops loops. */
function nested(document: EntryDocument, main: string): ConfigProblem[] {
  return document.lines
    .filter((one) => one.key === 'include_dir')
    .map((one) =>
      problem(
        'include-nested',
        one,
        'include_dir is only valid in the main configuration file',
        `include_dir in ${main}`,
      ),
    )
}

function problem(code: string, at: EntryLine, message: string, expected: string): ConfigProblem {
  return { code, message, span: at.keySpan ?? at.span, expected }
}

/**
 * Mosquitto splits at blanks only (a tab belongs to the word), takes `#` for a comment in the first column only, and
 * gives the rest of the line to the option.
 */
function shape(line: string): EntryShape | undefined {
  const match = /^( *)([^ ]+)(?: +(.*?))? *$/.exec(line)
  const [, indent = '', word = '', rest] = match ?? []
  const tab = word.indexOf('\t')
  const key = (tab < 0 ? word : word.trim().split('\t')[0]) ?? word
  const keyAt = indent.length + Math.max(0, word.indexOf(key))
  const value = tab < 0 ? rest : `${word.trim().slice(key.length)} ${rest ?? ''}`.trim()
  const valueAt = value === undefined || value === '' ? undefined : line.indexOf(value, keyAt + key.length)
  const base = { key, keyAt, ...(value !== undefined && valueAt !== undefined && valueAt >= 0 && { value, valueAt }) }
  if (key.startsWith('#')) {
    const expected = '# in the first column'
    const message = 'Mosquitto takes an indented # for an unknown option, not for a comment: it refuses to start'
    return { ...base, problem: { code: 'indented-comment', message, at: keyAt, expected } }
  }
  if (tab >= 0) {
    const message = 'Mosquitto does not take a tab for a blank: it reads the whole word as the name of an option'
    return { ...base, problem: { code: 'tab', message, at: keyAt, expected: 'blanks' } }
  }
  return base
}
