import type { Transport } from './arrival.js'
import type { BrokerLimits } from './options.js'
import type { Budget } from './session/budget.js'

/** Bytes that keeping a small packet costs beside its own. */
const packetCost = 256

/** Bytes of answers that are written before their chunk is done. */
const answersAtOnce = 16_384

/** What goes out on one connection, and what of it waits for the client to read, as it counts in the broker's budget. */
export class Outflow {
  /** Packets that wait. */
  backlog = 0
  #cost = 0
  /** Answers to one chunk go out together: a write of its own for each would keep everybody else waiting. */
  #answers: Buffer[] | undefined
  #answersLength = 0

  /** @param onFull is called when more waits than may */
  constructor(
    private readonly transport: Transport,
    private readonly budget: Budget,
    private readonly limits: BrokerLimits,
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

  /** From now on answers wait for each other, until `release`. */
  gather(): void {
    this.#answers = []
  }

  release(): void {
    this.flush()
    this.#answers = undefined
  }

  send(bytes: Buffer): void {
    if (this.#answers === undefined) {
      this.#write(bytes, 1)
      return
    }
    this.#answers.push(bytes)
    this.#answersLength += bytes.length
    if (this.#answersLength >= answersAtOnce) this.flush()
  }

  flush(): void {
    const { length } = this.#answers ?? []
    const [first] = this.#answers ?? []
    if (!this.#answers || !first) return
    const bytes = length === 1 ? first : Buffer.concat(this.#answers, this.#answersLength)
    this.#answers = []
    this.#answersLength = 0
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
