import { type EntryLine, entryBlank, entryComment, renderEntries, type Separator } from '../config/entries.js'
import type { ConfigText, WantedConfig } from './write.js'

/** A file that is one setting a line. */
export function entryFile(
  separator: Separator,
  name: string,
  head: readonly string[],
  { annotate }: Pick<WantedConfig, 'annotate'>,
  lines: readonly EntryLine[],
): ConfigText {
  const kept = lines.filter((one) => annotate || one.key !== undefined)
  const document = { separator, file: name, lines: [...head.map(entryComment), entryBlank(), ...kept] }
  return { name, document, text: renderEntries(document) }
}
