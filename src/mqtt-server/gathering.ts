/** What is held back for a moment, and goes out when told. */
export interface Held {
  flush(): void
}

/**
 * While a chunk of one client is worked through, what goes out to all of them is held, and where `afterInput` is given
 * until the chunks of all clients are done that have come in: many small writes to a socket cost more than the packets in
 * them.
 */
export class Gathering {
  #held: Held[] = []
  #depth = 0
  #asked = false

  constructor(private readonly afterInput: ((run: () => void) => void) | undefined) {}

  get open(): boolean {
    return this.#depth > 0
  }

  begin(): void {
    this.#depth += 1
  }

  /** The chunk is done: what was held is sent, or will be. */
  end(): void {
    this.#depth -= 1
    if (this.#depth > 0 || this.#held.length === 0 || this.#asked) return
    if (this.afterInput === undefined) {
      this.#flush()
      return
    }
    this.#asked = true
    this.afterInput(() => {
      this.#asked = false
      this.#flush()
    })
  }

  #flush(): void {
    const held = this.#held
    this.#held = []
    for (const one of held) one.flush()
  }

  add(one: Held): void {
    this.#held.push(one)
  }
}
