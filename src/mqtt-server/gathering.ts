/** What is held back for a moment, and goes out when told. */
export interface Held {
  flush(): void
}

/**
 * While a chunk of one client is worked through, what goes out to all of them is held: many small writes to a socket cost
 * more than the packets in them.
 */
export class Gathering {
  #held: Held[] = []
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
    if (this.#depth > 0 || this.#held.length === 0) return
    const held = this.#held
    this.#held = []
    for (const one of held) one.flush()
  }

  add(one: Held): void {
    this.#held.push(one)
  }
}
