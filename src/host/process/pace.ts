import { setTimeout as pause } from 'node:timers/promises'

export interface RateGateOptions {
  /** Connections open at once. */
  readonly atOnce: number
  /** Connections begun per second. */
  readonly perSecond: number
}

/** Lets work begin within limits of number and rate, first come first served, and counts it. */
export class RateGate {
  #running = 0
  #most = 0
  #begun = 0
  #nextAt = 0
  readonly #waiting: (() => void)[] = []

  constructor(readonly options: RateGateOptions) {}

  /** Pieces of work begun so far. */
  get begun(): number {
    return this.#begun
  }

  /** The most that ran at once. */
  get most(): number {
    return this.#most
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.options.atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running += 1
    try {
      this.#most = Math.max(this.#most, this.#running)
      await this.#turn()
      this.#begun += 1
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }

  async #turn(): Promise<void> {
    const now = performance.now()
    const at = Math.max(now, this.#nextAt)
    this.#nextAt = at + 1000 / this.options.perSecond
    // Timers are no finer than a millisecond: short waits are made up for by the next longer one.
    if (at - now >= 2) await pause(at - now)
  }
}
