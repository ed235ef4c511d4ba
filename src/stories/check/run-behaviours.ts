import { brokerOf } from '../../brokers/index.js'
import { withDeviation } from '../../check/deviations.js'
import { isEnvironment } from '../../check/environment.js'
import { inShard, shardKey } from '../../check/select.js'
import { interrupted } from '../../host/process/lifetime.js'
import type { BrokerDriver, BrokerFacts, HaproxyFacts } from '../../host/types.js'
import { Fault, messageOf } from '../../kernel/errors.js'
import type { CaseGroup, CaseResult, ReportFile } from '../../kernel/result.js'
import { derive } from '../../scenarios/derive.js'
import { findScenario } from '../../scenarios/find.js'
import type { Behaviour } from './behaviours/behaviour.js'
import { type LabSetting, withLab } from './behaviours/lab.js'
import { whyNot } from './cannot.js'
import type { GroupOptions } from './group-options.js'
import type { Programs } from './programs.js'
import { mostRecordings, type Recorders, type Recording } from './recorders.js'
import type { BrokerChoice, CheckRequest } from './request.js'
import { type Subject, subjectFromTexts } from './sources.js'

/** The behaviours of one combination of programs, each as often as it is to be run. */
export interface BehaviourBatch {
  readonly haproxy: string | undefined
  readonly broker: BrokerChoice
  readonly jobs: readonly { readonly behaviour: Behaviour; readonly id: string }[]
}

/** What this shard runs of them. */
export function behaviourBatches(chosen: readonly Behaviour[], request: CheckRequest): BehaviourBatch[] {
  return request.haproxies.flatMap((haproxy) =>
    request.brokers.flatMap((broker) => {
      const jobs = chosen
        .filter(({ id }) => inShard(shardKey(`behaviour/${id}`, haproxy, broker), request.shard))
        .flatMap((behaviour) =>
          Array.from({ length: request.repeatEach }, (_, index) => ({
            behaviour,
            id: `behaviour/${behaviour.id}${index === 0 ? '' : `#${index + 1}`}`,
          })),
        )
      return jobs.length === 0 ? [] : [{ haproxy, broker, jobs }]
    }),
  )
}

export interface BehaviourRuns {
  readonly groups: readonly CaseGroup[]
  /** Both legs of what failed, by case id, recorded on a further run of each. */
  readonly recordings: ReadonlyMap<CaseGroup, ReadonlyMap<string, Recording>>
  /** How many this machine could not run. */
  readonly lacking: number
}

interface Shared extends Pick<GroupOptions, 'certificates' | 'clientAddress' | 'stopped'> {
  /** Told of every result, with its place among all jobs of all batches. */
  readonly judged: (result: CaseResult, place: number) => void
}

/** Behaviours, side by side, one combination of programs after the other. */
export async function runBehaviours(
  batches: readonly BehaviourBatch[],
  programs: Programs,
  shared: Shared,
  request: CheckRequest,
): Promise<BehaviourRuns> {
  const groups: CaseGroup[] = []
  const recordings = new Map<CaseGroup, ReadonlyMap<string, Recording>>()
  let before = 0
  let lacking = 0
  for (const batch of batches) {
    const { jobs } = batch
    const begin = performance.now()
    const { driver, facts } = programs.broker(batch.broker)
    const program = programs.haproxy(batch.haproxy)
    const cannot = whyNot(findScenario('proxy'), program, facts)
    const options = {
      ...shared,
      timeoutMs: request.timeoutMs,
      mqtt: request.mqtt,
      deniedAddress: undefined,
      login: undefined,
      speaks: facts.mqtt,
      retries: 0,
      repeatEach: 1,
      keep: request.keep,
      holder: undefined,
      say: request.say,
      onTap: undefined,
      faults: [],
      record: request.artifacts !== '',
      oneByOne: request.bail,
      only: undefined,
      signal: interrupted,
    }
    const cases: CaseResult[] = new Array(jobs.length)
    const made = new Map<string, Recording>()
    let recorded = 0
    const record = async (behaviour: Behaviour, id: string) => {
      if (!options.record || recorded++ >= mostRecordings) return
      const recording = await recordBehaviour(behaviour, driver, facts, program, options)
      if (recording !== undefined) made.set(id, recording)
    }
    const queue = [...jobs.entries()]
    const run = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [place, { behaviour, id }] = next
        const again = request.againNamed(`behaviour/${behaviour.id}`, batch)
        const once = async () => {
          const judged = await unlessTaken(() => runBehaviour(behaviour, driver, facts, program, options, again))
          if (!(judged instanceof Fault)) return withDeviation(judged, facts.kind, facts.version)
          lacking++
          return skipped(behaviour, `this machine could not run it: ${judged.message}`)
        }
        const judged = cannot === undefined ? await upTo(request.retries + 1, once) : skipped(behaviour, cannot)
        const result = { ...judged, id }
        cases[place] = result
        if (result.status === 'failed') await record(behaviour, id)
        shared.judged(result, before + place)
      }
    }
    await Promise.all(Array.from({ length: request.bail ? 1 : Math.max(1, request.jobs) }, run))
    before += jobs.length
    const durationMs = Math.round(performance.now() - begin)
    const title = 'reload, failures, idle clients, load'
    const dims = programs.dims(batch)
    const group = { id: 'behaviour', title, durationMs, cases, dims, ...(cannot !== undefined && { cannot }) }
    groups.push(group)
    recordings.set(group, made)
  }
  return { groups, recordings, lacking }
}

/** How often a behaviour begins again when what it needs of the machine was taken meanwhile. */
const begins = 3

/** A port that another program was quicker to take accuses nobody; it is given back as a fault when it happens again and again. */
async function unlessTaken(once: () => Promise<CaseResult>): Promise<CaseResult | Fault> {
  for (let left = begins; ; left--) {
    try {
      return await once()
    } catch (error) {
      if (!(error instanceof Fault) || !isEnvironment(error, false)) throw error
      if (left === 1 || error.code !== 'MP-PORT-TAKEN') return error
    }
  }
}

/** Again after a failure, as often as allowed; how often it was tried stands with the result. */
async function upTo(most: number, once: () => Promise<CaseResult>): Promise<CaseResult> {
  for (let attempt = 1; ; attempt++) {
    const result = await once()
    if (result.status !== 'failed' || attempt >= most) return attempt === 1 ? result : { ...result, attempts: attempt }
  }
}

/** One behaviour, in a sandbox of its own, on the files of scenario `proxy` with the changes it is about. */
async function runBehaviour(
  behaviour: Behaviour,
  driver: BrokerDriver,
  facts: BrokerFacts,
  program: HaproxyFacts,
  options: Omit<GroupOptions, 'onCase' | 'again'>,
  again: string,
): Promise<CaseResult> {
  const { expected, run } = behaviour
  const head = headOf(behaviour)
  if (behaviour.needsProcess && facts.program === undefined) {
    return skipped(behaviour, `the ${facts.kind} broker has no process of its own that could hang`)
  }
  if (behaviour.plainListener !== undefined && brokerOf(facts.kind).plainListener === undefined) {
    const { name } = brokerOf(facts.kind)
    return skipped(behaviour, `${name} has one switch for the headers of all its listeners: none is without`)
  }
  const reason = options.stopped()
  if (reason !== undefined) return skipped(behaviour, reason)
  const begin = performance.now()
  const base = { driver, program, ...(behaviour.master && { master: true }) }
  let files: readonly ReportFile[] = []
  const left = (all: readonly ReportFile[]) => {
    files = all
  }
  try {
    const { ok, actual, unclear } = await withLab(
      subjectOf(behaviour, facts),
      base,
      options,
      settingOf(behaviour),
      run,
      left,
    )
    const seen = { ...head, expected, actual, durationMs: Math.round(performance.now() - begin) }
    if (unclear !== undefined) return { ...seen, status: 'unknown', reason: unclear, again, files }
    return ok ? { ...seen, status: 'passed' } : { ...seen, status: 'failed', again, files }
  } catch (error) {
    options.signal.throwIfAborted()
    if (error instanceof Fault && isEnvironment(error, false)) throw error
    return { ...head, status: 'failed', expected, actual: messageOf(error), again, files }
  }
}

/** A failed behaviour once more, with recorders at both sides of HAProxy, whatever comes of it this time. */
async function recordBehaviour(
  behaviour: Behaviour,
  driver: BrokerDriver,
  facts: BrokerFacts,
  program: HaproxyFacts,
  options: Omit<GroupOptions, 'onCase' | 'again'>,
): Promise<Recording | undefined> {
  if (options.signal.aborted) return undefined
  let recording: Recording | undefined
  const seen = (recorders: Recorders) => {
    recording = recorders.everything(behaviour.title)
  }
  try {
    const base = { driver, program, ...(behaviour.master && { master: true }) }
    const setting = { ...settingOf(behaviour), recorded: true, seen }
    await withLab(subjectOf(behaviour, facts), base, { ...options, keep: false }, setting, behaviour.run, () => {})
  } catch {
    // It may fail as it did before; what came by until then is the evidence.
  }
  return recording
}

function settingOf({ ownPort, brokerLater }: Behaviour): LabSetting {
  return { brokerLater: brokerLater === true, ...(ownPort !== undefined && { port: ownPort }) }
}

function headOf({ id, title, requirement }: Behaviour): Pick<CaseResult, 'id' | 'title' | 'level' | 'requirement'> {
  return { id: `behaviour/${id}`, title, level: 'must', requirement }
}

function skipped(behaviour: Behaviour, reason: string): CaseResult {
  return { ...headOf(behaviour), status: 'skipped', reason }
}

function subjectOf(behaviour: Behaviour, facts: BrokerFacts): Subject {
  const scenario = findScenario('proxy')
  const derived = derive(scenario, {
    broker: facts.kind,
    ...(brokerOf(facts.kind).run?.writtenByVersion && { brokerVersion: facts.version }),
  })
  const text = derived.haproxy[0]?.text ?? ''
  const [main, ...others] = derived.brokers[0]?.files ?? []
  const haproxy = behaviour.haproxy?.(text) ?? text
  if (behaviour.haproxy !== undefined && haproxy === text) throw new Error(`${behaviour.id} changes nothing`)
  const { plainListener: port } = behaviour
  const more = port === undefined ? '' : (brokerOf(facts.kind).plainListener?.(port) ?? '')
  const broker = `${main?.text ?? ''}${more}`
  return subjectFromTexts(scenario, haproxy, { name: main?.name ?? '', text: broker }, others)
}
