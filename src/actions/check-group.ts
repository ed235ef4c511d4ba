import { judge } from '../check/judge.js'
import { everySuspicion, likelyOf } from '../check/likely.js'
import { planStep, type Stage, wantedRows } from '../check/plan.js'
import { portKeys, type Relocated, relocate } from '../check/relocate.js'
import { formatPlace } from '../check/relocation.js'
import type { Fault } from '../errors.js'
import { explainLogLine } from '../explain/log-line.js'
import { portsFor, type RunningSandbox, StartFailed, startSandbox, writeSandbox } from '../host/check-sandbox.js'
import type { BrokerDriver, HaproxyFacts } from '../host/types.js'
import { makeWorkdir, type Workdir } from '../host/workdir.js'
import type { CaseResult, Likely } from '../result.js'
import type { CertificateSet } from '../scenarios/certificates.js'
import type { MqttVersion, OutcomeRow } from '../scenarios/types.js'
import { type Recording, recordCase } from './check-record.js'
import type { Subject } from './check-sources.js'
import { haproxyAddress, stageOf } from './check-stage.js'
import { runStep } from './check-steps.js'

/** What every group of a run shares. */
export interface GroupOptions {
  readonly certificates: CertificateSet
  readonly timeoutMs: number
  readonly mqtt: MqttVersion | undefined
  readonly clientAddress: string | undefined
  readonly deniedAddress: string | undefined
  /** MQTT versions of the broker. */
  readonly speaks: readonly string[]
  readonly retries: number
  readonly repeatEach: number
  /** One attempt at a time, so that nothing is begun after the first failure. */
  readonly oneByOne: boolean
  readonly keep: boolean
  /** Record failed cases on a second run of each. */
  readonly record: boolean
  /** Rows to run; `undefined`: all. */
  readonly only: ReadonlySet<string> | undefined
  readonly signal: AbortSignal
  /** Says that no further row needs to run; the reason. */
  readonly stopped: () => string | undefined
  readonly onCase: (result: CaseResult, row: OutcomeRow) => CaseResult
  /** The command that repeats a case. */
  readonly again: (row: OutcomeRow) => string
}

export interface GroupRun {
  readonly cases: readonly CaseResult[]
  readonly files: readonly {
    readonly name: string
    readonly kind: 'haproxy' | 'broker' | 'log'
    readonly text: string
  }[]
  readonly kept: string | undefined
  /** Both legs of failed cases, by case id, recorded on a second run of each. */
  readonly recordings: ReadonlyMap<string, Recording>
}

/** How many attempts of one scenario are under way at a time. */
const together = 8

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

/** A recording tells more than a log, but it needs the wire to itself; a few failures say what there is to say. */
const mostRecordings = 5

async function recorded(
  run: GroupRun,
  subject: Subject,
  driver: BrokerDriver,
  program: HaproxyFacts,
  options: GroupOptions,
  rows: readonly OutcomeRow[],
): Promise<GroupRun> {
  const recordings = new Map<string, Recording>()
  const failed = run.cases.filter((one) => one.status === 'failed').slice(0, mostRecordings)
  for (const one of failed) {
    const row = rows.find((each) => one.id === `${subject.scenario.id}/${each.id}`)
    if (row === undefined || options.signal.aborted) continue
    const recording = await recordCase(row, subject, driver, program, options)
    if (recording !== undefined) recordings.set(one.id, recording)
  }
  const cases = run.cases.map((one) => {
    const recording = recordings.get(one.id)
    if (recording === undefined) return one
    const { timeline, headerHex } = recording
    return { ...one, timeline, ...(headerHex !== undefined && { headerHex }) }
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
  const kept = options.keep ? folder.path : undefined
  for (let left = 3; ; left--) {
    const moved = await movedTo(subject, folder.path, options)
    const start = { folder: folder.path, certificates: options.certificates, driver, program, signal: options.signal }
    const plan = { ...start, brokers: moved.brokers, haproxy: [...moved.haproxy].reverse() }
    await writeSandbox(plan)
    let sandbox: RunningSandbox
    try {
      sandbox = await startSandbox(plan)
    } catch (error) {
      if (!(error instanceof StartFailed)) throw error
      const taken = error.fault.code === 'MP-PORT-TAKEN' && clashes(moved).length === 0
      if (taken && left > 1) continue
      if (taken) throw error.fault
      return {
        cases: notStarted(error, subject, moved, rows, options),
        files: filesOf(moved, undefined),
        kept,
        recordings: new Map(),
      }
    }
    try {
      const cases = await runRows(subject, moved, sandbox, rows, options)
      return { cases, files: filesOf(moved, sandbox), kept, recordings: new Map() }
    } finally {
      await sandbox.stop()
    }
  }
}

async function movedTo(subject: Subject, folder: string, options: GroupOptions): Promise<Relocated> {
  const ports = await portsFor(portKeys(subject.pair, subject.ip), subject.ip)
  const denied = subject.scenario.topology === 'acl' ? options.deniedAddress : undefined
  return relocate(subject.pair, { folder, ip: subject.ip, denied, portOf: (key) => ports.get(key) ?? 0 })
}

/** Rows side by side; those that stop a broker come last, alone. */
async function runRows(
  subject: Subject,
  moved: Relocated,
  sandbox: RunningSandbox,
  rows: readonly OutcomeRow[],
  options: GroupOptions,
): Promise<CaseResult[]> {
  const stage = stageOf(subject, moved, options)
  // A takeover leaves one broker stopped: there is no second one in the same sandbox.
  const times = (row: OutcomeRow) => (row.attempt.kind === 'takeover' ? 1 : options.repeatEach)
  const jobs = rows.flatMap((row) => Array.from({ length: times(row) }, (_, index) => ({ row, index })))
  const results = new Map<(typeof jobs)[number], CaseResult>()
  const run = async (job: (typeof jobs)[number]) => {
    const { row, index } = job
    const suffix = index === 0 ? '' : `#${index + 1}`
    const reason = options.stopped()
    const result =
      reason === undefined
        ? await runRow(row, suffix, subject, stage, sandbox, options)
        : { ...headOf(subject, row), status: 'skipped' as const, reason }
    results.set(job, options.onCase({ ...result, id: `${result.id}${suffix}` }, row))
  }
  const alone = (job: (typeof jobs)[number]) =>
    job.row.attempt.kind === 'takeover' || job.row.attempt.kind === 'spread' || job.row.attempt.kind === 'return'
  const queue = jobs.filter((job) => !alone(job))
  await Promise.all(
    Array.from({ length: options.oneByOne ? 1 : together }, async () => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) await run(job)
    }),
  )
  for (const job of jobs.filter(alone)) await run(job)
  return jobs.flatMap((job) => results.get(job) ?? [])
}

async function runRow(
  row: OutcomeRow,
  suffix: string,
  subject: Subject,
  stage: Stage | undefined,
  sandbox: RunningSandbox,
  options: GroupOptions,
): Promise<CaseResult> {
  const head = headOf(subject, row)
  if (stage === undefined) {
    const likely = likelyOf(row, subject.pair, undefined, subject.scenario)
    return {
      ...head,
      status: 'failed',
      expected: 'a way in',
      actual: 'HAProxy has no bind that a client could use',
      likely,
    }
  }
  for (let attempt = 1; ; attempt++) {
    // Client ids and topics are made of it, and a topic must not hold a "#".
    const tag = suffix.replace('#', '-')
    const step = planStep(row, stage, attempt === 1 ? tag : `${tag}-${attempt}`)
    if (step.kind === 'cannot') return { ...head, status: 'skipped', reason: step.reason }
    const seen = await runStep(step, sandbox, options)
    const verdict = judge(row, seen, { ip: stage.ip, haproxy: haproxyAddress(stage), nameless: undefined })
    const facts = {
      expected: verdict.expected,
      actual: verdict.actual,
      durationMs: Math.round(seen.ms),
      attempts: attempt,
    }
    const client = seen.client === undefined ? {} : { client: seen.client }
    if (verdict.passed) {
      const explained = row.expect.outcome === 'danger' ? { explained: [`precaution: ${row.expect.precaution}`] } : {}
      return { ...head, status: 'passed', ...facts, ...client, ...explained }
    }
    if (attempt <= options.retries) continue
    const likely = likelyOf(row, subject.pair, subject.route, subject.scenario)
    const logs = await logsOf(sandbox, seen.client, 'clientId' in step ? step.clientId : undefined)
    const explained = [...new Set(logs.haproxy.flatMap(explainLogLine))]
    return { ...head, status: 'failed', ...facts, ...client, likely, logs, explained, again: options.again(row) }
  }
}

async function logsOf(
  sandbox: RunningSandbox,
  client: string | undefined,
  clientId: string | undefined,
): Promise<{ haproxy: readonly string[]; broker: readonly string[] }> {
  const haproxy =
    client === undefined ? [] : (await Promise.all(sandbox.haproxy.map((one) => one.logOf(client, 300)))).flat()
  const belongs = (line: string) =>
    (client !== undefined && line.includes(client)) || (clientId !== undefined && line.includes(clientId))
  const said = sandbox.brokers.flatMap((one) => one.log())
  const broker = said.filter(belongs)
  return { haproxy, broker: (broker.length > 0 ? broker : said.slice(-4)).slice(-12) }
}

function headOf(subject: Subject, row: OutcomeRow): Pick<CaseResult, 'id' | 'title' | 'level' | 'requirement'> {
  return { id: `${subject.scenario.id}/${row.id}`, title: row.title, level: row.level, requirement: row.requirement }
}

/** Two programs of the files want one place. */
function clashes(moved: Relocated): string[] {
  const places = [...moved.haproxy, ...moved.brokers].flatMap((one) => one.listeners.map(formatPlace))
  return places.filter((place, index) => places.indexOf(place) !== index)
}

/** One program did not take its file: that row fails, the others could not be tried. */
function notStarted(
  error: StartFailed,
  subject: Subject,
  moved: Relocated,
  rows: readonly OutcomeRow[],
  options: GroupOptions,
): CaseResult[] {
  const { fault, who } = error
  const name = who === 'haproxy' ? 'HAProxy' : 'the broker'
  const suspected = [...clashLines(subject, moved), ...everySuspicion(subject.pair, subject.route, subject.scenario)]
  const named = placeOf(fault, moved)
  const likely = [
    ...named,
    ...suspected.filter((one) => !named.some((other) => other.file === one.file && other.line === one.line)),
  ]
  const start = rows.find((row) => row.attempt.kind === 'configs') ?? subject.scenario.outcomes[0]
  const plain = (text: string) =>
    text.replaceAll(`${moved.relocation.options.folder}/`, '').replaceAll('.conf.run', '.conf')
  const said = [...new Set(fault.hints.map((hint) => plain(hint.replace(/^it said: /, ''))))]
  return rows.map((row) => {
    const head = headOf(subject, row)
    const result: CaseResult =
      row.id === start?.id || rows.length === 1
        ? {
            ...head,
            status: 'failed',
            expected: 'HAProxy and the broker start with their files',
            actual: plain(fault.message),
            ...(likely.length > 0 && { likely }),
            logs: who === 'haproxy' ? { haproxy: said } : { broker: said },
            again: options.again(row),
          }
        : { ...head, status: 'skipped', reason: `${name} did not start, see ${subject.scenario.id}/${start?.id}` }
    return options.onCase(result, row)
  })
}

/** The line of the user's file behind a line of the sandbox's. */
function placeOf(fault: Fault, moved: Relocated): Likely[] {
  const { at } = fault
  if (at?.line === undefined) return []
  const files = [...moved.haproxy, ...moved.brokers].flatMap((one) => one.files)
  const file = files.find((one) => at.file === one.name || at.file.endsWith(`/${one.name}`))
  const span = file?.originOf(at.line)
  return span === undefined ? [] : [{ file: span.file, line: span.line, message: fault.message }]
}

function clashLines({ pair, route }: Subject, moved: Relocated): Likely[] {
  const twice = new Set(clashes(moved))
  if (twice.size === 0 || route === undefined) return []
  const { relocation } = moved
  const hits = [
    ...pair.haproxy.flatMap((one) =>
      one.view.proxies.flatMap((proxy) =>
        proxy.binds.flatMap((bind) =>
          bind.endpoints.map((endpoint) => ({ place: relocation.place(endpoint, 'haproxy'), span: bind.address.span })),
        ),
      ),
    ),
    ...pair.brokers.flatMap((one) =>
      one.listeners.map(({ endpoint, span }) => ({ place: relocation.place(endpoint, 'broker'), span })),
    ),
  ]
  return hits
    .filter(({ place }) => place !== undefined && twice.has(formatPlace(place)))
    .map(({ span }) => ({
      file: span.file,
      line: span.line,
      message: 'HAProxy and the broker both take this port of one machine',
    }))
}

const mostLogLines = 400

function filesOf(moved: Relocated, sandbox: RunningSandbox | undefined): GroupRun['files'] {
  const haproxy = moved.haproxy.flatMap((one) =>
    one.files.map(({ name, text }) => ({ name, kind: 'haproxy' as const, text })),
  )
  const broker = moved.brokers.flatMap((one) =>
    one.files.map(({ name, text }) => ({ name, kind: 'broker' as const, text })),
  )
  if (sandbox === undefined) return [...haproxy, ...broker]
  // RabbitMQ alone writes thousands of lines; the last ones tell.
  const log = (name: string, lines: readonly string[]) => ({
    name,
    kind: 'log' as const,
    text: `${lines.slice(-mostLogLines).join('\n')}\n`,
  })
  return [
    ...haproxy,
    ...broker,
    ...sandbox.haproxy.map((one, index) => log(index === 0 ? 'haproxy.log' : `haproxy-${index + 1}.log`, one.log())),
    ...sandbox.brokers.map((one, index) => log(index === 0 ? 'broker.log' : `broker-${index + 1}.log`, one.log())),
  ]
}
