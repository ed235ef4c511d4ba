import { brokerOf, isBrokerKind } from '../../brokers/index.js'
import { type OwnName, ownNames, type Selection } from '../../check/select.js'
import type { HaproxyRelease } from '../../config/haproxy/release.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { findScenario } from '../../scenarios/find.js'
import type { Scenario } from '../../scenarios/types.js'
import type { BrokerChoice, CheckRequest } from './request.js'
import { fileSubjects, folderSubjects, generatedSubject, type Subject } from './sources.js'
import { writtenFor } from './written-for.js'

/** A scenario to run, or the reason why these programs can never run it. */
export interface Candidate {
  readonly scenario: Scenario
  readonly subject: Subject | undefined
  readonly rows: ReadonlySet<string> | undefined
  readonly reason: string
}

type Sources = Pick<CheckRequest, 'dir' | 'haproxyConfigs' | 'brokerConfigs' | 'transport' | 'ip' | 'reading'>

/** What a request names, for one broker: the user's files, or generated ones. */
export async function candidatesOf(
  request: Sources,
  names: readonly string[],
  selection: Selection,
  broker: BrokerChoice & { readonly version?: string },
  release?: HaproxyRelease,
): Promise<Candidate[]> {
  if (isOwn(request)) {
    const reading = { ...request.reading, ...(release && { release }) }
    const read = (named: Scenario | undefined) =>
      request.dir === undefined
        ? Promise.resolve(fileSubjects(request.haproxyConfigs, request.brokerConfigs, named, reading))
        : folderSubjects(request.dir, broker.kind, named, reading)
    const chosen = await chosenOf(ownNames(names), read)
    for (const { subject } of chosen) refuseOtherKind(subject, broker)
    return chosen.map(({ subject, rows }) => ({ scenario: subject.scenario, subject, rows, reason: '' }))
  }
  const options = {
    ...writtenFor(broker),
    ...(request.transport !== undefined && { transport: request.transport }),
    ...(request.ip !== undefined && { ip: request.ip }),
  }
  return selection.map(({ scenario, rows }) => {
    try {
      return { scenario, subject: generatedSubject(scenario, options), rows, reason: '' }
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'MP-GEN-UNSUPPORTED') throw error
      return { scenario, subject: undefined, rows, reason: error.message }
    }
  })
}

/** Whether files of the user's are checked. */
export function isOwn({ dir, haproxyConfigs }: Pick<Sources, 'dir' | 'haproxyConfigs'>): boolean {
  return dir !== undefined || haproxyConfigs.length > 0
}

interface Chosen {
  readonly subject: Subject
  readonly rows: ReadonlySet<string> | undefined
}

/** Ways in whose files say this of themselves; else the files are judged as the scenario that was named. */
async function chosenOf(
  names: readonly OwnName[],
  read: (named: Scenario | undefined) => Promise<readonly Subject[]>,
): Promise<readonly Chosen[]> {
  const all = await read(undefined)
  if (names.length === 0) return all.map((subject) => ({ subject, rows: undefined }))
  const found = names.flatMap(({ id, rows }) =>
    all.filter((one) => one.id === id).map((subject) => ({ subject, rows })),
  )
  if (found.length > 0) {
    for (const { id, rows } of names) refuseUnknownRows(id, rows, found)
    return found
  }
  const [first, ...others] = names
  if (others.length > 0) {
    throw new Fault('MP-CHECK-ONE', 'files of one scenario cannot be checked as several', { exit: EXIT.usage })
  }
  const forced = first === undefined ? [] : await read(findScenario(first.id))
  const chosen = forced.map((subject) => ({ subject, rows: first?.rows }))
  if (first !== undefined) refuseUnknownRows(first.id, first.rows, chosen)
  return chosen
}

/** @throws Fault MP-CHECK-UNKNOWN (exit 2) with the nearest name */
function refuseUnknownRows(id: string, rows: ReadonlySet<string> | undefined, chosen: readonly Chosen[]): void {
  const known = chosen.flatMap(({ subject }) =>
    subject.id === id ? subject.scenario.outcomes.map((row) => row.id) : [],
  )
  const unknown = [...(rows ?? [])].find((row) => !known.includes(row.replace(/#\d+$/, '')))
  if (unknown === undefined || known.length === 0) return
  const near = nearest(unknown, known)
  throw new Fault('MP-CHECK-UNKNOWN', `these files have no check "${id}/${unknown}"`, {
    exit: EXIT.usage,
    hints: [...(near === undefined ? [] : [`did you mean ${id}/${near}?`]), `known: ${known.join(', ')}`],
  })
}

/** @throws Fault MP-CONFIG-KIND (exit 2) for a file of another broker than the one that is to run it */
function refuseOtherKind({ pair }: Subject, { kind }: BrokerChoice): void {
  const other = pair.brokers.find((one) => !brokerOf(kind).run?.reads.includes(one.meaning.broker))
  if (other === undefined) return
  const { broker: dialect, file } = other.meaning
  throw new Fault(
    'MP-CONFIG-KIND',
    `this is a file of ${isBrokerKind(dialect) ? brokerOf(dialect).name : dialect}; ${brokerOf(kind).name} does not read it`,
    {
      exit: EXIT.usage,
      at: { file, line: 1 },
      hints: [`run the broker that does: --broker ${dialect}`],
    },
  )
}
