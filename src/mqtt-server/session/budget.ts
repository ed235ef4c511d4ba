/** Bytes that wait for clients, of all of them together; a limit of 0 means none. */
export class Budget {
  #bytes = 0

  constructor(readonly limit: number) {}

  get bytes(): number {
    return this.#bytes
  }

  get spent(): boolean {
    return this.limit > 0 && this.#bytes >= this.limit
  }

  /** So many bytes more; fewer, when negative. */
  add(bytes: number): void {
    this.#bytes += bytes
  }
}
