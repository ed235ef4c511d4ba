import { setTimeout as pause } from 'node:timers/promises'
import { Schedule } from '../../bench/schedule.js'
import { wholeLoad } from '../../bench/shard.js'
import { Tally } from '../../bench/tally.js'
import type { Workload } from '../../bench/workload.js'
import { MessageLoad } from './message-load.js'
import { pace } from './pacer.js'
import { loadPackets } from './packets.js'
import type { WayIn } from './way-in.js'

export interface VirtualUserOptions {
  readonly way: WayIn
  readonly clientId: string
  readonly username: string | undefined
  readonly password: string | undefined
}

export interface VirtualPublish {
  readonly topic: string
  readonly qos: 0 | 1 | 2
  /** Bytes. */
  readonly payload: number
  /** Messages a second. */
  readonly rate: number
  readonly seconds: number
  /** Subscribe to the topic too, and measure until the message is back. */
  readonly echo: boolean
}

/** What a virtual user counts; times are milliseconds. */
export interface VirtualEvents {
  connected(ms: number): void
  /** A message came back, or was acknowledged; at QoS 0 without an echo nothing is known of it. */
  arrived(ms: number): void
  failed(why: string): void
}

/** How long answers are waited for after the last message. */
const settleMs = 2000

/**
 * One user of another load engine: a session, and messages at a rate, due at fixed moments. What goes wrong is told to
 * `events`, and thrown when nothing can go on.
 */
export async function publishAsUser(
  { way, clientId, username, password }: VirtualUserOptions,
  { topic, qos, payload, rate, seconds, echo }: VirtualPublish,
  events: VirtualEvents,
): Promise<number> {
  const packets = await loadPackets({ protocol: 4, prefix: clientId, username, password, keepalive: 60 })
  const load: Workload = {
    measure: 'messages',
    rate,
    durationMs: seconds * 1000,
    rampMs: 0,
    publishers: 1,
    subscribers: echo ? 1 : 0,
    topics: 1,
    split: false,
    qos,
    payload,
    shard: wholeLoad,
  }
  const { signal } = new AbortController()
  const tally = new ToldTally(events)
  const clients = new MessageLoad({ load, way, packets, tally, prefix: topic, signal })
  try {
    await clients.comeIn()
    if (!clients.canPublish) throw new Error(tally.reasons[0]?.why ?? 'not accepted')
    const begin = performance.now()
    clients.beginAt(begin)
    await pace({
      schedule: new Schedule({ ...load, rate }),
      begin,
      giveUpMs: load.durationMs * 2,
      signal,
      start: (n, due) => clients.send(n, due),
      started: () => clients.flush(),
    })
    const until = performance.now() + settleMs
    // Nobody answers at QoS 0 without an echo.
    const answered = echo || qos > 0
    while (answered && clients.underWay > 0 && performance.now() < until) await pause(5)
    if (answered && clients.underWay > 0) events.failed(`${clients.underWay} messages did not arrive`)
    clients.end()
    return tally.started
  } finally {
    clients.drop()
  }
}

/** Tells each figure on as it comes. */
class ToldTally extends Tally {
  constructor(private readonly events: VirtualEvents) {
    super()
  }

  override finish(due: number, sent: number, now: number): void {
    super.finish(due, sent, now)
    this.events.arrived(now - due)
  }

  override connected(ms: number): void {
    super.connected(ms)
    this.events.connected(ms)
  }

  override fail(why: string, now: number): void {
    super.fail(why, now)
    this.events.failed(why)
  }
}
