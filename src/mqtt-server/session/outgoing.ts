import type { Qos } from '../../mqtt-wire/packet-types.js'
import type { Budget } from './budget.js'
import type { Message } from './message.js'

const largestId = 0xffff

/** What most clients have of messages that wait; never changed. */
const none: Delivery[] = []

/** What a delivery waits for: to be sent, or for the acknowledgement of that name. */
type Stage = 'publish' | 'puback' | 'pubrec' | 'pubcomp' | 'pubrel'

/** A message on its way to one client. */
export interface Delivery {
  readonly message: Message
  /** Packet identifier, while it is in flight; 0 before that, and with QoS 0. */
  id: number
  readonly qos: Qos
  readonly retain: boolean
  readonly subscriptionIds: readonly number[]
  /** What comes next: to be sent, or which acknowledgement is awaited. */
  stage: Stage
  dup: boolean
}

/** How a delivery gets to the client; the connection implements it. */
export interface Sender {
  /** False when the packet is larger than the client takes; it then counts as delivered [MQTT-3.1.2-25]. */
  publish(delivery: Delivery, secondsLeft: number | undefined): boolean
  pubrel(id: number): void
  /** Packets written but not yet taken by the operating system. */
  readonly backlog: number
  /** More waits than the client may leave unread. */
  readonly full: boolean
}

/** Limits of what is kept for a client; 0 means no limit, as in Mosquitto. */
export interface QueueLimits {
  readonly maxInflightBytes: number
  readonly maxQueuedMessages: number
  readonly maxQueuedBytes: number
  readonly queueQos0: boolean
}

/** What became of a message for one client: written at once, queued behind others, or dropped at a limit. */
export type Insertion = 'sent' | 'queued' | 'dropped'

/**
 * Messages to one client: in flight (sent, not acknowledged; at most the client's receive maximum [MQTT-3.3.4-7]) and
 * queued behind them. Lives as long as the session; a connection attaches as the sender.
 */
export class Outgoing {
  /** Made with the first message: most clients get none with an acknowledgement. */
  #inflight: Map<number, Delivery> | undefined
  #queue = none
  /** Where the queue begins: taking from the front of a long array moves all of it. */
  #head = 0
  #inflightBytes = 0
  #queuedBytes = 0
  #quota: number
  #maximum: number
  #sender: Sender | undefined
  #lastId = 0

  constructor(
    maximum: number,
    readonly limits: QueueLimits,
    readonly now: () => number,
    readonly budget: Budget,
  ) {
    this.#maximum = maximum
    this.#quota = maximum
  }

  get inflight(): number {
    return this.#inflight?.size ?? 0
  }

  get queued(): number {
    return this.#queue.length - this.#head
  }

  insert(delivery: Delivery): Insertion {
    const sender = this.#sender
    if (delivery.qos === 0) return this.#insertQos0(delivery, sender)
    if (sender && this.#mayFly()) {
      this.#fly(delivery)
      this.#send(delivery, sender)
      return 'sent'
    }
    if (!this.#mayQueue()) return 'dropped'
    this.#enqueue(delivery)
    return 'queued'
  }

  #insertQos0(delivery: Delivery, sender: Sender | undefined): Insertion {
    const { maxQueuedMessages, queueQos0 } = this.limits
    if (sender) {
      if (sender.full || (maxQueuedMessages > 0 && sender.backlog >= maxQueuedMessages)) return 'dropped'
      this.#send(delivery, sender)
      return 'sent'
    }
    if (!queueQos0 || !this.#mayQueue()) return 'dropped'
    this.#enqueue(delivery)
    return 'queued'
  }

  /** A new connection: everything unacknowledged is sent again, in order [MQTT-4.4.0-1], then the queue as far as it may. */
  attach(sender: Sender, maximum: number): void {
    this.#sender = sender
    this.#maximum = maximum
    const now = this.now()
    for (const delivery of this.#flying()) {
      if (expired(delivery, now) && delivery.stage !== 'pubcomp' && delivery.stage !== 'pubrel') this.#land(delivery)
      else delivery.stage = delivery.stage === 'pubcomp' || delivery.stage === 'pubrel' ? 'pubrel' : 'publish'
    }
    this.#quota = maximum === 0 ? 0 : Math.max(0, maximum - this.inflight)
    for (const delivery of this.#flying()) this.#resend(delivery, sender)
    this.#advance()
  }

  detach(): void {
    this.#sender = undefined
  }

  /** The session is over: nothing of it waits any more. */
  release(): void {
    this.budget.add(-this.#queuedBytes - this.#inflightBytes)
    this.#queuedBytes = 0
    this.#inflightBytes = 0
    this.#queue = none
    this.#head = 0
    this.#inflight = undefined
  }

  /** The client has read: what waited for that goes on. */
  drained(): void {
    this.#advance()
  }

  /** Keeps only what `allowed` still lets through. */
  filter(allowed: (message: Message) => boolean): void {
    for (const delivery of this.#flying()) if (!allowed(delivery.message)) this.#land(delivery)
    if (this.queued === 0) return
    const kept = this.#queue.slice(this.#head).filter((delivery) => allowed(delivery.message))
    const bytes = kept.reduce((sum, one) => sum + one.message.payload.length, 0)
    this.budget.add(bytes - this.#queuedBytes)
    this.#queuedBytes = bytes
    this.#queue = kept
    this.#head = 0
  }

  find(id: number): Delivery | undefined {
    return this.#inflight?.get(id)
  }

  /** PUBACK, PUBCOMP or a refusing PUBREC: done, the next may go. */
  complete(delivery: Delivery): void {
    this.#land(delivery)
    this.#giveBack()
    this.#advance()
  }

  /** Every acknowledgement moves the queue on, also one for an unknown identifier. */
  #advance(): void {
    const sender = this.#sender
    if (!sender) return
    for (;;) {
      const next = this.#queue[this.#head]
      if (!next || sender.full || (next.qos > 0 && !this.#mayFly())) break
      this.#head += 1
      this.#queuedBytes -= next.message.payload.length
      this.budget.add(-next.message.payload.length)
      if (expired(next, this.now())) continue
      if (next.qos > 0) this.#fly(next)
      this.#send(next, sender)
    }
    if (this.#head === 0 || this.#head * 2 < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }

  #send(delivery: Delivery, sender: Sender): void {
    const { expiresAt } = delivery.message
    const left = expiresAt === undefined ? undefined : expiresAt - this.now()
    if (left !== undefined && left < 0) {
      this.#drop(delivery)
      return
    }
    if (!sender.publish(delivery, left)) {
      this.#drop(delivery)
      return
    }
    if (delivery.qos === 0) return
    delivery.dup = true
    delivery.stage = delivery.qos === 1 ? 'puback' : 'pubrec'
  }

  #resend(delivery: Delivery, sender: Sender): void {
    if (delivery.stage === 'pubrel') {
      sender.pubrel(delivery.id)
      delivery.stage = 'pubcomp'
      return
    }
    this.#send(delivery, sender)
  }

  #drop(delivery: Delivery): void {
    if (!this.#inflight?.has(delivery.id) || delivery.qos === 0) return
    this.#land(delivery)
    this.#giveBack()
  }

  #fly(delivery: Delivery): void {
    this.#inflight ??= new Map()
    delivery.id = this.#nextId(this.#inflight)
    this.#inflight.set(delivery.id, delivery)
    this.#inflightBytes += delivery.message.payload.length
    this.budget.add(delivery.message.payload.length)
    if (this.#quota > 0) this.#quota -= 1
  }

  #land(delivery: Delivery): void {
    if (!this.#inflight?.delete(delivery.id)) return
    this.#inflightBytes -= delivery.message.payload.length
    this.budget.add(-delivery.message.payload.length)
  }

  /** As they are now: while they are gone through, some may land. */
  #flying(): readonly Delivery[] {
    return this.#inflight === undefined || this.#inflight.size === 0 ? none : [...this.#inflight.values()]
  }

  #giveBack(): void {
    if (this.#quota < this.#maximum) this.#quota += 1
  }

  /** The next free packet identifier, from 1 [MQTT-2.2.1-3, MQTT-2.2.1-4]; there is one while a message may fly. */
  #nextId(taken: ReadonlyMap<number, Delivery>): number {
    do this.#lastId = this.#lastId === largestId ? 1 : this.#lastId + 1
    while (taken.has(this.#lastId))
    return this.#lastId
  }

  #mayFly(): boolean {
    const { maxInflightBytes } = this.limits
    if (this.#sender?.full) return false
    if (this.inflight >= largestId) return false
    if (this.#maximum > 0 && this.#quota === 0) return false
    return maxInflightBytes === 0 || this.#inflightBytes < maxInflightBytes
  }

  #mayQueue(): boolean {
    const { maxQueuedMessages, maxQueuedBytes, maxInflightBytes } = this.limits
    if (this.budget.spent) return false
    const messages = this.queued - (this.#sender ? this.#maximum : 0)
    const bytes = this.#queuedBytes - (this.#sender ? maxInflightBytes : 0)
    if (maxQueuedMessages > 0 && messages >= maxQueuedMessages) return false
    return maxQueuedBytes === 0 || bytes < maxQueuedBytes
  }

  #enqueue(delivery: Delivery): void {
    if (this.#queue === none) this.#queue = []
    this.#queue.push(delivery)
    this.#queuedBytes += delivery.message.payload.length
    this.budget.add(delivery.message.payload.length)
  }
}

function expired(delivery: Delivery, now: number): boolean {
  const { expiresAt } = delivery.message
  return expiresAt !== undefined && now > expiresAt
}
