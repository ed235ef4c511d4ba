import type { EntryDocument, EntryLine } from '../../config/entries.js'
import { leaveEntry } from './entry.js'
import { mosquittoDocument } from './mosquitto.js'
import { rabbitmqDocument } from './rabbitmq.js'
import type { Relocation } from './relocation.js'
import { vernemqLine } from './vernemq.js'

/** One broker file for the sandbox; every line keeps the span of the user's line it comes from. */
export function relocateBroker(document: EntryDocument, to: Relocation, main: boolean): EntryDocument {
  switch (document.dialect) {
    case 'mosquitto':
      return mosquittoDocument(document, to, main)
    case 'rabbitmq':
      return rabbitmqDocument(document, to)
    case 'vernemq':
      return { ...document, lines: document.lines.flatMap((one) => lineOf(one, to)) }
  }
}

function lineOf(one: EntryLine, to: Relocation): readonly EntryLine[] {
  return one.key === undefined ? [one] : (vernemqLine(one, one.key, to) ?? leaveEntry(one, undefined, to))
}
