import type { LoadBin, LoadFigures, LoadHistograms } from '../kernel/load-figures.js'
import { Durations } from './histogram.js'

/** Width of a bar of the time line, milliseconds. */
export const binMs = 500

type Counted = { -readonly [Name in keyof LoadBin]: LoadBin[Name] }

/** Counts a load while it runs. Times are milliseconds from its begin. */
export class Tally {
  readonly latency = new Durations()
  readonly fromSend = new Durations()
  readonly lag = new Durations()
  readonly connect = new Durations()
  readonly #bins: Counted[] = []
  readonly #reasons = new Map<string, number>()
  started = 0
  done = 0
  failed = 0
  /** When the last one was begun. */
  lastStartMs = 0
  /** When the last one came to its end. */
  lastMs = 0

  start(due: number, now: number): void {
    this.started += 1
    this.lastStartMs = now
    this.lag.record(now - due)
    this.#bin(now).started += 1
  }

  finish(due: number, sent: number, now: number): void {
    this.done += 1
    const took = now - due
    this.lastMs = now
    this.latency.record(took)
    this.fromSend.record(now - sent)
    const bin = this.#bin(now)
    bin.done += 1
    bin.sumMs += took
    if (took > bin.maxMs) bin.maxMs = took
  }

  /** A session that messages go through has come in; milliseconds from dialling to CONNACK. */
  connected(ms: number): void {
    this.connect.record(ms)
  }

  fail(why: string, now: number): void {
    this.failed += 1
    this.#reasons.set(why, (this.#reasons.get(why) ?? 0) + 1)
    this.#bin(now).failed += 1
  }

  get reasons(): LoadFigures['reasons'] {
    return [...this.#reasons].map(([why, count]) => ({ why, count })).sort((a, b) => b.count - a.count)
  }

  get bins(): readonly LoadBin[] {
    const round = (ms: number) => Math.round(ms * 1000) / 1000
    return this.#bins.map((bin) => ({ ...bin, sumMs: round(bin.sumMs), maxMs: round(bin.maxMs) }))
  }

  get histograms(): LoadHistograms {
    return {
      latency: this.latency.encode(),
      fromSend: this.fromSend.encode(),
      lag: this.lag.encode(),
      ...(this.connect.count > 0 && { connect: this.connect.encode() }),
    }
  }

  #bin(now: number): Counted {
    const at = Math.max(0, Math.floor(now / binMs))
    for (let next = this.#bins.length; next <= at; next++) {
      this.#bins.push({ ms: next * binMs, started: 0, done: 0, failed: 0, sumMs: 0, maxMs: 0 })
    }
    const bin = this.#bins[at]
    if (bin === undefined) throw new Error('no bin')
    return bin
  }
}
