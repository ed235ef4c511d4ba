/** What can be on a roster: it keeps its own place there. */
export interface Seated {
  /** -1: on none. */
  seat: number
}

/**
 * Things of which very many come and go, in no order. A `Set` grows new tables under such a load, and each old one points
 * to the next: once one of them is old, the garbage collector takes all that came later for alive, and copies it.
 */
export class Roster<T extends Seated> {
  readonly #all: T[] = []

  get size(): number {
    return this.#all.length
  }

  /** @returns whether it is new here */
  add(one: T): boolean {
    if (one.seat >= 0) return false
    one.seat = this.#all.length
    this.#all.push(one)
    return true
  }

  /** @returns whether it stood here */
  delete(one: T): boolean {
    const at = one.seat
    if (at < 0) return false
    const last = this.#all.pop()
    if (last !== undefined && last !== one) {
      this.#all[at] = last
      last.seat = at
    }
    one.seat = -1
    return true
  }

  /** The members at this moment; some may leave meanwhile. */
  list(): T[] {
    return [...this.#all]
  }
}
