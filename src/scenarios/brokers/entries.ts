import { type EntryDialect, type EntryLine, entryBlank, entryComment, renderEntries } from '../../config/entries.js'
import { commandLine } from '../command-line.js'
import type { BrokerFile, DerivedBroker } from '../derived.js'
import { brokerListener, type HostPort, type Settled } from '../options.js'
import { support } from '../support.js'
import type { Scenario } from '../types.js'

export interface Place extends HostPort {
  /** Where the broker binds; `host` is where HAProxy connects to. */
  readonly bind: string
  /** `-2` for the second broker. */
  readonly suffix: string
}

/** One place for each broker of the scenario. */
export function placesOf(scenario: Scenario, settled: Settled): readonly Place[] {
  const first = { ...settled.server, bind: settled.brokerBind, suffix: '' }
  if (scenario.topology !== 'sticky') return [first]
  return [first, { ...settled.server2, bind: settled.server2.host, suffix: '-2' }]
}

/** What every broker file begins with: the command, what it is, and on what its lines rest. */
export function headLines(scenario: Scenario, settled: Settled, place: Place): readonly string[] {
  const number = scenario.number === undefined ? '' : ` ${scenario.number},`
  const which = place.suffix === '' ? '' : ' The second broker.'
  return [
    commandLine('broker', scenario, settled, place.suffix === '' ? [] : ['--instance', '2']),
    ...(settled.annotate
      ? [`Scenario${number} ${scenario.id}: ${scenario.title}.${which}`, ...basisLines(settled)]
      : []),
  ]
}

function basisLines(settled: Settled): string[] {
  const { basis, name } = support[settled.broker]
  if (basis === 'run') return []
  if (basis === 'facts') return [`Written from measurements on ${name} 2.2.0; this very file was not run on it.`]
  return [`UNTESTED: written from the documentation of ${name}, never run on it.`]
}

export function entryFile(
  dialect: EntryDialect,
  name: string,
  head: readonly string[],
  settled: Settled,
  lines: readonly EntryLine[],
): BrokerFile {
  const kept = lines.filter((one) => settled.annotate || one.key !== undefined)
  const document = { dialect, file: name, lines: [...head.map(entryComment), entryBlank(), ...kept] }
  return { name, document, text: renderEntries(document) }
}

export function derivedBroker(settled: Settled, place: Place, files: readonly BrokerFile[]): DerivedBroker {
  const listener = place.suffix === '' ? brokerListener(settled) : { host: place.host, port: place.port }
  return { files, listener }
}
