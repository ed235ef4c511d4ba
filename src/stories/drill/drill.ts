import { planStep, type Stage } from '../../check/plan.js'
import { binsOf } from '../../drill/curve.js'
import type { DrillEvent } from '../../drill/events.js'
import { type DrillRecord, metricsOf } from '../../drill/metrics.js'
import { type ReconnectName, reconnectManners } from '../../drill/reconnect.js'
import type { DrillRun } from '../../drill/run.js'
import { crossed, type DrillThreshold } from '../../drill/thresholds.js'
import { Population } from '../../host/load/population.js'
import { countTo } from '../../host/process/live.js'
import { until, wait } from '../../host/sandbox/lab.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { isSeenAt } from '../../kernel/observed.js'
import { seeded } from '../../kernel/random.js'
import { faultKinds, type WayFault } from '../../tap/fault-kinds.js'
import { openSubject } from '../check/opened.js'
import type { Programs } from '../check/programs.js'
import type { BrokerChoice } from '../check/request.js'
import type { Subject } from '../check/sources.js'
import { noPlace, Taps } from '../check/taps.js'
import { doEvent, requireDoable, sessionsOnOld } from './actions.js'
import { DrillLab, masterName } from './lab.js'

export interface DrillRequest {
  readonly event: DrillEvent
  readonly way: string
  readonly clients: number
  /** Messages a second, all clients together. */
  readonly rate: number
  readonly keepalive: number
  readonly reconnect: ReconnectName
  /** How long is watched after the event, milliseconds. */
  readonly watchMs: number
  /** How long a server is away, milliseconds. */
  readonly downMs: number
  readonly timeoutMs: number
  readonly username: string | undefined
  readonly password: string | undefined
  readonly thresholds: readonly DrillThreshold[]
  /** Strike connections to the broker that begin from the event on. */
  readonly faults: readonly WayFault[]
  readonly seed: number
  readonly haproxy: string | undefined
  readonly broker: BrokerChoice
  readonly keep: boolean
  readonly quiet: boolean
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/** Before the event: long enough for every client to have sent something at the usual rates. */
const calmMs = 1000
/** How long all of them may take to come in: TLS handshakes on a busy machine are slow, and a pair that accepts nobody must come to an end. */
const comeInMs = (clients: number) => 30_000 + clients * 40
/** A message that was acknowledged may still be on its way when the watch ends. */
const arriveMs = 3000

/**
 * Holds clients, does the event, watches, and reports what happened. Nothing is touched that was not started here.
 * @throws Fault MP-DRILL-CLIENTS (exit 1), MP-DRILL-CANNOT (exit 2), and those of the programs (exit 3)
 */
export async function runDrill(
  name: string,
  subject: Subject,
  programs: Programs,
  request: DrillRequest,
): Promise<DrillRun> {
  const { haproxy, broker, keep, signal } = request
  const taps = request.faults.length > 0 || request.event === 'network' ? new Taps() : undefined
  const drill = { name, purpose: 'drill', haproxy, broker, keep, signal } as const
  const live = { master: true, masterSocket: masterName, relays: taps?.start }
  const opened = await openSubject(subject, programs, { ...drill, ...live })
  const { plan, sandbox, stage, certificates } = opened
  try {
    if (taps?.stand === false) throw opened.cannot(`: ${noPlace}`)
    const good = stage && goodWay(subject, stage)
    if (good === undefined) throw opened.cannot(' has no way in for clients')
    const lab = new DrillLab(plan, sandbox, { ...good, certificates, timeoutMs: request.timeoutMs, taps })
    requireDoable(request.event, lab, request)
    if (request.event === 'certificate') await lab.otherServerCertificate()
    try {
      return await drillIn(lab, name, request)
    } finally {
      await lab.close()
    }
  } finally {
    await opened.close()
  }
}

/** The way of the scenario's first good client, and whether the broker is to see where it comes from. */
function goodWay({ scenario }: Subject, stage: Stage): Pick<DrillLab, 'way' | 'seesClients'> | undefined {
  const row = scenario.outcomes.find((one) => one.id === 'connect-3.1.1')
  const step = row && planStep(row, stage)
  if (row === undefined || step?.kind !== 'connect') return undefined
  // A header of the client's own claims another source than its socket has.
  const seesClients = row.expect.outcome === 'accepted' && row.expect.saw?.address === 'client' && !stage.bringsHeader
  return { way: step.approach, seesClients }
}

async function drillIn(lab: DrillLab, name: string, request: DrillRequest): Promise<DrillRun> {
  const { clients, rate, say } = request
  const manner = reconnectManners[request.reconnect]
  const random = seeded(request.seed)
  const population = await Population.of({
    count: clients,
    prefix: 'drill',
    way: () => lab.dial(),
    keepalive: request.keepalive,
    rate,
    wait: (tries) => manner.wait(tries, random()),
    ...(request.username !== undefined && { username: request.username }),
    ...(request.password !== undefined && { password: request.password }),
  })
  try {
    const begin = performance.now()
    const up = await population.comeIn(countTo(request.quiet ? 0 : clients, `${name}: clients in`), comeInMs(clients))
    if (up < clients) throw notIn(name, up, clients, population)
    say(`${name}: ${clients} clients are in after ${((performance.now() - begin) / 1000).toFixed(1)} s`)
    population.talk()
    await wait(calmMs)
    const before = await sightsOf(lab, population)
    request.signal.throwIfAborted()
    const zero = performance.now()
    lab.taps?.arm(request.faults, request.seed)
    const doing = doEvent(request.event, lab, request)
    const [done] = await Promise.all([doing, wait(request.watchMs)])
    // An event that takes longer than the watch is watched to its end.
    const watchedMs = performance.now() - zero
    request.signal.throwIfAborted()
    const onOld = await sessionsOnOld(lab, request.way)
    const moments = population.momentsFrom(zero).filter(({ ms }) => ms <= watchedMs)
    lab.taps?.disarm()
    population.quiet()
    await until(() => !population.ledger.waiting, arriveMs)
    const identity = await compareSights(lab, population, before)
    const struck = request.faults.length === 0 ? undefined : (lab.taps?.struck ?? 0)
    const unproven = (await done.proof?.()) ?? (struck === 0 ? notStruck(request.faults) : undefined)
    const record: DrillRecord = {
      clients,
      moments,
      arrivals: population.ledger.arrivals.map((at) => at - zero).filter((ms) => ms >= 0 && ms <= watchedMs),
      messages: population.ledger.sum(),
      watchedMs,
      identity,
      onOld,
    }
    const metrics = metricsOf(record)
    return {
      name,
      record,
      metrics,
      bins: binsOf(moments, 0, watchedMs),
      steps: done.steps,
      crossed: crossed(request.thresholds, metrics, clients),
      reasons: [...population.reasons].sort(([, a], [, b]) => b - a),
      unproven,
      struck,
    }
  } finally {
    await population.end()
  }
}

/** Faults strike connections that begin: an event that cuts nobody brings none. */
function notStruck(faults: readonly WayFault[]): string {
  const names = faults.map(({ name }) => faultKinds[name].what).join('; ')
  return `no connection to the broker was struck (${names}): none began, or none came to that; the event network cuts all of them`
}

function notIn(name: string, up: number, clients: number, population: Population): Fault {
  const why = [...population.reasons].sort(([, a], [, b]) => b - a).map(([text, count]) => `${count} times: ${text}`)
  return new Fault('MP-DRILL-CLIENTS', `${name}: only ${up} of ${clients} clients came in before the event`, {
    exit: EXIT.wrong,
    hints: [...why.slice(0, 3), 'try fewer clients: --clients 50', 'what is wrong with the pair: mqtt-proxy check'],
  })
}

/** How many clients the broker is asked about: enough to find a kind of fault, and no log is read a thousand times. */
const mostAsked = 100

async function sightsOf(lab: DrillLab, population: Population): Promise<Map<string, { username: string | undefined }>> {
  const asked = population.clients.slice(0, mostAsked)
  const seen = await Promise.all(asked.map(async ({ id }) => [id, await lab.saw(id, 1000)] as const))
  return new Map(seen.flatMap(([id, sight]) => (sight === undefined ? [] : [[id, { username: sight.username }]])))
}

/** Whether the broker knows those that came back as it knew them, and where they are now. */
async function compareSights(
  lab: DrillLab,
  population: Population,
  before: ReadonlyMap<string, { readonly username: string | undefined }>,
): Promise<DrillRecord['identity']> {
  // Without an address to compare (a claimed source, another broker's own) only the name is.
  const rows = population.clients.slice(0, mostAsked).filter((one) => one.isUp && before.has(one.id))
  const judged = await Promise.all(
    rows.map(async ({ id, local }) => {
      const sight = await lab.saw(id, 1000)
      if (sight === undefined) return undefined
      const sameName = sight.username === before.get(id)?.username
      return sameName && (!lab.seesClients || isSeenAt(sight, local ?? ''))
    }),
  )
  const known = judged.filter((one) => one !== undefined)
  return { asked: known.length, wrong: known.filter((right) => !right).length }
}
