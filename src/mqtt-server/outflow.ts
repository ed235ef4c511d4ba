import type { Transport } from './arrival.js'
import type { Gathering } from './gathering.js'
import type { BrokerLimits } from './options.js'
import type { Budget } from './session/budget.js'

/** Bytes that keeping a small packet costs beside its own. */
const packetCost = 256

/** Bytes that are written before the chunk they come of is done. */
const heldAtMost = 16_384

/** What goes out on one connection, and what of it waits for the client to read, as it counts in the broker's budget. */
export class Outflow {
  /** Packets that wait. */
  backlog = 0
  #cost = 0
  #held: Buffer[] = []
  #heldLength = 0

  /** @param onFull is called when more waits than may */
  constructor(
    private readonly transport: Transport,
    private readonly budget: Budget,
    private readonly limits: BrokerLimits,
    private readonly gathering: Gathering,
    private readonly onFull: () => void,
  ) {}

  get full(): boolean {
    if (this.#cost === 0) return false
    return this.budget.spent || (this.limits.maxWaitingBytes > 0 && this.#cost >= this.limits.maxWaitingBytes)
  }

  /** Whether the operating system took everything without saying so. */
  get drainedUnseen(): boolean {
    return this.#cost > 0 && this.transport.waiting === 0
  }

  send(bytes: Buffer): void {
    if (!this.gathering.open || bytes.length >= heldAtMost) {
      this.flush()
      this.#write(bytes, 1)
      return
    }
    if (this.#held.length === 0) this.gathering.add(this)
    this.#held.push(bytes)
    this.#heldLength += bytes.length
    if (this.#heldLength >= heldAtMost) this.flush()
  }

  flush(): void {
    const { length } = this.#held
    const [first] = this.#held
    if (!first) return
    const bytes = length === 1 ? first : Buffer.concat(this.#held, this.#heldLength)
    this.#held = []
    this.#heldLength = 0
    this.#write(bytes, length)
  }

  /** Nothing waits any more. */
  emptied(): void {
    this.backlog = 0
    this.budget.add(-this.#cost)
    this.#cost = 0
  }

  #write(bytes: Buffer, packets: number): void {
    this.transport.write(bytes)
    const { waiting } = this.transport
    if (waiting === 0) {
      if (this.#cost > 0) this.emptied()
      return
    }
    this.backlog += packets
    const cost = waiting + this.backlog * packetCost
    this.budget.add(cost - this.#cost)
    this.#cost = cost
    if (this.full) this.onFull()
  }
}
