import type { Tally } from '../../bench/tally.js'
import { messageOf } from '../../kernel/errors.js'
import { Roster } from '../../kernel/roster.js'
import { dial } from '../net/dial.js'
import type { DialOptions } from '../types.js'
import type { LoadPackets } from './packets.js'
import { isPlain, QuickConnection } from './quick-connect.js'
import { LoadSession } from './session.js'
import type { WayIn } from './way-in.js'

export interface ConnectLoadOptions {
  readonly way: WayIn
  readonly packets: LoadPackets
  readonly tally: Tally
  /** On `performance.now()`. */
  readonly begin: number
  /** Connections that may be under way; one that is due beyond them fails. */
  readonly mostOpen: number
}

/** How long the other side may take to close after a DISCONNECT before it is reset. */
const closeMs = 1000

/** How often connections are asked whether they have taken too long. */
const checkMs = 50

/** Connections, each with its CONNECT, that end as soon as they are accepted. */
export class ConnectLoad {
  readonly #quick = new Roster<QuickConnection>()
  readonly #dialled = new Set<LoadSession>()
  #clock: NodeJS.Timeout | undefined
  #under = 0

  constructor(private readonly options: ConnectLoadOptions) {}

  /** How many have neither been accepted nor failed. */
  get underWay(): number {
    return this.#under
  }

  /** One connection, due at `due`; resolves when it was accepted or has failed. */
  one(n: number, due: number): Promise<void> {
    const { way, packets, tally, begin, mostOpen } = this.options
    const sent = performance.now() - begin
    tally.start(due, sent)
    if (this.#under >= mostOpen) {
      tally.fail(`${mostOpen} connections are under way already`, sent)
      return Promise.resolve()
    }
    this.#under += 1
    const options = { ...way(n), first: packets.connect(String(n)) }
    return new Promise((resolve) => {
      const settle = (refusal: string | undefined) => {
        this.#under -= 1
        const now = performance.now() - begin
        if (refusal === undefined) tally.finish(due, sent, now)
        else tally.fail(refusal, now)
        resolve()
      }
      if (isPlain(options)) this.#connect(options, settle)
      else void this.#dial(options).then(settle)
    })
  }

  #connect(options: DialOptions, settle: (refusal: string | undefined) => void): void {
    this.#quick.add(new QuickConnection(options, settle, this.#closed))
    this.#clock ??= setInterval(() => this.#checkTime(), checkMs).unref()
  }

  readonly #closed = (connection: QuickConnection) => this.#quick.delete(connection)

  /** One clock for all: a timer for each would cost a twentieth of a connection. */
  #checkTime(): void {
    const now = performance.now()
    for (const connection of this.#quick.list()) connection.checkTime(now)
    if (this.#quick.size > 0) return
    clearInterval(this.#clock)
    this.#clock = undefined
  }

  async #dial(options: DialOptions): Promise<string | undefined> {
    const { timeoutMs } = options
    try {
      const { stream } = await dial({ ...options, tlsFacts: false })
      const session = new LoadSession(stream, this.options.packets.protocol)
      this.#dialled.add(session)
      stream.once('close', () => this.#dialled.delete(session))
      const refusal = await session.connected(timeoutMs)
      if (refusal !== undefined) session.drop()
      else this.#part(session)
      return refusal
    } catch (error) {
      return messageOf(error)
    }
  }

  #part(session: LoadSession): void {
    session.end()
    const timer = setTimeout(() => session.drop(), closeMs)
    session.stream.once('close', () => clearTimeout(timer))
  }

  /** Ends what is still open. */
  drop(): void {
    for (const connection of this.#quick.list()) connection.drop()
    for (const session of this.#dialled) session.drop()
  }
}
