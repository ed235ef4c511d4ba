import { setTimeout as pause } from 'node:timers/promises'
import { generatorOf } from '../../bench/limit.js'
import { Schedule } from '../../bench/schedule.js'
import { binMs, Tally } from '../../bench/tally.js'
import type { Workload } from '../../bench/workload.js'
import type { LoadFigures } from '../../kernel/load-figures.js'
import { own } from '../process/lifetime.js'
import { ConnectLoad } from './connect-load.js'
import { type CpuMark, type LoadProgram, markCpu, spentSince } from './cpu.js'
import { MessageLoad } from './message-load.js'
import { pace } from './pacer.js'
import { type LoadIdentity, loadPackets } from './packets.js'
import type { WayIn } from './way-in.js'

export interface RunLoadOptions {
  readonly load: Workload
  readonly way: WayIn
  readonly identity: LoadIdentity
  /** Programs whose processor time is measured. */
  readonly programs: readonly LoadProgram[]
  /** How long answers are waited for when the last start was made, milliseconds. */
  readonly settleMs: number
  /** Connections that may be under way at the same time. */
  readonly mostOpen: number
  /** When everybody is in, begin at a whole multiple of so many milliseconds on the clock; 0: at once. */
  readonly alignMs: number
  /** Goes into the figures. */
  readonly failOn: string
  readonly signal: AbortSignal
}

/** Runs a workload once and counts the results. Everything it opened is closed again. */
export async function runLoad(options: RunLoadOptions): Promise<LoadFigures> {
  const tally = new Tally()
  const run = options.load.measure === 'connections' ? connections : messages
  return await run(options, tally)
}

/** With `--rate max`: how many connections are under way. */
const inFlight = 64
/** With `--rate max`: how many messages are on their way. */
const window = 1000
/** Messages of which nothing was heard for so long are not waited for, milliseconds. */
const stalledMs = 300

async function connections(options: RunLoadOptions, tally: Tally): Promise<LoadFigures> {
  const { load, way, identity, settleMs, mostOpen, signal } = options
  const packets = await loadPackets(identity)
  const watch = await Watch.begin(options)
  const clients = new ConnectLoad({ way, packets, tally, begin: watch.begin, mostOpen })
  const drop = () => clients.drop()
  const release = own('connections of a load', drop, drop)
  try {
    if (load.rate === 'max') {
      let next = 0
      const one = async () => {
        while (watch.now < load.durationMs && !signal.aborted) await clients.one(next++, watch.now)
      }
      await Promise.all(Array.from({ length: inFlight }, one))
    } else {
      const start = (n: number, due: number) => void clients.one(n, due)
      await pace({ ...paceOf(load, load.rate, watch), signal, start })
      await watch.until(load.durationMs)
    }
    const busy = watch.busy
    await settled(() => clients.underWay, settleMs, signal)
    const seen = await watch.end(busy)
    return figuresOf(options, tally, seen, { expected: tally.started, clients: 0 })
  } finally {
    await release()
  }
}

async function messages(options: RunLoadOptions, tally: Tally): Promise<LoadFigures> {
  const { load, way, identity, settleMs, signal } = options
  const packets = await loadPackets(identity)
  const clients = new MessageLoad({ load, way, packets, tally, prefix: identity.prefix, signal })
  const drop = () => clients.drop()
  const release = own('clients of a load', drop, drop)
  const alive = setInterval(() => clients.ping(), (identity.keepalive * 1000) / 2)
  try {
    const stand = await clients.comeIn()
    const watch = await Watch.begin(options)
    clients.beginAt(watch.begin)
    if (clients.canPublish && !signal.aborted) {
      if (load.rate === 'max') await atMost(clients, load.durationMs, watch, signal)
      else {
        const start = (n: number, due: number) => clients.send(n, due)
        await pace({ ...paceOf(load, load.rate, watch), signal, start, started: () => clients.flush() })
      }
      await watch.until(load.durationMs)
    }
    const busy = watch.busy
    await settled(() => clients.underWay, settleMs, signal)
    const seen = await watch.end(busy)
    clients.end()
    return figuresOf(options, tally, seen, { expected: clients.expected, clients: stand })
  } finally {
    clearInterval(alive)
    await release()
  }
}

/** Keeps a window of messages on their way, and lets what has come be read after every few. */
async function atMost(clients: MessageLoad, durationMs: number, watch: Watch, signal: AbortSignal): Promise<void> {
  let n = 0
  let given = 0
  let [heard, at] = [0, 0]
  while (watch.now < durationMs && !signal.aborted) {
    let batch = 0
    while (batch < 64 && clients.underWay - given < window * clients.fan && !clients.isFull(n)) {
      clients.send(n++, watch.now)
      batch += 1
    }
    clients.flush()
    if (clients.done !== heard) [heard, at] = [clients.done, watch.now]
    else if (watch.now - at > stalledMs) [given, at] = [clients.underWay, watch.now]
    if (batch > 0) await new Promise((resolve) => setImmediate(resolve))
    else await pause(1)
  }
}

/** A target may have a long queue: so many times `settleMs` are waited for it at most. */
const mostSettles = 5

/** Waits until nothing is on its way any more, or nothing has come for a while. */
async function settled(underWay: () => number, withinMs: number, signal: AbortSignal): Promise<void> {
  let [left, since] = [underWay(), performance.now()]
  const end = since + mostSettles * withinMs
  while (left > 0 && performance.now() < Math.min(since + withinMs, end) && !signal.aborted) {
    await pause(5)
    if (underWay() !== left) [left, since] = [underWay(), performance.now()]
  }
}

function scheduleOf(load: Workload, rate: number): Schedule {
  return new Schedule({ ...load, rate })
}

/** How much later than the last start was due the last one may be made, milliseconds. */
const behindMs = 1000

function paceOf(load: Workload, rate: number, { begin }: Watch) {
  return { schedule: scheduleOf(load, rate), begin, giveUpMs: load.durationMs + behindMs }
}

interface Seen {
  readonly busy: number
  readonly cpu: LoadFigures['cpu']
  readonly at: number
}

/** The clock of a run, and what programs and this process did meanwhile. */
class Watch {
  private constructor(
    readonly begin: number,
    private readonly at: number,
    private readonly loop: ReturnType<typeof performance.eventLoopUtilization>,
    private readonly cpu: readonly CpuMark[],
    private readonly signal: AbortSignal,
  ) {}

  static async begin({ programs, alignMs, signal }: RunLoadOptions): Promise<Watch> {
    const early = alignMs > 0 ? alignMs - (Date.now() % alignMs) : 0
    if (early > 0) await pause(early, undefined, { signal }).catch(() => {})
    const cpu = await markCpu(programs)
    return new Watch(performance.now(), Date.now(), performance.eventLoopUtilization(), cpu, signal)
  }

  /** Milliseconds since the begin. */
  get now(): number {
    return performance.now() - this.begin
  }

  async until(ms: number): Promise<void> {
    if (ms > this.now) await pause(ms - this.now, undefined, { signal: this.signal }).catch(() => {})
  }

  /** Share of the time so far in which this process had something to do. */
  get busy(): number {
    return performance.eventLoopUtilization(this.loop).utilization
  }

  async end(busy: number): Promise<Seen> {
    return { busy, at: this.at, cpu: await spentSince(this.cpu) }
  }
}

function figuresOf(
  { load, failOn }: RunLoadOptions,
  tally: Tally,
  seen: Seen,
  { expected, clients }: Pick<LoadFigures, 'expected' | 'clients'>,
): LoadFigures {
  const wanted = load.rate === 'max' ? undefined : load.rate / load.shard.count
  const planned = load.rate === 'max' ? tally.started : scheduleOf(load, load.rate).count
  const lagP99Ms = tally.lag.quantile(0.99)
  return {
    measure: load.measure,
    wantedRate: wanted ?? null,
    durationMs: load.durationMs,
    startedMs: Math.round(Math.max(load.durationMs, tally.lastStartMs)),
    spanMs: Math.round(Math.max(load.durationMs, tally.lastMs)),
    planned,
    started: tally.started,
    done: tally.done,
    expected,
    failed: tally.failed,
    reasons: tally.reasons,
    clients,
    histograms: tally.histograms,
    timeline: { at: seen.at, binMs, bins: tally.bins },
    generator: generatorOf({ busy: seen.busy, lagP99Ms, wanted, planned, started: tally.started }),
    failOn,
    cpu: seen.cpu,
  }
}
