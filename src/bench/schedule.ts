import type { LoadShard } from './shard.js'

export interface ScheduleOptions {
  /** Starts a second, of all shards together. */
  readonly rate: number
  readonly durationMs: number
  /** The rate rises evenly from nothing for so long. */
  readonly rampMs: number
  readonly shard: LoadShard
}

/**
 * When starts are due, whatever became of those before (an open loop). Shards take turns: together they start exactly
 * what one run alone would, at the same moments.
 */
export class Schedule {
  readonly #perMs: number
  readonly #inRamp: number
  readonly #rampMs: number
  /** Starts of all shards together. */
  readonly all: number

  constructor(private readonly options: ScheduleOptions) {
    const { rate, durationMs, rampMs } = options
    this.#perMs = rate / 1000
    this.#rampMs = Math.min(rampMs, durationMs)
    // A ramp that is longer than the run never gets to its end.
    const slope = rampMs > 0 ? this.#perMs / rampMs : 0
    this.#inRamp = (slope * this.#rampMs ** 2) / 2
    this.all = Math.round(this.#inRamp + this.#perMs * (durationMs - this.#rampMs))
  }

  /** How many are of this shard. */
  get count(): number {
    const { index, count } = this.options.shard
    return Math.max(0, Math.ceil((this.all - (index - 1)) / count))
  }

  /** Number of the n-th start of this shard (from 0) among those of all shards. */
  numberOf(n: number): number {
    const { index, count } = this.options.shard
    return n * count + index - 1
  }

  /** When the n-th start of this shard (from 0) is due, milliseconds from the begin. */
  dueAt(n: number): number {
    const number = this.numberOf(n)
    if (number < this.#inRamp) return Math.sqrt((2 * number * this.options.rampMs) / this.#perMs)
    return this.#rampMs + (number - this.#inRamp) / this.#perMs
  }
}
