/** What became of the messages of a drill. Times are milliseconds of one clock. */
export interface Messages {
  /** Handed to a client, whether it was connected or not. */
  readonly published: number
  /** Acknowledged by the broker and never delivered. */
  readonly lost: number
  /** Delivered more often than once. QoS 1 allows it. */
  readonly duplicated: number
  /** Never acknowledged: a client would go on trying. */
  readonly unacknowledged: number
  /** The longest way of a message from its publisher to its reader; 0 when none arrived. */
  readonly slowestMs: number
}

interface Entry {
  readonly at: number
  acked: boolean
  arrived: number
}

/** Every message of a drill by its number. */
export class Ledger {
  readonly #entries: Entry[] = []
  readonly #arrivals: number[] = []
  #slowest = 0

  /** @returns the number of the message, which is its payload */
  published(now: number): number {
    return this.#entries.push({ at: now, acked: false, arrived: 0 }) - 1
  }

  acknowledged(number: number): void {
    const entry = this.#entries[number]
    if (entry !== undefined) entry.acked = true
  }

  arrived(number: number, now: number): void {
    const entry = this.#entries[number]
    if (entry === undefined) return
    entry.arrived += 1
    this.#arrivals.push(now)
    if (entry.arrived === 1) this.#slowest = Math.max(this.#slowest, now - entry.at)
  }

  /** When something arrived, in order. */
  get arrivals(): readonly number[] {
    return this.#arrivals
  }

  /** Whether a message has not arrived yet. */
  get waiting(): boolean {
    return this.#entries.some((one) => one.arrived === 0)
  }

  sum(): Messages {
    const count = (is: (one: Entry) => boolean) => this.#entries.filter(is).length
    return {
      published: this.#entries.length,
      lost: count((one) => one.acked && one.arrived === 0),
      duplicated: count((one) => one.arrived > 1),
      unacknowledged: count((one) => !one.acked && one.arrived === 0),
      slowestMs: this.#slowest,
    }
  }
}
