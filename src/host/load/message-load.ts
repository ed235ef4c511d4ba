import type { Duplex } from 'node:stream'
import type { Tally } from '../../bench/tally.js'
import { fanOf, hasTopic, type Workload } from '../../bench/workload.js'
import { messageOf } from '../../kernel/errors.js'
import { publish } from '../../mqtt-wire/packet-writer.js'
import { dial } from '../net/dial.js'
import type { LoadPackets } from './packets.js'
import { LoadSession, type LoadSessionEvents } from './session.js'
import type { WayIn } from './way-in.js'

export interface MessageLoadOptions {
  readonly load: Workload
  readonly way: WayIn
  readonly packets: LoadPackets
  readonly tally: Tally
  /** Topics begin with it. */
  readonly prefix: string
  readonly signal: AbortSignal
}

interface Publisher {
  readonly session: LoadSession
  nextId: number
  /** Times of the messages that are not acknowledged, by packet identifier. */
  readonly open: Map<number, { readonly due: number; readonly sent: number }>
  /** Messages that wait until the broker takes one more: the receive maximum of MQTT 5. */
  readonly waiting: { readonly topic: Buffer; readonly due: number }[]
  gone: string | undefined
}

/** Bytes that a connection may hold back before messages for it fail. */
const mostHeld = 16 << 20
const mostIds = 65_535
/** With `--rate max`: unacknowledged messages of one publisher. */
const mostOpen = 1000
/** Sessions that connect at the same time. */
const atOnce = 50

/** Publishers and subscribers that hold sessions, and messages between them. Times are milliseconds from `begin`. */
export class MessageLoad {
  readonly #publishers: Publisher[] = []
  readonly #sessions: LoadSession[] = []
  readonly #topics: readonly Buffer[]
  readonly #corked = new Set<Duplex>()
  #begin = 0
  /** Messages that reached a subscriber, or without subscribers were acknowledged. */
  done = 0
  expected = 0

  constructor(private readonly options: MessageLoadOptions) {
    const { load, prefix } = options
    this.#topics = Array.from({ length: load.topics }, (_, topic) => Buffer.from(`${prefix}/${topic}`))
  }

  /** Connects all clients; subscribers first, so that no message is too early. @returns the number of sessions */
  async comeIn(): Promise<number> {
    const { load } = this.options
    const { subscribers, publishers } = load
    await this.#each(subscribers, (n) => this.#subscriber(n))
    await this.#each(publishers, (n) => this.#publisher(n))
    return this.#sessions.length
  }

  /** What is sent and arrives counts from now on. */
  beginAt(begin: number): void {
    this.#begin = begin
  }

  /** Publishes a message that was due at `due`; it leaves with `flush`. */
  send(n: number, due: number): void {
    const { load, tally } = this.options
    const now = performance.now() - this.#begin
    tally.start(due, now)
    const publisher = this.#publishers[n % this.#publishers.length]
    const topic = this.#topics[n % this.#topics.length]
    if (publisher === undefined || topic === undefined) throw new Error('no publisher')
    const { stream } = publisher.session
    const full = load.qos > 0 && publisher.open.size + publisher.waiting.length >= mostIds
    const why =
      publisher.gone ??
      (full ? 'all packet identifiers are in use' : undefined) ??
      (stream.writableLength > mostHeld ? 'the connection does not take more' : undefined)
    if (why !== undefined) {
      tally.fail(why, now)
      return
    }
    this.expected += this.fan
    if (load.qos > 0 && publisher.open.size >= publisher.session.receiveMaximum) {
      publisher.waiting.push({ topic, due })
      return
    }
    if (!this.#corked.has(stream)) {
      stream.cork()
      this.#corked.add(stream)
    }
    this.#write(publisher, topic, due, now)
  }

  #write(publisher: Publisher, topic: Buffer, due: number, now: number): void {
    const id = this.options.load.qos === 0 ? 0 : freeId(publisher)
    if (id > 0) publisher.open.set(id, { due, sent: now })
    publisher.session.stream.write(this.#packet(topic, id, due, now))
  }

  /** The broker takes one more. */
  #next(publisher: Publisher | undefined): void {
    const next = publisher?.waiting.shift()
    if (publisher !== undefined && next !== undefined)
      this.#write(publisher, next.topic, next.due, performance.now() - this.#begin)
  }

  /** What was sent since the last time leaves: messages of one connection in one write. */
  flush(): void {
    for (const stream of this.#corked) stream.uncork()
    this.#corked.clear()
  }

  /** The session that the n-th message goes through does not take more at the moment. */
  isFull(n: number): boolean {
    const publisher = this.#publishers[n % this.#publishers.length]
    if (publisher === undefined || publisher.session.stream.writableNeedDrain) return true
    return publisher.open.size >= Math.min(mostOpen, publisher.session.receiveMaximum)
  }

  /** How often each message should arrive. */
  get fan(): number {
    return Math.max(1, fanOf(this.options.load))
  }

  get canPublish(): boolean {
    return this.#publishers.length > 0
  }

  /** Messages that are on their way. */
  get underWay(): number {
    return this.expected - this.done
  }

  ping(): void {
    for (const { stream } of this.#sessions) if (!stream.destroyed) stream.write(pingreq)
  }

  end(): void {
    for (const session of this.#sessions) session.end()
  }

  drop(): void {
    for (const session of this.#sessions) session.drop()
  }

  async #each(count: number, one: (n: number) => Promise<void>): Promise<void> {
    let next = 0
    const run = async () => {
      while (next < count && !this.options.signal.aborted) await one(next++)
    }
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, run))
  }

  async #subscriber(n: number): Promise<void> {
    const { load, packets, tally, way } = this.options
    const mine = this.#topics.filter((_, topic) => hasTopic(load, n, topic)).map((topic) => topic.toString())
    const session = await this.#session(n, `s${n}`, {
      message: (body, at) => {
        const now = performance.now() - this.#begin
        const times = timesIn(body, at, load.payload, now)
        // Somebody else's, on a topic that is not ours alone.
        if (times === undefined) return
        this.done += 1
        tally.finish(times.due, times.sent, now)
      },
      cut: (why) => tally.fail(`a subscriber was cut: ${why}`, performance.now() - this.#begin),
    })
    if (session === undefined) return
    const refusal = await session.subscribe(packets.subscribe(mine, load.qos), mine.length, way(n).timeoutMs)
    if (refusal === undefined) return
    tally.fail(refusal, 0)
    session.drop()
  }

  async #publisher(n: number): Promise<void> {
    const { load, tally } = this.options
    const open = new Map<number, { due: number; sent: number }>()
    let publisher: Publisher | undefined
    const session = await this.#session(load.subscribers + n, `p${n}`, {
      acknowledged: (id) => {
        const times = open.get(id)
        if (!open.delete(id) || times === undefined) return false
        this.#next(publisher)
        if (load.subscribers > 0) return true
        this.done += 1
        tally.finish(times.due, times.sent, performance.now() - this.#begin)
        return true
      },
      refused: (id, why) => {
        if (!open.delete(id)) return
        this.expected -= this.fan
        tally.fail(why, performance.now() - this.#begin)
        this.#next(publisher)
      },
      cut: (why) => {
        if (publisher !== undefined) publisher.gone = `a publisher was cut: ${why}`
      },
    })
    if (session === undefined) return
    publisher = { session, nextId: 0, open, waiting: [], gone: undefined }
    this.#publishers.push(publisher)
  }

  async #session(n: number, name: string, events: LoadSessionEvents): Promise<LoadSession | undefined> {
    const { way, packets, tally } = this.options
    const from = performance.now()
    try {
      const { stream } = await dial({ ...way(n), first: packets.connect(name), tlsFacts: false })
      const { timeoutMs } = way(n)
      const session = new LoadSession(stream, packets.protocol, events)
      const refusal = await session.connected(timeoutMs)
      if (refusal !== undefined) {
        tally.fail(refusal, 0)
        session.drop()
        return undefined
      }
      tally.connected(performance.now() - from)
      this.#sessions.push(session)
      return session
    } catch (error) {
      tally.fail(messageOf(error), 0)
      return undefined
    }
  }

  #packet(topic: Buffer, id: number, due: number, sent: number): Buffer {
    const { qos, payload: length } = this.options.load
    const payload = Buffer.alloc(length)
    payload.writeDoubleLE(due, 0)
    payload.writeDoubleLE(sent, 8)
    return publish({
      protocol: this.options.packets.protocol,
      dup: false,
      qos,
      retain: false,
      id,
      topic,
      payload,
      properties: undefined,
      expiry: undefined,
      alias: undefined,
      subscriptionIds: [],
    })
  }
}

/** When our message was due and sent; `undefined`: these bytes are not from us. */
function timesIn(
  body: Buffer,
  at: number,
  length: number,
  now: number,
): { readonly due: number; readonly sent: number } | undefined {
  if (body.length - at !== length) return undefined
  const [due, sent] = [body.readDoubleLE(at), body.readDoubleLE(at + 8)]
  return due >= 0 && due <= now && sent >= 0 && sent <= now ? { due, sent } : undefined
}

const pingreq = Buffer.from([0xc0, 0])

/** There is one: `send` sees to it. */
function freeId(publisher: Publisher): number {
  do publisher.nextId = publisher.nextId >= mostIds ? 1 : publisher.nextId + 1
  while (publisher.open.has(publisher.nextId))
  return publisher.nextId
}
