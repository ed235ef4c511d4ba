/** One step of a longer work; true while there is more. */
export type Turn = () => boolean

/**
 * Long works of many clients, a step at a time and in turn, so that everybody else is served between two steps.
 * `later` calls back when input and output had their chance.
 */
export class Turns {
  readonly #waiting = new Set<Turn>()
  #asked = false

  constructor(readonly later: (run: () => void) => void) {}

  add(turn: Turn): void {
    this.#waiting.add(turn)
    this.#ask()
  }

  #ask(): void {
    if (this.#asked) return
    this.#asked = true
    this.later(() => {
      this.#asked = false
      const [turn] = this.#waiting
      if (!turn) return
      this.#waiting.delete(turn)
      if (turn()) this.#waiting.add(turn)
      if (this.#waiting.size > 0) this.#ask()
    })
  }
}
