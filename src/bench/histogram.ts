import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram as Hdr } from 'hdr-histogram-js'
import type { LatencySeries } from '../kernel/result.js'

/** What takes longer than an hour counts as an hour. Microseconds. */
const longest = 3_600_000_000

/** Durations in microseconds, three digits of each: an HdrHistogram. */
export class Durations {
  readonly #hdr: Hdr

  constructor(hdr?: Hdr) {
    this.#hdr =
      hdr ??
      build({
        lowestDiscernibleValue: 1,
        highestTrackableValue: longest,
        numberOfSignificantValueDigits: 3,
        bitBucketSize: 32,
        useWebAssembly: false,
      })
  }

  get count(): number {
    return this.#hdr.totalCount
  }

  /** Milliseconds. */
  record(ms: number): void {
    const us = Math.round(ms * 1000)
    this.#hdr.recordValue(Math.max(0, Math.min(us, longest)))
  }

  /** The value that the share `q` (0 to 1) does not exceed, milliseconds; 0 when there is none. */
  quantile(q: number): number {
    return this.count === 0 ? 0 : this.#hdr.getValueAtPercentile(q * 100) / 1000
  }

  add(other: Durations): void {
    this.#hdr.add(other.#hdr)
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.#hdr)
  }

  /** @throws Error for text that `encode` did not make */
  static decode(text: string): Durations {
    const own = new Durations()
    own.#hdr.add(decodeFromCompressedBase64(text, 32, false))
    return own
  }

  /** For plots: ten points for every digit of the share (0.9, 0.99, 0.999). */
  series(name: string): LatencySeries {
    const { count } = this
    if (count === 0) return { name, count, quantiles: [] }
    const steps = Math.floor(Math.log10(count) * 10 + 1e-9)
    const levels = [...Array.from({ length: steps + 1 }, (_, step) => 1 - 10 ** (-step / 10)), 0.5, 0.95, 1]
    const shares = [...new Set(levels.map((q) => Number(q.toFixed(6))))].sort((a, b) => a - b)
    return { name, count, quantiles: shares.map((q) => ({ q, ms: this.quantile(q) })) }
  }
}
