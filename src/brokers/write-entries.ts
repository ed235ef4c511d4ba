import { type EntryDialect, type EntryLine, entryBlank, entryComment, renderEntries } from '../config/entries.js'
import type { ConfigText, Wanted } from './write.js'

/** A file that is one setting a line. */
export function entryFile(
  dialect: EntryDialect,
  name: string,
  head: readonly string[],
  { annotate }: Pick<Wanted, 'annotate'>,
  lines: readonly EntryLine[],
): ConfigText {
  const kept = lines.filter((one) => annotate || one.key !== undefined)
  const document = { dialect, file: name, lines: [...head.map(entryComment), entryBlank(), ...kept] }
  return { name, document, text: renderEntries(document) }
}
