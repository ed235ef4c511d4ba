import type { Message } from './message.js'

/** Topics looked at in one turn; a message is sent for some of them. */
const stepsPerTurn = 250

/** Retained messages of one new subscription, one after the other; `undefined` for a topic without one. */
export interface Replay {
  readonly found: Iterator<Message | undefined>
  readonly send: (message: Message) => void
}

/** What one client still gets of retained messages (3.3.1.3), taken from the tree only as fast as the client reads. */
export class Replays {
  /** Made with the first one: most clients subscribe to nothing that is retained. */
  #waiting: Replay[] | undefined

  get size(): number {
    return this.#waiting?.length ?? 0
  }

  add(replay: Replay): void {
    this.#waiting ??= []
    this.#waiting.push(replay)
  }

  clear(): void {
    this.#waiting = undefined
  }

  /** A turn: ends early when `ready` says that the client has enough. True while this turn could have gone on. */
  turn(ready: () => boolean): boolean {
    for (let step = 0; step < stepsPerTurn; step += 1) {
      const replay = this.#waiting?.[0]
      if (!replay || !ready()) return false
      const next = replay.found.next()
      if (next.done === true) this.#waiting?.shift()
      else if (next.value) replay.send(next.value)
    }
    return this.size > 0
  }
}
