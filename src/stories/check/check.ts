import { withDeviation } from '../../check/deviations.js'
import { unreadOf } from '../../check/model.js'
import { noRouteRow, whyNotJudged } from '../../check/no-route.js'
import { inShard, type Selection, select, shardKey } from '../../check/select.js'
import { makeCertificates } from '../../host/files/certificates.js'
import { interrupted } from '../../host/process/lifetime.js'
import type { Ended } from '../../host/process/live.js'
import { canBind } from '../../host/sandbox/attempts.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { CaseGroup, CaseResult } from '../../kernel/result.js'
import { flaws, planCertificates } from '../../scenarios/certificates.js'
import type { Scenario } from '../../scenarios/types.js'
import { findBehaviours, isBehaviour } from './behaviours/index.js'
import { brokenGroup } from './broken-group.js'
import { whyNot } from './cannot.js'
import { finish } from './finish.js'
import { runGroup } from './group.js'
import type { GroupOptions } from './group-options.js'
import { candidatesOf, isOwn } from './jobs.js'
import { Programs } from './programs.js'
import type { Recording } from './recorders.js'
import type { BrokerChoice, CheckRequest, CheckRun } from './request.js'
import { demand } from './require.js'
import { behaviourBatches, runBehaviours } from './run-behaviours.js'
import type { Subject } from './sources.js'

interface Job {
  readonly haproxy: string | undefined
  readonly broker: BrokerChoice
  readonly subject: Subject
  readonly rows: ReadonlySet<string> | undefined
}

interface Impossible {
  readonly scenario: Scenario
  readonly haproxy: string | undefined
  readonly broker: BrokerChoice
  readonly reason: string
}

/**
 * Runs scenarios, or the user's own files, on real programs.
 * @throws Fault for bad input (exit 2) and for programs that are not there (exit 3)
 */
export async function runCheck(request: CheckRequest): Promise<CheckRun> {
  const begin = performance.now()
  const wished = request.select.filter(isBehaviour)
  const chosen = wished.flatMap(findBehaviours)
  const rest = request.select.filter((text) => !isBehaviour(text))
  const onlyBehaviours = wished.length > 0 && rest.length === 0
  if (onlyBehaviours) refuseForBehaviours(request)
  const own = isOwn(request)
  const selection = onlyBehaviours || own ? [] : select(rest)
  for (const requirement of request.require) await demand(requirement)
  const programs = new Programs()
  const made = makeCertificates(planCertificates({ bad: flaws, now: request.now }))
  await programs.load(request)
  const [jobs, impossible] = onlyBehaviours ? [[], []] : await jobsOf({ ...request, select: rest }, selection, programs)
  const certificates = await made
  const clientAddress = (await canBind('127.0.0.2')) ? '127.0.0.2' : undefined
  const deniedAddress = clientAddress === undefined ? undefined : '127.0.0.66'
  if (clientAddress === undefined)
    request.say('this host has one loopback address only: clients are distinguished by port')
  const batches = behaviourBatches(chosen, request)
  const named = batches.flatMap((batch) => batch.jobs.map(({ id }) => titleOf(id, programs.dims(batch))))
  request.progress?.planned([...jobs.map((job) => titleOf(job.subject.id, programs.dims(job))), ...named])
  let stop: string | undefined
  const afterCase = ({ id, status }: CaseResult) => {
    if (request.bail && status === 'failed') stop ??= `stopped after the first failure, ${id}`
  }
  const groups: CaseGroup[] = new Array(jobs.length)
  const recordings = new Map<CaseGroup, ReadonlyMap<string, Recording>>()
  const queue = jobs.map((job, index) => ({ job, index }))
  const run = async ({ job, index }: (typeof queue)[number]) => {
    const options: GroupOptions = {
      certificates,
      timeoutMs: request.timeoutMs,
      mqtt: request.mqtt,
      clientAddress,
      deniedAddress,
      login: request.login,
      speaks: programs.broker(job.broker).facts.mqtt,
      retries: request.retries,
      repeatEach: request.repeatEach,
      oneByOne: request.bail,
      keep: request.keep,
      holder: request.holder,
      say: request.say,
      onTap: request.onTap === undefined ? undefined : (event) => request.onTap?.(job.subject.scenario.id, event),
      faults: request.faults,
      record: request.artifacts !== '' && request.faults.length === 0,
      only: job.rows,
      signal: interrupted,
      stopped: () => stop,
      onCase: (result) => {
        const facts = programs.broker(job.broker).facts
        const { transport, named } = job.subject
        const judged = withDeviation(result, facts.kind, facts.version, transport, named === undefined)
        afterCase(judged)
        return judged
      },
      again: (row) => request.again(job.subject, row, job),
    }
    const { group, recordings: made } = await runJob(job, programs, options, request)
    recordings.set(group, made)
    groups[index] = group
    const passed = group.cases.filter((one) => one.status === 'passed').length
    request.progress?.done(index, ended(group.cases), `${passed}/${group.cases.length}  ${group.durationMs} ms`)
  }
  await Promise.all(
    Array.from({ length: Math.max(1, request.jobs) }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next)
    }),
  )
  await programs.close()
  const judged = (result: CaseResult, place: number) => {
    afterCase(result)
    request.progress?.done(jobs.length + place, ended([result]), `${result.durationMs ?? 0} ms`)
  }
  const shared = { certificates, clientAddress, stopped: () => stop, judged }
  const behaved = await runBehaviours(batches, programs, shared, request)
  for (const [group, made] of behaved.recordings) recordings.set(group, made)
  const all = [
    ...groups,
    ...behaved.groups,
    ...impossible.map((one) => cannotGroup(one.scenario, one.reason, undefined, programs.dims(one))),
  ]
  const counts = { ms: performance.now() - begin, impossible: impossible.length, lacking: behaved.lacking }
  const unread = [...new Set(jobs.map(({ subject }) => subject.pair))].flatMap(unreadOf)
  return { ...finish(all, programs, request, counts, unread), recordings }
}

/** Behaviours run on files of their own: what chooses others would be ignored. */
function refuseForBehaviours(request: CheckRequest): void {
  const given = [
    request.dir !== undefined && '--dir',
    request.haproxyConfigs.length > 0 && '--haproxy-config',
    request.brokerConfigs.length > 0 && '--broker-config',
    request.transport !== undefined && '--transport',
    request.ip !== undefined && '--ip',
    request.mqtt !== undefined && '--mqtt',
    request.faults.length > 0 && '--fault',
    request.onTap !== undefined && '--tap',
  ].filter((flag) => flag !== false)
  if (given.length === 0) return
  throw new Fault('MP-CHECK-OPTION', `behaviours do not know ${given.join(', ')}`, {
    exit: EXIT.usage,
    hints: ['they run the files of scenario proxy, MQTT 3.1.1 over TCP and IPv4; name a scenario to check other files'],
  })
}

function ended(cases: readonly CaseResult[]): Ended {
  if (cases.some(({ status }) => status === 'failed' || status === 'unknown')) return 'failed'
  return cases.every(({ status }) => status === 'skipped') ? 'skipped' : 'ok'
}

function titleOf(id: string, dims: Readonly<Record<string, string>>): string {
  return [id, ...Object.values(dims)].join('  ')
}

async function jobsOf(request: CheckRequest, selection: Selection, programs: Programs): Promise<[Job[], Impossible[]]> {
  const jobs: Job[] = []
  const impossible: Impossible[] = []
  for (const haproxy of request.haproxies) {
    for (const broker of request.brokers) {
      for (const { subject, rows, reason, scenario } of await candidatesOf(
        request,
        request.select,
        selection,
        { ...broker, version: programs.broker(broker).facts.version },
        programs.haproxy(haproxy),
      )) {
        if (!inShard(shardKey(subject?.id ?? scenario.id, haproxy, broker), request.shard)) continue
        if (subject === undefined) impossible.push({ scenario, haproxy, broker, reason })
        else jobs.push({ haproxy, broker, subject, rows })
      }
    }
  }
  if (jobs.length + impossible.length > 0) return [jobs, impossible]
  if (request.shard !== undefined) return [[], []]
  throw new Fault('MP-CHECK-NONE', 'nothing to check was found', {
    exit: EXIT.usage,
    hints: ['HAProxy needs a frontend or listen section with a bind for MQTT'],
  })
}

async function runJob(
  job: Job,
  programs: Programs,
  options: GroupOptions,
  request: CheckRequest,
): Promise<{ group: CaseGroup; recordings: ReadonlyMap<string, Recording> }> {
  const begin = performance.now()
  const { subject } = job
  const program = programs.haproxy(job.haproxy)
  const { driver, facts } = programs.broker(job.broker)
  const dims = programs.dims(job)
  const reason = whyNot(subject.scenario, program, facts)
  if (reason !== undefined)
    return { group: cannotGroup(subject.scenario, reason, job.rows, dims), recordings: new Map() }
  const notJudged = subject.named === undefined && subject.way !== undefined ? whyNotJudged(subject.way) : undefined
  if (notJudged !== undefined) return { group: notJudgedGroup(subject, notJudged, dims), recordings: new Map() }
  for (const text of subject.assumed) request.say(`assumed: ${text}`)
  for (const text of subject.pace.because) request.say(`the checks keep to what the files allow: ${text}`)
  const run = await runGroup(subject, driver, program, options).catch((error: unknown) =>
    brokenGroup(error, subject, options),
  )
  if (run.cannot !== undefined) {
    return {
      group: { ...cannotGroup(subject.scenario, run.cannot, job.rows, dims), id: subject.id },
      recordings: new Map(),
    }
  }
  if (run.kept !== undefined) request.say(`kept: ${run.kept}`)
  const {
    id,
    scenario: { title },
  } = subject
  const durationMs = Math.round(performance.now() - begin)
  // Logs of what went well are of no interest in a report.
  const good = run.cases.every((one) => one.status === 'passed')
  const group: CaseGroup = {
    id,
    title,
    durationMs,
    cases: run.cases,
    dims,
    files: good ? run.files.filter((file) => file.kind !== 'log') : run.files,
    ...(run.leftOut.length > 0 && { leftOut: run.leftOut }),
  }
  return { group, recordings: run.recordings }
}

/** Nothing to run: no given file says what is at the end of this way. */
function notJudgedGroup(subject: Subject, reason: string, dims: Readonly<Record<string, string>>): CaseGroup {
  const cases = subject.scenario.outcomes
    .filter((row) => row.id === noRouteRow)
    .map(
      (row): CaseResult => ({
        id: `${subject.id}/${row.id}`,
        title: row.title,
        level: row.level,
        status: 'skipped',
        reason,
      }),
    )
  return { id: subject.id, title: subject.scenario.title, durationMs: 0, cases, dims }
}

function cannotGroup(
  scenario: Scenario,
  reason: string,
  rows: ReadonlySet<string> | undefined,
  dims: Readonly<Record<string, string>>,
): CaseGroup {
  const cases = scenario.outcomes
    .filter((row) => rows?.has(row.id) ?? true)
    .map(
      (row): CaseResult => ({
        id: `${scenario.id}/${row.id}`,
        title: row.title,
        level: row.level,
        status: 'skipped',
        reason,
      }),
    )
  return { id: scenario.id, title: scenario.title, durationMs: 0, cases, dims, cannot: reason }
}
