import { type Behaviour, checkPort } from '../check/behaviours.js'
import { withDeviation } from '../check/deviations.js'
import { Fault, messageOf } from '../errors.js'
import { interrupted } from '../host/lifetime.js'
import type { BrokerDriver, BrokerFacts, HaproxyFacts } from '../host/types.js'
import type { CaseGroup, CaseResult } from '../result.js'
import { derive } from '../scenarios/derive.js'
import { findScenario } from '../scenarios/find.js'
import { withLab } from './behaviour-lab.js'
import { behaviourRuns } from './behaviour-runs.js'
import type { CheckRequest } from './check.js'
import type { GroupOptions } from './check-group.js'
import type { Programs } from './check-programs.js'
import { type Subject, subjectFromTexts } from './check-sources.js'

type Shared = Pick<GroupOptions, 'certificates' | 'clientAddress' | 'stopped'>

/** Behaviours, side by side, for every combination of programs. */
export async function runBehaviours(
  chosen: readonly Behaviour[],
  programs: Programs,
  shared: Shared,
  request: CheckRequest,
): Promise<CaseGroup[]> {
  const groups: CaseGroup[] = []
  for (const haproxy of chosen.length === 0 ? [] : request.haproxies) {
    for (const broker of request.brokers) {
      const begin = performance.now()
      const { driver, facts } = programs.broker(broker)
      const options = {
        ...shared,
        timeoutMs: request.timeoutMs,
        mqtt: request.mqtt,
        deniedAddress: undefined,
        speaks: facts.mqtt,
        retries: 0,
        repeatEach: 1,
        keep: request.keep,
        record: false,
        oneByOne: request.bail,
        only: undefined,
        signal: interrupted,
      }
      const cases: CaseResult[] = new Array(chosen.length)
      const queue = [...chosen.entries()]
      const run = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const [index, behaviour] = next
          const again = request.againNamed(`behaviour/${behaviour.id}`, { haproxy, broker })
          const made = await runBehaviour(behaviour, driver, facts, programs.haproxy(haproxy), options, again)
          cases[index] = withDeviation(made, facts.kind, facts.version)
        }
      }
      await Promise.all(Array.from({ length: request.jobs }, run))
      const durationMs = Math.round(performance.now() - begin)
      const title = 'reload, failures, idle clients, load'
      groups.push({ id: 'behaviour', title, durationMs, cases, dims: programs.dims({ haproxy, broker }) })
    }
  }
  return groups
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
  const { id, title, requirement, expected } = behaviour
  const head = { id: `behaviour/${id}`, title, level: 'must' as const, requirement }
  const run = behaviourRuns[id]
  if (run === undefined) throw new Error(`nothing runs ${id}`)
  if (behaviour.needsProcess && facts.program === undefined) {
    return { ...head, status: 'skipped', reason: `the ${facts.kind} broker has no process of its own that could hang` }
  }
  if (behaviour.broker !== undefined && facts.kind !== 'embedded' && facts.kind !== 'mosquitto') {
    return {
      ...head,
      status: 'skipped',
      reason: `a second listener is written for mosquitto.conf only, not for ${facts.kind}`,
    }
  }
  const reason = options.stopped()
  if (reason !== undefined) return { ...head, status: 'skipped', reason }
  const begin = performance.now()
  const base = { driver, program, ...(behaviour.master && { master: true }) }
  const ownPort = id === 'shutdown-sessions' || id === 'no-shutdown-sessions'
  const setting = { brokerLater: id === 'broker-late', ...(ownPort && { port: checkPort }) }
  try {
    const { ok, actual, unclear } = await withLab(subjectOf(behaviour, facts), base, options, setting, run)
    const seen = { ...head, expected, actual, durationMs: Math.round(performance.now() - begin) }
    if (unclear !== undefined) return { ...seen, status: 'unknown', reason: unclear, again }
    return ok ? { ...seen, status: 'passed' } : { ...seen, status: 'failed', again }
  } catch (error) {
    options.signal.throwIfAborted()
    if (error instanceof Fault && error.code === 'MP-PORT-TAKEN') throw error
    return { ...head, status: 'failed', expected, actual: messageOf(error), again }
  }
}

function subjectOf(behaviour: Behaviour, facts: BrokerFacts): Subject {
  const scenario = findScenario('proxy')
  const derived = derive(scenario, { broker: facts.kind })
  const text = derived.haproxy[0]?.text ?? ''
  const [main, ...others] = derived.brokers[0]?.files ?? []
  const haproxy = behaviour.haproxy?.(text) ?? text
  if (behaviour.haproxy !== undefined && haproxy === text) throw new Error(`${behaviour.id} changes nothing`)
  const broker = behaviour.broker?.(main?.text ?? '') ?? main?.text ?? ''
  return subjectFromTexts(scenario, haproxy, { name: main?.name ?? '', text: broker }, others)
}
