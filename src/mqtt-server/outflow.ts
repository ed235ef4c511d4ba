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
  /** Most of the time it is a single packet: a list is made for the second one. */
  #first: Buffer | undefined
  #more: Buffer[] | undefined
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
    if (this.#first === undefined) {
      this.gathering.add(this)
      this.#first = bytes
    } else if (this.#more === undefined) this.#more = [this.#first, bytes]
    else this.#more.push(bytes)
    this.#heldLength += bytes.length
    if (this.#heldLength >= heldAtMost) this.flush()
  }

  flush(): void {
    const first = this.#first
    if (first === undefined) return
    const more = this.#more
    const length = this.#heldLength
    this.#first = undefined
    this.#more = undefined
    this.#heldLength = 0
    if (more === undefined) this.#write(first, 1)
    else this.#write(Buffer.concat(more, length), more.length)
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
