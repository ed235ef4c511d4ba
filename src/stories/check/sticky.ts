import { setTimeout as pause } from 'node:timers/promises'
import type { Approach, Step } from '../../check/plan.js'
import { withDeadline } from '../../host/process/deadline.js'
import { attemptConnect } from '../../host/sandbox/attempts.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import type { RunningBroker, Sight } from '../../host/types.js'
import type { Seen } from '../../kernel/observed.js'
import type { MqttVersion } from '../../scenarios/types.js'
import type { GroupOptions } from './group-options.js'

type StickyStep = Extract<Step, { kind: 'sticky' }>
type StepOptions = Pick<GroupOptions, 'certificates' | 'timeoutMs' | 'signal'>

/** Which of two brokers a client lands on, again and again. */
export async function runSticky(
  step: StickyStep,
  sandbox: RunningSandbox,
  options: StepOptions,
): Promise<Omit<Seen, 'ms'>> {
  const { attempt } = step
  const tell = (ok: boolean, detail: string, client?: string): Omit<Seen, 'ms'> => ({
    client,
    connect: undefined,
    sight: undefined,
    whole: { ok, detail },
  })
  if (sandbox.brokers.length < 2) return tell(false, 'there is one broker only')
  switch (attempt.kind) {
    case 'return': {
      const bySource = attempt.by === 'source'
      const approach = bySource ? step.bySource : step.approach
      const visits: Visit[] = []
      for (let n = 0; n <= attempt.times; n++) {
        const clientId = bySource ? `${step.clientId}-${n}` : step.clientId
        const local = bySource ? approach.localAddress : otherAddress(approach, n)
        visits.push(await visit({ ...approach, localAddress: local }, clientId, step.mqtt, sandbox, options))
      }
      const brokers = new Set(visits.map((one) => one.broker))
      const ok = brokers.size === 1 && !brokers.has(undefined)
      return tell(ok, `brokers: ${visits.map(nameOf).join(', ')}`, visits.at(-1)?.client)
    }
    case 'spread': {
      const visits: Visit[] = []
      for (let n = 0; n < attempt.clients; n++) {
        visits.push(await visit(step.approach, `${step.clientId}-${n}`, step.mqtt, sandbox, options))
      }
      const brokers = new Set(visits.flatMap((one) => one.broker ?? []))
      const ok = brokers.size === sandbox.brokers.length && visits.every((one) => one.broker !== undefined)
      return tell(ok, `brokers: ${visits.map(nameOf).join(', ')}`, visits.at(-1)?.client)
    }
    case 'takeover': {
      const first = await visit(step.approach, step.clientId, step.mqtt, sandbox, options)
      if (first.broker === undefined)
        return tell(false, `the first connection came to no broker: ${first.detail}`, first.client)
      await sandbox.brokers[first.broker]?.stop()
      const begin = performance.now()
      let next: Visit
      do {
        next = await visit(step.approach, step.clientId, step.mqtt, sandbox, options)
      } while (next.broker === undefined && performance.now() - begin < attempt.withinMs)
      const took = Math.round(performance.now() - begin)
      if (next.broker === undefined) return tell(false, `nobody took over: ${next.detail}`, next.client)
      const ok = next.broker !== first.broker && took <= attempt.withinMs
      return tell(ok, `${nameOf(first)} stopped, ${nameOf(next)} accepted the client after ${took} ms`, next.client)
    }
  }
}

interface Visit {
  /** Index of the broker that knows the client. */
  readonly broker: number | undefined
  readonly client: string | undefined
  readonly detail: string
}

async function visit(
  approach: Approach,
  clientId: string,
  mqtt: MqttVersion,
  sandbox: RunningSandbox,
  options: StepOptions,
): Promise<Visit> {
  let broker: number | undefined
  const before = sandbox.brokers.map((one) => one.log().length)
  const seen = await attemptConnect(approach, { mqtt, clientId }, options, async ({ local }) => {
    const port = Number(/:(\d+)$/.exec(local ?? '')?.[1])
    broker = await whoKnows(clientId, port, before, sandbox, options)
  })
  if (seen.outcome !== 'accepted') return { broker: undefined, client: seen.local, detail: seen.detail ?? seen.outcome }
  return { broker, client: seen.local, detail: broker === undefined ? 'no broker knows the client' : 'accepted' }
}

/**
 * The place of the broker that knows the client by this port; of one that says no ports, a line counts that came after
 * those that were there `before`.
 */
async function whoKnows(
  clientId: string,
  port: number,
  before: readonly number[],
  sandbox: RunningSandbox,
  options: StepOptions,
): Promise<number | undefined> {
  return await withDeadline(options.timeoutMs, undefined, async (found) => {
    const asked = sandbox.brokers.map(async (one, index) => {
      const isNew = ({ port: said, evidence }: Sight) =>
        said === undefined ? one.log().lastIndexOf(evidence) >= (before[index] ?? 0) : said === port
      if (!(await knows(one, clientId, isNew, found.signal))) throw new Error('not here')
      return index
    })
    const first = await Promise.any(asked).catch(() => undefined)
    found.stop()
    return first
  })
}

/** Whether a broker comes to know this very connection; what it says of an earlier one with the same id does not count. */
async function knows(
  broker: RunningBroker,
  clientId: string,
  isNew: (sight: Sight) => boolean,
  stop: AbortSignal,
): Promise<boolean> {
  while (broker.alive() && !stop.aborted) {
    const sight = await broker.saw(clientId, 100)
    if (sight !== undefined && isNew(sight)) return true
    await pause(10)
  }
  return false
}

/** Another source address each time, where the host has them. */
function otherAddress(approach: Approach, n: number): string | undefined {
  return approach.localAddress === undefined ? undefined : `127.0.0.${2 + n}`
}

function nameOf(one: Visit): string {
  return one.broker === undefined ? 'none' : `broker ${one.broker + 1}`
}
