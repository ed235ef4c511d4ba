/** What is held back for a moment, and goes out when told. */
export interface Held {
  flush(): void
}

/**
 * While a chunk of one client is worked through, what goes out to all of them is held: many small writes to a socket cost
 * more than the packets in them.
 */
export class Gathering {
  readonly #held = new Set<Held>()
  #depth = 0

  get open(): boolean {
    return this.#depth > 0
  }

  begin(): void {
    this.#depth += 1
  }

  /** Sends what was held, once the outermost chunk is done. */
  end(): void {
    this.#depth -= 1
    if (this.#depth > 0) return
    for (const one of this.#held) one.flush()
    this.#held.clear()
  }

  add(one: Held): void {
    this.#held.add(one)
  }
}
