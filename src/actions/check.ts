import { findBehaviours, isBehaviour } from '../check/behaviours.js'
import { withDeviation } from '../check/deviations.js'
import { inShard, type Selection, type Shard, select } from '../check/select.js'
import { Fault } from '../errors.js'
import { EXIT, type ExitCode } from '../exit.js'
import { makeCertificates } from '../host/certificates.js'
import { canBind } from '../host/check-attempts.js'
import { interrupted } from '../host/lifetime.js'
import type { Progress } from '../host/live.js'
import type { BrokerFacts, BrokerKind, HaproxyFacts } from '../host/types.js'
import { type CaseGroup, type CaseResult, type RunResult, statsOf } from '../result.js'
import { flaws, planCertificates } from '../scenarios/certificates.js'
import { older, oldestHaproxy } from '../scenarios/support.js'
import type { ClientTransport, MqttVersion, OutcomeRow, Scenario } from '../scenarios/types.js'
import { runBehaviours } from './check-behaviours.js'
import { type GroupOptions, type GroupRun, runGroup } from './check-group.js'
import { candidatesOf } from './check-jobs.js'
import { Programs } from './check-programs.js'
import type { Recording } from './check-record.js'
import { demand } from './check-require.js'
import type { Subject } from './check-sources.js'

/** Which broker, and which program of it. */
export interface BrokerChoice {
  readonly kind: BrokerKind
  /** A path or a release line. */
  readonly program: string | undefined
}

export interface CheckRequest {
  /** Scenarios and cases; empty: all. */
  readonly select: readonly string[]
  readonly dir: string | undefined
  readonly haproxyConfigs: readonly string[]
  readonly brokerConfigs: readonly string[]
  /** Programs or release lines; `undefined` is the one that is found. */
  readonly haproxies: readonly (string | undefined)[]
  readonly brokers: readonly BrokerChoice[]
  readonly transport: ClientTransport | undefined
  readonly ip: 4 | 6 | undefined
  readonly mqtt: MqttVersion | undefined
  readonly jobs: number
  readonly keep: boolean
  readonly bail: boolean
  readonly retries: number
  readonly repeatEach: number
  readonly shard: Shard | undefined
  readonly strict: boolean
  readonly timeoutMs: number
  /** `haproxy>=2.6`, `mosquitto`. */
  readonly require: readonly string[]
  /** Folder for the evidence of failures. */
  readonly artifacts: string
  readonly now: Date
  /** Further lines of the report's head: the version of Node.js. */
  readonly env: Readonly<Record<string, string>>
  readonly say: (text: string) => void
  /** Told what is going to run, and each group when it is over. */
  readonly progress?: Pick<Progress, 'planned' | 'done'>
  /** The command line that repeats one case. */
  readonly again: (
    subject: Subject,
    row: OutcomeRow,
    job: { haproxy: string | undefined; broker: BrokerChoice },
  ) => string
  /** The same for a name that belongs to no scenario. */
  readonly againNamed: (name: string, job: { haproxy: string | undefined; broker: BrokerChoice }) => string
}

export interface CheckRun {
  readonly result: RunResult
  /** Of failed cases, for the evidence. */
  readonly recordings: ReadonlyMap<CaseGroup, ReadonlyMap<string, Recording>>
  readonly exit: ExitCode
}

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
  const selection = wished.length > 0 && rest.length === 0 ? [] : select(rest)
  for (const requirement of request.require) await demand(requirement)
  const programs = new Programs()
  const made = makeCertificates(planCertificates({ bad: flaws, now: request.now }))
  const [jobs, impossible] = selection.length === 0 ? [[], []] : await jobsOf({ ...request, select: rest }, selection)
  await programs.load(request)
  const certificates = await made
  const clientAddress = (await canBind('127.0.0.2')) ? '127.0.0.2' : undefined
  const deniedAddress = clientAddress === undefined ? undefined : '127.0.0.66'
  if (clientAddress === undefined)
    request.say('this host has one loopback address only: clients are told apart by port')
  request.progress?.planned(jobs.map((job) => titleOf(job, programs)))
  let stop: string | undefined
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
      speaks: programs.broker(job.broker).facts.mqtt,
      retries: request.retries,
      repeatEach: request.repeatEach,
      oneByOne: request.bail,
      keep: request.keep,
      record: request.artifacts !== '',
      only: job.rows,
      signal: interrupted,
      stopped: () => stop,
      onCase: (result) => {
        const facts = programs.broker(job.broker).facts
        const judged = withDeviation(result, facts.kind, facts.version)
        if (request.bail && judged.status === 'failed') stop ??= `stopped after the first failure, ${judged.id}`
        return judged
      },
      again: (row) => request.again(job.subject, row, job),
    }
    const { group, recordings: made } = await runJob(job, programs, options, request)
    recordings.set(group, made)
    groups[index] = group
    const passed = group.cases.filter((one) => one.status === 'passed').length
    const good = !group.cases.some((one) => one.status === 'failed' || one.status === 'unknown')
    request.progress?.done(index, good, `${passed}/${group.cases.length}  ${group.durationMs} ms`)
  }
  await Promise.all(
    Array.from({ length: Math.max(1, request.jobs) }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next)
    }),
  )
  const behaved = await runBehaviours(chosen, programs, { certificates, clientAddress, stopped: () => stop }, request)
  const all = [
    ...groups,
    ...behaved,
    ...impossible.map((one) => cannotGroup(one.scenario, one.reason, undefined, programs.dims(one))),
  ]
  return { ...finish(all, programs, request, performance.now() - begin, impossible.length), recordings }
}

function titleOf(job: Job, programs: Programs): string {
  return [job.subject.scenario.id, ...Object.values(programs.dims(job))].join('  ')
}

async function jobsOf(request: CheckRequest, selection: Selection): Promise<[Job[], Impossible[]]> {
  const jobs: Job[] = []
  const impossible: Impossible[] = []
  for (const haproxy of request.haproxies) {
    for (const broker of request.brokers) {
      for (const { subject, rows, reason, scenario } of await candidatesOf(
        request,
        request.select,
        selection,
        broker,
      )) {
        if (!inShard(`${scenario.id} ${haproxy ?? ''} ${broker.kind} ${broker.program ?? ''}`, request.shard)) continue
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
  const reason = whyNot(subject, program, facts)
  if (reason !== undefined)
    return { group: cannotGroup(subject.scenario, reason, job.rows, dims), recordings: new Map() }
  for (const text of subject.assumed) request.say(`assumed: ${text}`)
  const run: GroupRun = await runGroup(subject, driver, program, options)
  if (run.kept !== undefined) request.say(`kept: ${run.kept}`)
  const { id, title } = subject.scenario
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
  }
  return { group, recordings: run.recordings }
}

/** Why these programs cannot run this scenario; `undefined`: they can. */
export function whyNot({ scenario }: Subject, haproxy: HaproxyFacts, broker: BrokerFacts): string | undefined {
  const oldest = scenario.topology === 'sticky' ? oldestHaproxy.sticky : oldestHaproxy.plain
  if (older(haproxy.version, oldest)) return `HAProxy ${haproxy.version} is too old: ${oldest} or later is needed`
  if (scenario.client !== 'as-is' && !haproxy.openssl) return `HAProxy ${haproxy.version} was built without OpenSSL`
  const version = scenario.header === 'none' ? undefined : scenario.header === 'v1' ? 1 : 2
  if (version !== undefined && !broker.proxy.includes(version)) {
    return `${broker.kind} ${broker.version} cannot read PROXY protocol version ${version} (${broker.askedBy})`
  }
  return undefined
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

function finish(
  groups: readonly CaseGroup[],
  programs: Programs,
  request: CheckRequest,
  ms: number,
  impossible: number,
): Omit<CheckRun, 'recordings'> {
  const stats = statsOf(groups, Math.round(ms))
  const cannot = groups.filter((one) => one.cannot !== undefined).length
  const named = request.select.length > 0
  // A pair that can never be is skipped aloud; what this machine lacks, or what was asked for by name, is an error.
  const lacking = cannot - (named ? 0 : impossible)
  const strictly = request.strict ? stats.skipped + stats.deviations + stats.flaky : 0
  const judged = stats.passed + stats.failed + stats.deviations
  const failed = stats.failed + stats.unknown + strictly
  const none = judged === 0 && request.shard === undefined
  const exit = failed > 0 ? EXIT.wrong : lacking > 0 || none ? EXIT.environment : EXIT.ok
  const result: RunResult = {
    schema: 1,
    command: 'check',
    ok: exit === EXIT.ok,
    env: { ...programs.env(), ...request.env },
    stats,
    groups,
    findings: [],
  }
  return { result, exit }
}
