import { type EntriesParsed, parseEntries } from '../../config/entry-parse.js'
import { cuttlefishShape } from '../cuttlefish.js'

/** Reads a rabbitmq.conf. Never throws; nothing is lost: rendering the document gives the text again. */
export function parseRabbitmq(text: string, file: string): EntriesParsed {
  return parseEntries('rabbitmq', text, file, cuttlefishShape)
}
