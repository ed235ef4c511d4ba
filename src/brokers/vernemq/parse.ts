import { type EntriesParsed, parseEntries } from '../../config/entry-parse.js'
import { cuttlefishShape } from '../cuttlefish.js'

/** Reads a vernemq.conf. Never throws; nothing is lost: rendering the document gives the text again. */
export function parseVernemq(text: string, file: string): EntriesParsed {
  return parseEntries('vernemq', text, file, cuttlefishShape)
}
