import { Roster, type Seated } from '../kernel/roster.js'
import type { Qos } from '../mqtt-wire/packet-types.js'
import { mayTouch } from './access/access.js'
import { type Clock, secondsOf } from './clock.js'
import { Gathering } from './gathering.js'
import { type Log, silent } from './log.js'
import { type BrokerLimits, defaultLimits } from './options.js'
import { Budget } from './session/budget.js'
import { Incoming } from './session/incoming.js'
import type { Message } from './session/message.js'
import { Outgoing } from './session/outgoing.js'
import { idsOf, Overlap } from './session/overlap.js'
import { NEVER, Session, type SessionConnection, type Will } from './session/session.js'
import type { SplitFilter } from './topics/filters.js'
import { RetainedTree } from './topics/retained-tree.js'
import { type Subscription, SubscriptionTree } from './topics/subscription-tree.js'
import { Turns } from './turns.js'

/** What the broker core needs from outside: clock, randomness, log. */
export interface BrokerSetup {
  readonly clock: Clock
  /** So many random bytes, for client ids we make up. */
  readonly random: (length: number) => Uint8Array
  readonly log?: Log
  readonly limits?: Partial<BrokerLimits>
  /** Calls back when input and output had their chance; default: as a microtask. */
  readonly later?: (run: () => void) => void
  /** Calls back when all received data was handed over, and packets are sent then; default: at once after each chunk. */
  readonly afterInput?: (run: () => void) => void
}

/** What the broker has to do with a connection. */
export interface OpenConnection extends SessionConnection, Seated {
  readonly session: Session | undefined
  readonly farewell: 'none' | 'clean' | 'with-will'
  checkTime(now: number): void
  checkDrained(): void
  reauthorise(): void
  shutDown(): void
}

/**
 * The MQTT server without its sockets: connections are opened on it, packets go in and come out, `tick` is called once
 * in a while (every half second is fine) for what is due.
 */
export class Broker {
  readonly clock: Clock
  readonly random: (length: number) => Uint8Array
  readonly log: Log
  readonly limits: BrokerLimits
  readonly subscriptions = new SubscriptionTree()
  readonly retained = new RetainedTree()
  /** What waits for all clients together. */
  readonly budget: Budget
  readonly turns: Turns
  readonly gathering: Gathering
  /** Connections that nothing is read from, because they do not read. */
  readonly paused = new Set<OpenConnection>()
  readonly #sessions = new Map<string, Session>()
  readonly #connections = new Roster<OpenConnection>()
  readonly #sent = { messages: 0 }

  constructor(setup: BrokerSetup) {
    this.clock = setup.clock
    this.random = setup.random
    this.log = setup.log ?? silent
    this.limits = { ...defaultLimits, ...setup.limits }
    this.budget = new Budget(this.limits.maxTotalBytes)
    this.gathering = new Gathering(setup.afterInput)
    this.turns = new Turns(setup.later ?? queueMicrotask)
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  get delivered(): number {
    return this.#sent.messages
  }

  readonly #now = () => this.seconds()

  seconds(): number {
    return secondsOf(this.clock)
  }

  /** From now on the connection is looked after; `openConnection` makes it. */
  admit(connection: OpenConnection): void {
    this.#connections.add(connection)
  }

  /** Session expiry, delayed wills, keepalives; what is due at `clock.now()`. */
  tick(): void {
    const now = this.clock.now()
    for (const connection of this.#connections.list()) connection.checkTime(now)
    for (const session of [...this.#sessions.values()]) {
      if (session.endsAt !== undefined && now >= session.endsAt) {
        this.log.write('notice', `Expiring client ${session.id} due to timeout.`)
        this.#end(session)
      } else if (session.willAt !== undefined && now >= session.willAt) {
        this.#sendWill(session)
        if (session.expiry === 0) this.#forget(session)
      }
    }
  }

  /** To be called often while somebody is paused. */
  checkDrained(): void {
    for (const connection of [...this.paused]) connection.checkDrained()
  }

  /** After the access of listeners changed. */
  reauthorise(): void {
    for (const connection of this.#connections.list()) connection.reauthorise()
  }

  /** Ends all connections. */
  shutDown(): void {
    for (const connection of this.#connections.list()) connection.shutDown()
  }

  /** A message to everyone who subscribed, and into the retained ones. False: nobody did. */
  route(message: Message): boolean {
    const { topic, qos, retain, source } = message
    const overlap = this.limits.manner === 'standard' ? new Overlap() : undefined
    const matched = this.subscriptions.match(topic, (one) => {
      if (one.noLocal && one.session.id === source) return
      if (!this.mayRead(one.session, message)) return
      const kept = retain && one.retainAsPublished
      const shared = one.filter.startsWith('$share/')
      if (overlap && one.session.protocol === 5 && !shared) {
        overlap.add(one.session, this.#qosFor(one, qos), kept, one.id)
      } else this.deliver(one.session, message, this.#qosFor(one, qos), kept, idsOf(one))
    })
    overlap?.each((session, one) => this.deliver(session, message, one.qos, one.retain, one.ids))
    if (retain) this.retained.store(topic, message)
    return matched
  }

  #qosFor(one: Subscription, qos: Qos): Qos {
    if (this.limits.upgradeOutgoingQos) return one.qos
    return qos < one.qos ? qos : one.qos
  }

  mayRead(session: Session, message: Message): boolean {
    return session.listener === undefined || mayTouch(session.listener.access, session, message.topic, 'read')
  }

  deliver(session: Session, message: Message, qos: Qos, retain: boolean, ids: readonly number[]): void {
    if (session.protocol !== 5 && !this.limits.allowDuplicates && !retain) {
      message.deliveredTo ??= new Set()
      if (message.deliveredTo.has(session.id)) return
      message.deliveredTo.add(session.id)
    }
    this.#sent.messages += 1
    const delivery = { message, id: 0, qos, retain, subscriptionIds: ids, stage: 'publish', dup: false } as const
    const outcome = session.outgoing.insert({ ...delivery })
    if (outcome === 'dropped' && (qos > 0 || session.connection) && !session.dropping) {
      session.dropping = true
      this.log.write('notice', `Outgoing messages are being dropped for client ${session.id}.`)
    }
  }

  /** Retained messages for a new subscription, without those that expired or whose sender lost the right to send them. */
  *retainedFor(session: Session, split: SplitFilter): Generator<Message | undefined, void> {
    for (const message of this.retained.match(split.levels)) {
      if (message?.expiresAt !== undefined && this.seconds() >= message.expiresAt) {
        this.retained.remove(message.topic)
        yield undefined
      } else yield message && this.mayRead(session, message) && this.#sourceMayWrite(message) ? message : undefined
    }
  }

  #sourceMayWrite(message: Message): boolean {
    if (!this.limits.checkRetainSource || !message.sourceListener) return true
    const who = { id: message.source, username: message.sourceUser }
    return mayTouch(message.sourceListener.access, who, message.topic, 'write')
  }

  /** A message of the broker itself; `$SYS`. */
  announce(topic: string, text: string): void {
    this.route({
      topic,
      topicBytes: Buffer.from(topic),
      payload: Buffer.from(text),
      qos: 2,
      retain: true,
      properties: undefined,
      expiresAt: undefined,
      source: '',
      sourceUser: undefined,
      sourceListener: undefined,
    })
  }

  newSession(id: string): Session {
    const { limits } = this
    const session = new Session(
      id,
      new Incoming(limits.maxInflight),
      new Outgoing(limits.maxInflight, limits, this.#now, this.budget),
    )
    this.#sessions.set(id, session)
    return session
  }

  /**
   * Ends what another connection did under this client id [MQTT-3.1.4-3]. The session, if there is one to go on with
   * [MQTT-3.1.2-4, MQTT-3.1.2-5].
   */
  takeOver(id: string, cleanStart: boolean): Session | undefined {
    const session = this.#sessions.get(id)
    if (!session) return undefined
    const goesOn = !cleanStart && session.expiry !== 0 && !this.#isOver(session)
    const will = session.will
    const ends = cleanStart || (session.protocol === 5 ? session.expiry === 0 : session.cleanStart)
    if (ends && will && will.delay === 0) this.#sendWill(session)
    session.will = undefined
    session.willAt = undefined
    const { connection } = session
    session.connection = undefined
    session.outgoing.detach()
    if (!goesOn) this.#forget(session)
    connection?.takenOver()
    return goesOn ? session : undefined
  }

  #isOver(session: Session): boolean {
    return session.endsAt !== undefined && this.clock.now() >= session.endsAt
  }

  /** A connection is over; its session may go on. */
  ended(connection: OpenConnection): void {
    this.#connections.delete(connection)
    const { session } = connection
    if (!session || session.connection !== connection) return
    session.connection = undefined
    session.outgoing.detach()
    if (connection.farewell === 'clean') session.will = undefined
    const now = this.clock.now()
    const delay = session.will?.delay ?? 0
    const waits = delay > 0 && (session.expiry > 0 || this.limits.manner !== 'standard')
    if (waits) session.willAt = now + delay * 1000
    else this.#sendWill(session)
    if (session.expiry === 0) {
      this.#unsubscribeAll(session)
      // As Mosquitto does, a delayed will may be waited for even when the session ends with the connection.
      if (!waits) this.#forget(session)
      return
    }
    const seconds = Math.min(session.expiry, this.limits.sessionExpiryCap ?? NEVER)
    session.endsAt = seconds === NEVER ? undefined : now + seconds * 1000
  }

  /** The session is over: its will, if it still waits, goes out now [MQTT-3.1.3-9]. */
  #end(session: Session): void {
    this.#sendWill(session)
    this.#forget(session)
  }

  #unsubscribeAll(session: Session): void {
    if (!session.subscriptions) return
    for (const split of session.subscriptions.values()) this.subscriptions.remove(session, split)
    session.subscriptions = undefined
  }

  #forget(session: Session): void {
    this.#unsubscribeAll(session)
    session.outgoing.release()
    if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id)
  }

  #sendWill(session: Session): void {
    const { will, listener } = session
    session.will = undefined
    session.willAt = undefined
    if (!will) return
    if (listener && !mayTouch(listener.access, session, will.topic, 'write')) return
    this.route(this.#willMessage(session, will))
  }

  #willMessage(session: Session, will: Will): Message {
    return {
      topic: will.topic,
      topicBytes: Buffer.from(will.topic),
      payload: will.payload,
      qos: will.qos,
      retain: will.retain && this.limits.retainAvailable,
      properties: will.properties,
      expiresAt: will.expiry ? this.seconds() + will.expiry : undefined,
      source: session.id,
      sourceUser: session.username,
      sourceListener: session.listener,
    }
  }
}
