import { cuttlefishShape } from '../cuttlefish.js'
import { type EntriesParsed, parseEntries } from '../entry-parse.js'

/** Reads a rabbitmq.conf. Never throws; nothing is lost: rendering the document gives the text again. */
export function parseRabbitmq(text: string, file: string): EntriesParsed {
  return parseEntries('rabbitmq', text, file, cuttlefishShape)
}
