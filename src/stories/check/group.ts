import { isEnvironment } from '../../check/environment.js'
import { wantedRows } from '../../check/plan.js'
import { clashes } from '../../check/sandbox/relocate.js'
import { makeWorkdir, type Workdir } from '../../host/files/workdir.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import type { BrokerDriver, HaproxyFacts } from '../../host/types.js'
import type { CaseResult, LeftOutLine, ReportFile } from '../../kernel/result.js'
import type { OutcomeRow } from '../../scenarios/types.js'
import { runFaults } from './faults.js'
import type { GroupOptions } from './group-options.js'
import { leftOutOf } from './left-out.js'
import { notStarted, plainWords } from './not-started.js'
import { type RecordedRun, recordCase } from './record.js'
import { mostRecordings, type Recording } from './recorders.js'
import { runRows } from './rows.js'
import type { Subject } from './sources.js'
import { startSubject } from './start.js'
import { filesOf } from './subject-files.js'
import { noPlace, Taps } from './taps.js'

export interface GroupRun {
  readonly cases: readonly CaseResult[]
  readonly files: readonly ReportFile[]
  /** Why this machine could not run it; no line of the files is to blame. */
  readonly cannot?: string
  readonly kept: string | undefined
  readonly leftOut: readonly LeftOutLine[]
  /** Both legs of failed cases, by case id, recorded on a second run of each. */
  readonly recordings: ReadonlyMap<string, Recording>
}

/** A scenario in its sandbox: folder, certificates, broker, HAProxy, every row, stop. */
export async function runGroup(
  subject: Subject,
  driver: BrokerDriver,
  program: HaproxyFacts,
  options: GroupOptions,
): Promise<GroupRun> {
  const rows = wantedRows(subject.scenario.outcomes, options.mqtt).filter((row) => options.only?.has(row.id) ?? true)
  const folder = await makeWorkdir('check')
  if (options.keep) folder.keep()
  try {
    const run = await inFolder(subject, driver, program, options, rows, folder)
    return options.record ? await recorded(run, subject, driver, program, options, rows) : run
  } finally {
    await folder.remove()
  }
}

async function recorded(
  run: GroupRun,
  subject: Subject,
  driver: BrokerDriver,
  program: HaproxyFacts,
  options: GroupOptions,
  rows: readonly OutcomeRow[],
): Promise<GroupRun> {
  const recordings = new Map<string, RecordedRun>()
  const failed = run.cases.filter((one) => one.status === 'failed').slice(0, mostRecordings)
  for (const one of failed) {
    const row = rows.find((each) => one.id === `${subject.id}/${each.id}`)
    if (row === undefined || options.signal.aborted) continue
    const recording = await recordCase(row, subject, driver, program, options)
    if (recording !== undefined) recordings.set(one.id, recording)
  }
  const cases = run.cases.map((one) => {
    const recording = recordings.get(one.id)
    if (recording === undefined) return one
    const { timeline, headerHex, secondRun } = recording
    return { ...one, timeline, ...(headerHex !== undefined && { headerHex }), secondRun }
  })
  return { ...run, cases, recordings }
}

async function inFolder(
  subject: Subject,
  driver: BrokerDriver,
  program: HaproxyFacts,
  options: GroupOptions,
  rows: readonly OutcomeRow[],
  folder: Workdir,
): Promise<GroupRun> {
  const { certificates, signal } = options
  const denied = subject.scenario.topology === 'acl' ? options.deniedAddress : undefined
  const taps = options.onTap === undefined && options.faults.length === 0 ? undefined : new Taps(options.onTap)
  // The user's own files may leave anything behind, and a kept folder is to hold all that ran.
  const lend = subject.again.length === 0 && !options.keep && options.holder === undefined && taps === undefined
  const start = await startSubject(subject, {
    folder: folder.path,
    certificates,
    driver,
    program,
    lend,
    denied,
    signal,
    relays: taps?.start,
    stats: options.holder !== undefined,
  })
  const { moved } = start
  const kept = options.keep ? folder.path : undefined
  const rest = {
    kept,
    recordings: new Map(), // Of files that we made nobody misses a log server.
    leftOut: subject.again.length === 0 ? [] : leftOutOf(moved),
  }
  if ('failed' in start) {
    const { fault } = start.failed
    if (isEnvironment(fault, clashes(moved).length > 0)) {
      const reason = plainWords(fault, moved)
      return { cases: [], files: filesOf(moved, undefined), ...rest, cannot: reason }
    }
    const cases = notStarted(start.failed, subject, moved, rows, options)
    return { cases, files: filesOf(moved, undefined), ...rest }
  }
  const { sandbox } = start
  let held = false
  try {
    if (taps?.stand === false && options.onTap !== undefined) options.say(`${subject.id}: ${noPlace}`)
    if (taps !== undefined && options.faults.length > 0) {
      const cases = await runFaults(subject, moved, sandbox, taps, driver.kind, options)
      return { cases, files: filesOf(moved, sandbox), ...rest }
    }
    const ran = await runRows(subject, moved, sandbox, rows, options)
    held = (await options.holder?.hold(subject, moved, sandbox, folder.path, ran, options)) ?? false
    // There a broker is stopped on purpose.
    const cases = subject.scenario.topology === 'sticky' ? ran : withEnded(ran, sandbox)
    return { cases, files: filesOf(moved, sandbox), ...rest }
  } finally {
    if (!held) await sandbox.stop()
  }
}

/** Of clients that found nobody any more the logs say nothing: that a program ended under the checks is told with each. */
export function withEnded(
  cases: readonly CaseResult[],
  { haproxy, brokers }: Pick<RunningSandbox, 'haproxy' | 'brokers'>,
): readonly CaseResult[] {
  const ended = [
    ...(haproxy.every((one) => one.alive()) ? [] : ['HAProxy ended by itself during these checks: see its log']),
    ...(brokers.every((one) => one.alive()) ? [] : ['the broker ended by itself during these checks: see its log']),
  ]
  if (ended.length === 0) return cases
  return cases.map((one) =>
    one.status === 'failed' ? { ...one, explained: [...ended, ...(one.explained ?? [])] } : one,
  )
}
