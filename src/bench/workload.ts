import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { claimedSources } from './claimed.js'
import type { LoadShard } from './shard.js'

/** What is done to the target. Times are milliseconds. */
export interface Workload {
  readonly measure: 'messages' | 'connections'
  /** A second, all clients of all shards together. `max`: the next one as soon as there is room. */
  readonly rate: number | 'max'
  readonly durationMs: number
  readonly rampMs: number
  readonly publishers: number
  readonly subscribers: number
  /** Messages go to them in turn. */
  readonly topics: number
  /** Topics are dealt out among subscribers; else each subscriber has all of them. */
  readonly split: boolean
  readonly qos: 0 | 1 | 2
  /** Bytes. */
  readonly payload: number
  readonly shard: LoadShard
}

/** A payload holds when it was due and when it was sent. */
export const leastPayload = 16

/**
 * What cannot be measured is refused before anything is started.
 * @throws Fault MP-BENCH (exit 2)
 */
export function requireSound(load: Workload, network: string | undefined): void {
  const { measure, rate, durationMs, rampMs, publishers, subscribers, topics, split, qos, payload, shard } = load
  if (durationMs < 1) throw unsound('there is nothing to measure in no time', 'write -t 10s')
  if (rampMs > durationMs) throw unsound('the ramp is longer than the run', `--ramp at most ${durationMs}ms`)
  if (rate === 'max' && rampMs > 0) throw unsound('--rate max has no ramp', 'leave --ramp out, or name a rate')
  if (rate !== 'max' && (rate * (durationMs - rampMs / 2)) / 1000 < shard.count) {
    throw unsound(
      `${rate} a second for ${durationMs} ms are fewer starts than shards`,
      'a higher --rate, or a longer -t',
    )
  }
  if (network !== undefined) claimedSources(network, shard)
  if (measure === 'connections') return
  if (payload < leastPayload) {
    throw unsound(`a payload of ${payload} bytes cannot hold its times`, `--payload ${leastPayload} or more`)
  }
  if (subscribers === 0 && qos === 0) {
    throw unsound('nobody answers a message at QoS 0 without subscribers', '--subscribers 1, or --qos 1')
  }
  if (split && topics < subscribers) {
    throw unsound(`${topics} topics cannot be dealt out among ${subscribers} subscribers`, `--topics ${subscribers}`)
  }
  if (publishers < 1) throw unsound('nobody publishes', '--publishers 1, or --measure connections')
}

function unsound(message: string, ...hints: readonly string[]): Fault {
  return new Fault('MP-BENCH', message, { exit: EXIT.usage, hints })
}

/** How many subscribers get each message. */
export function fanOf({ subscribers, split }: Pick<Workload, 'subscribers' | 'split'>): number {
  return split ? Math.min(1, subscribers) : subscribers
}

/** Whether this subscriber has this topic. */
export function hasTopic(load: Pick<Workload, 'subscribers' | 'split'>, subscriber: number, topic: number): boolean {
  return !load.split || topic % load.subscribers === subscriber
}
