import { brokerOf, type RunnableKind } from '../../brokers/index.js'
import { type Approach, planStep } from '../../check/plan.js'
import type { Relocated } from '../../check/sandbox/relocate.js'
import type { ClientSession } from '../../host/net/mqtt-session.js'
import { attemptConnect, attemptSession } from '../../host/sandbox/attempts.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import { messageOf } from '../../kernel/errors.js'
import type { CaseResult } from '../../kernel/result.js'
import { faultKinds, type WayFault } from '../../tap/fault-kinds.js'
import { type FaultSeen, faultRule, seenText, trialOf, whyNotStruck } from '../../tap/healthy.js'
import type { GroupOptions } from './group-options.js'
import type { Subject } from './sources.js'
import { stageOf } from './stage.js'
import { sightOf } from './steps.js'
import { noPlace, type Taps } from './taps.js'

/** Seconds: brokers end a silent session after one and a half times of it, and look every few seconds. */
const shortKeepalive = 2
const willWithinMs = 15_000
/** How long nothing may arrive of a message that was cut. */
const settleMs = 500
const bytes = 4096

interface Trial {
  readonly way: Approach
  readonly taps: Taps
  readonly sandbox: RunningSandbox
  readonly options: GroupOptions
  /** Unique for each fault. */
  readonly id: string
}

/** Strikes the way to the broker with each fault, and judges what the stack made of it. One after the other. */
export async function runFaults(
  subject: Subject,
  moved: Relocated,
  sandbox: RunningSandbox,
  taps: Taps,
  kind: RunnableKind,
  options: GroupOptions,
): Promise<readonly CaseResult[]> {
  const stage = stageOf(subject, moved, options)
  const row = subject.scenario.outcomes.find(
    ({ attempt, expect }) => attempt.kind === 'connect' && attempt.to === 'frontend' && expect.outcome === 'accepted',
  )
  const step = stage === undefined || row === undefined ? undefined : planStep(row, stage)
  const cases: CaseResult[] = []
  for (const [at, fault] of options.faults.entries()) {
    const { name, value } = fault
    const head = {
      id: `${subject.scenario.id}/fault-${name}`,
      title: `${faultKinds[name].what}${value === undefined ? '' : ` (${value})`}`,
      level: 'must' as const,
      requirement: { text: `Then ${faultKinds[name].healthy}.`, ref: 'faults on the way' },
    }
    if (step?.kind !== 'connect' || !taps.stand) {
      cases.push({ ...head, status: 'skipped', reason: taps.stand ? 'no client can come in' : noPlace })
      continue
    }
    const begin = performance.now()
    const seen = await tried(fault, { way: step.approach, taps, sandbox, options, id: `fault-${at}-${name}` })
    const rule = faultRule(fault, subject.scenario, brokerOf(kind).support)
    const durationMs = Math.round(performance.now() - begin)
    if (seen.did === undefined) {
      cases.push({ ...head, status: 'skipped', reason: whyNotStruck(fault, subject.scenario), durationMs })
      continue
    }
    const ok = rule.holds(seen) && seen.after
    cases.push({
      ...head,
      status: ok ? 'passed' : 'failed',
      expected: `${rule.expected}; another client is accepted afterwards`,
      actual: seenText(seen),
      durationMs,
      ...(!ok && { logs: { haproxy: sandbox.haproxy.flatMap((one) => one.log().slice(-10)) } }),
    })
  }
  return cases
}

async function tried(fault: WayFault, trial: Trial): Promise<FaultSeen> {
  const { way, taps, sandbox, options, id } = trial
  const kind = trialOf(fault.name)
  const seen =
    kind === 'session'
      ? await sessionTrial(fault, trial)
      : kind === 'publish'
        ? await publishTrial(fault, trial)
        : await connectTrial(fault, trial)
  const did = taps.disarm() ?? seen.did
  const after = await attemptConnect(way, { mqtt: '3.1.1', clientId: `${id}-after` }, options)
  const alive = [...sandbox.haproxy, ...sandbox.brokers].every((one) => one.alive())
  return { ...seen, did, after: after.outcome === 'accepted' && alive }
}

type Partly = Omit<FaultSeen, 'after'>

const nothing = { did: undefined, sight: undefined, will: undefined, arrived: undefined }

async function connectTrial(fault: WayFault, { way, taps, sandbox, options, id }: Trial): Promise<Partly> {
  taps.arm([fault], 1)
  const { outcome } = await attemptConnect(way, { mqtt: '3.1.1', clientId: id }, options)
  const sight = outcome === 'accepted' ? await sightOf(id, sandbox) : undefined
  return { ...nothing, outcome, sight }
}

async function sessionTrial(fault: WayFault, { way, taps, options, id }: Trial): Promise<Partly> {
  const topic = `check/${id}`
  const watcher = await subscribed(way, topic, options, `${id}-watch`)
  taps.arm([fault], 1)
  const will = { topic, payload: 'gone' }
  const hello = { mqtt: '3.1.1' as const, clientId: id, keepalive: shortKeepalive, will }
  const session = await attemptSession(way, hello, options).catch(() => undefined)
  const published = await watcher.within(1, willWithinMs)
  const did = taps.disarm()
  session?.drop()
  await watcher.session.close()
  // CONNACK went by before the fault: a client that saw the end first was let in all the same.
  return { ...nothing, did, outcome: did === undefined ? 'closed' : 'accepted', will: published >= 1 }
}

async function publishTrial(fault: WayFault, { way, taps, options, id }: Trial): Promise<Partly> {
  const topic = `check/${id}`
  const watcher = await subscribed(way, topic, options, `${id}-watch`)
  taps.arm([fault], 1)
  const payload = Buffer.alloc(bytes, 'x')
  const hello = { mqtt: '3.1.1' as const, clientId: id }
  const first = await attemptSession(way, hello, options).catch(() => undefined)
  // It is never acknowledged: nobody waits for that.
  first?.client.publish(topic, payload, { qos: 1 }, () => {})
  const before = await watcher.within(Number.POSITIVE_INFINITY, settleMs)
  first?.drop()
  const did = taps.disarm()
  const acknowledged = await again(way, hello, topic, payload, options)
  const all = await watcher.within(acknowledged ? before + 1 : Number.POSITIVE_INFINITY, settleMs * 4)
  await watcher.session.close()
  return { ...nothing, did, outcome: 'accepted', arrived: acknowledged ? [before, all] : [before, 0] }
}

async function again(
  way: Approach,
  hello: { readonly mqtt: '3.1.1'; readonly clientId: string },
  topic: string,
  payload: Buffer,
  options: GroupOptions,
): Promise<boolean> {
  const session = await attemptSession(way, hello, options).catch(() => undefined)
  if (session === undefined) return false
  const timer = new Promise<false>((resolve) => setTimeout(() => resolve(false), options.timeoutMs).unref())
  const sent = session.client.publishAsync(topic, payload, { qos: 1 }).then(
    () => true,
    () => false,
  )
  const done = await Promise.race([sent, timer])
  await session.close()
  return done
}

/** A client that nothing strikes, and counts what arrives. */
async function subscribed(
  way: Approach,
  topic: string,
  options: GroupOptions,
  clientId: string,
): Promise<{ readonly session: ClientSession; within(count: number, ms: number): Promise<number> }> {
  const session = await attemptSession(way, { mqtt: '3.1.1', clientId }, options).catch((error: unknown) => {
    throw new Error(`a client without a fault does not get in: ${messageOf(error)}`)
  })
  let arrived = 0
  let look = () => {}
  session.client.on('message', () => {
    arrived++
    look()
  })
  await session.client.subscribeAsync(topic, { qos: 1 })
  const within = (count: number, ms: number) =>
    new Promise<number>((resolve) => {
      const timer = setTimeout(() => resolve(arrived), ms)
      look = () => {
        if (arrived < count) return
        clearTimeout(timer)
        resolve(arrived)
      }
      look()
    })
  return { session, within }
}
