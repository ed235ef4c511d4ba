import type { Message } from './message.js'

/** QoS 2 messages received but not yet released by PUBREL (4.3.3), and how many more may come. */
export class Incoming {
  /** Made with the first message: most clients send none at QoS 2. */
  #held: Map<number, { readonly message: Message; repeats: number }> | undefined
  #quota: number

  /** `maximum` is the receive maximum we announced; 0: no limit. */
  constructor(readonly maximum: number) {
    this.#quota = maximum
  }

  get full(): boolean {
    return this.maximum > 0 && this.#quota === 0
  }

  find(id: number): Message | undefined {
    return this.#held?.get(id)?.message
  }

  /** Counts the same message coming again; how often it has. */
  repeat(id: number): number {
    const entry = this.#held?.get(id)
    if (!entry) return 0
    entry.repeats += 1
    return entry.repeats
  }

  hold(id: number, message: Message): void {
    this.#held ??= new Map()
    this.#held.set(id, { message, repeats: 0 })
    if (this.#quota > 0) this.#quota -= 1
  }

  /** Takes it out; the quota comes back with PUBCOMP (`complete`). */
  release(id: number): Message | undefined {
    const message = this.#held?.get(id)?.message
    this.#held?.delete(id)
    return message
  }

  complete(): void {
    if (this.#quota < this.maximum) this.#quota += 1
  }

  /** After a reconnect: held messages stay, and repeats count from zero. */
  resume(now: number): void {
    for (const [id, entry] of this.#held ?? []) {
      const { expiresAt } = entry.message
      if (expiresAt !== undefined && now > expiresAt) this.#held?.delete(id)
      else entry.repeats = 0
    }
    this.#quota = Math.max(0, this.maximum - this.size)
  }

  get size(): number {
    return this.#held?.size ?? 0
  }
}
