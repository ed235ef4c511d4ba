import { copiedFile } from '../config/copied-file.js'
import { type EntryLine, renderEntries } from '../config/entries.js'
import type { Copyable, CopyTarget } from './copy.js'
import { parseCuttlefish } from './cuttlefish.js'
import type { ReadContext } from './read-context.js'

/** What a broker makes of its own settings. */
export interface CuttlefishCopy {
  readonly line: (one: EntryLine, key: string, to: CopyTarget) => readonly EntryLine[]
  /** Settings for what the broker would do by itself, behind the others. */
  readonly more?: (lines: readonly EntryLine[], to: CopyTarget) => readonly EntryLine[]
}

/** Copies of files of `key = value` lines; what `include` brings in replaces it, in one file. */
export function cuttlefishCopier(
  name: string,
  { line, more = () => [] }: CuttlefishCopy,
): (text: string, file: string, reading?: ReadContext) => Copyable {
  return (text, file, reading) => {
    const { document, lines } = parseCuttlefish(text, file, reading)
    return {
      refused: [],
      copy: (to, suffix) => {
        const kept = lines.flatMap((one) => (one.key === undefined ? [one] : line(one, one.key, to)))
        const all = [...kept, ...more(lines, to)]
        const named = name.replace(/(?=\.[^.]*$)/, suffix)
        return [copiedFile(named, file, renderEntries({ ...document, lines: all }), all)]
      },
    }
  }
}
