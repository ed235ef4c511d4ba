import { brokerOf } from '../../brokers/index.js'
import type { Selection } from '../../check/select.js'
import type { HaproxyRelease } from '../../config/haproxy/release.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { Scenario } from '../../scenarios/types.js'
import type { BrokerChoice, CheckRequest } from './check.js'
import { fileSubjects, folderSubjects, generatedSubject, type Subject } from './sources.js'

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
  broker: BrokerChoice,
  release?: HaproxyRelease,
): Promise<Candidate[]> {
  const own = request.dir !== undefined || request.haproxyConfigs.length > 0
  if (own) {
    const [first, ...others] = names.length > 0 ? selection : []
    if (others.length > 0) {
      throw new Fault('MP-CHECK-ONE', 'files of one scenario cannot be checked as several', { exit: EXIT.usage })
    }
    const reading = { ...request.reading, ...(release && { release }) }
    const subjects =
      request.dir === undefined
        ? fileSubjects(request.haproxyConfigs, request.brokerConfigs, first?.scenario, reading)
        : await folderSubjects(request.dir, broker.kind, first?.scenario, reading)
    for (const subject of subjects) refuseOtherKind(subject, broker)
    return subjects.map((subject) => ({ scenario: subject.scenario, subject, rows: first?.rows, reason: '' }))
  }
  const options = {
    broker: broker.kind,
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

/** @throws Fault MP-CONFIG-KIND (exit 2) for a file of another broker than the one that is to run it */
function refuseOtherKind({ pair }: Subject, { kind }: BrokerChoice): void {
  const other = pair.brokers.find((one) => !brokerOf(kind).run?.reads.includes(one.document.dialect))
  if (other === undefined) return
  const { dialect, file } = other.document
  throw new Fault('MP-CONFIG-KIND', `this is a ${dialect} file; the ${kind} broker does not read it`, {
    exit: EXIT.usage,
    at: { file, line: 1 },
    hints: [`run the broker that does: --broker ${dialect}`],
  })
}
