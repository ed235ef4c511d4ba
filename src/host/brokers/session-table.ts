import { setTimeout as pause } from 'node:timers/promises'
import type { Sight } from '../types.js'

/** A session that is open in a broker, and whom the broker takes it for. */
export interface TabledSession {
  readonly clientId: string
  readonly sight: Sight
}

/** Everybody who is connected; `undefined` where the broker does not answer yet. */
type AskSessions = () => Promise<readonly TabledSession[] | undefined>

interface Waiter {
  readonly clientId: string
  readonly deadline: number
  readonly resolve: (sight: Sight | undefined) => void
}

/**
 * The sessions that are open in one broker, asked for as long as somebody waits for one. Where every question starts an
 * Erlang machine, one table with everybody in it answers for all who wait.
 */
export class SessionTable {
  readonly #ask: AskSessions
  #waiting: Waiter[] = []
  #asking = false

  constructor(ask: AskSessions) {
    this.#ask = ask
  }

  /** What the broker saw of a connected client; the table is asked for at least once after the call. */
  saw(clientId: string, withinMs: number): Promise<Sight | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push({ clientId, deadline: performance.now() + withinMs, resolve })
      void this.#loop()
    })
  }

  /** Whether no session is left within that time. */
  async becomesEmpty(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    for (;;) {
      const rows = await this.#ask()
      if (rows?.length === 0) return true
      if (performance.now() > deadline) return false
      await pause(50)
    }
  }

  async #loop(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    while (this.#waiting.length > 0) {
      const begun = this.#waiting
      const rows = (await this.#ask()) ?? []
      const now = performance.now()
      const left = this.#waiting.filter((one) => !begun.includes(one))
      for (const one of begun) {
        const sight = rows.find((each) => each.clientId === one.clientId)?.sight
        if (sight !== undefined || now > one.deadline) one.resolve(sight)
        else left.push(one)
      }
      this.#waiting = left
      if (left.length > 0) await pause(50)
    }
    this.#asking = false
  }
}
