import type { SessionMoment } from '../../drill/curve.js'
import { Ledger } from '../../drill/ledger.js'
import { own } from '../process/lifetime.js'
import type { DialOptions } from '../types.js'
import { LoadClient, type LoadEvents } from './load-client.js'

export interface PopulationOptions {
  /** Number of clients. */
  readonly count: number
  /** `drill-0`, `drill-1`, ... */
  readonly prefix: string
  readonly way: () => Omit<DialOptions, 'first'>
  readonly username?: string
  readonly password?: string
  /** Seconds. */
  readonly keepalive: number
  /** Messages a second, QoS 1, all clients together; each goes from a client to itself. 0: none. */
  readonly rate: number
  /** Milliseconds before attempt `tries` (from 1). */
  readonly wait: (tries: number) => number
}

/** How many clients connect at the same time at the start. */
const atOnce = 50

/** Many clients that hold sessions, come back, and send messages to themselves. */
export class Population {
  readonly clients: readonly LoadClient[]
  readonly ledger = new Ledger()
  readonly #moments: { readonly at: number; readonly client: number; readonly kind: SessionMoment['kind'] }[] = []
  /** Why sessions were cut and attempts refused, and how often. */
  readonly reasons = new Map<string, number>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #forget: () => Promise<void>
  #settled = false

  private constructor(
    readonly options: PopulationOptions,
    packets: readonly { readonly connect: Buffer; readonly subscribe: Buffer }[],
  ) {
    const index = new Map<LoadClient, number>()
    const note = (client: LoadClient, kind: SessionMoment['kind']) => {
      if (this.#settled) this.#moments.push({ at: performance.now(), client: index.get(client) ?? -1, kind })
    }
    const events: LoadEvents = {
      up: (client) => note(client, 'back'),
      cut: (client, why) => {
        note(client, 'cut')
        this.#because(why)
      },
      refused: (_client, why) => this.#because(why),
      arrived: (_client, payload) => this.ledger.arrived(Number(payload), performance.now()),
      acknowledged: (_client, payload) => this.ledger.acknowledged(Number(payload)),
    }
    this.clients = packets.map((bytes, n) => {
      const id = `${options.prefix}-${n}`
      const client = new LoadClient({ ...bytes, id, way: options.way, topic: topicOf(id), wait: options.wait, events })
      index.set(client, n)
      return client
    })
    this.#forget = own(
      `${options.count} clients`,
      () => this.#end(),
      () => this.#drop(),
    )
  }

  static async of(options: PopulationOptions): Promise<Population> {
    const { default: packet } = await import('mqtt-packet')
    const { prefix, keepalive, username, password } = options
    const packets = Array.from({ length: options.count }, (_, n) => {
      const clientId = `${prefix}-${n}`
      const connect = packet.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: false,
        clientId,
        keepalive,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password: Buffer.from(password) }),
      })
      const subscriptions = [{ topic: topicOf(clientId), qos: 1 as const }]
      return { connect, subscribe: packet.generate({ cmd: 'subscribe', messageId: 1, subscriptions }) }
    })
    return new Population(options, packets)
  }

  get up(): number {
    return this.clients.filter((one) => one.isUp).length
  }

  /** Connects everybody; after all have tried, it notes what happens to sessions. `told` gets the number of sessions. */
  async comeIn(told: (up: number) => void, withinMs: number): Promise<number> {
    const queue = [...this.clients]
    const deadline = performance.now() + withinMs
    let up = 0
    const run = async () => {
      for (let next = queue.shift(); next !== undefined && performance.now() < deadline; next = queue.shift()) {
        await next.connect()
        if (next.isUp) told(++up)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, run))
    this.#settled = true
    this.#every((this.options.keepalive * 1000) / 2, () => {
      for (const client of this.clients) client.ping()
    })
    return this.up
  }

  /** Begins to send: evenly, one client after the other. */
  talk(): void {
    const { rate } = this.options
    if (rate <= 0) return
    const begin = performance.now()
    let sent = 0
    // Timers are late on a busy machine: what is due is sent then.
    this.#every(Math.max(5, 1000 / rate), () => {
      const due = Math.floor(((performance.now() - begin) * rate) / 1000)
      for (; sent < due; sent++) {
        const client = this.clients[sent % this.clients.length]
        client?.publish(String(this.ledger.published(performance.now())))
      }
    })
  }

  /** Ends sending; what is on its way still arrives. */
  quiet(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers.clear()
  }

  /** What became of sessions since everybody was in, counted from `zero` on `performance.now()`. */
  momentsFrom(zero: number): SessionMoment[] {
    return this.#moments.map(({ at, client, kind }) => ({ ms: at - zero, client, kind }))
  }

  /** Ends all sessions. Safe to call twice. */
  async end(): Promise<void> {
    await this.#forget()
  }

  async #end(): Promise<void> {
    this.quiet()
    for (const client of this.clients) client.end()
    // A DISCONNECT gets a moment to leave.
    await new Promise((resolve) => setTimeout(resolve, 50))
    this.#drop()
  }

  #drop(): void {
    this.quiet()
    for (const client of this.clients) client.drop()
  }

  #every(ms: number, work: () => void): void {
    this.#timers.add(setInterval(work, ms))
  }

  #because(why: string): void {
    this.reasons.set(why, (this.reasons.get(why) ?? 0) + 1)
  }
}

function topicOf(id: string): string {
  return `drill/${id}`
}
