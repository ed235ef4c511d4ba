import type { Arrival, Verdict } from '../../src/mqtt-server/arrival.js'
import { Broker } from '../../src/mqtt-server/broker.js'
import type { Connection } from '../../src/mqtt-server/connection.js'
import type { Log } from '../../src/mqtt-server/log.js'
import { openConnection } from '../../src/mqtt-server/open.js'
import { type BrokerLimits, type ListenerOptions, openListener } from '../../src/mqtt-server/options.js'

const listener = openListener({ host: '127.0.0.1', port: 1883 })

/** A broker whose time stands still until it is told to move on. */
export class World {
  now = 1_000_000_000_000
  readonly lines: string[] = []
  readonly broker: Broker
  readonly #later: (() => void)[] = []

  readonly #afterInput: (() => void)[] = []

  /** @param gathers packets go out when `inputDone` is called, else after each chunk */
  constructor(limits: Partial<BrokerLimits> = {}, { gathers = false } = {}) {
    const log: Log = { wants: () => true, write: (_type, text) => this.lines.push(text) }
    this.broker = new Broker({
      clock: { now: () => this.now },
      random: (length) => new Uint8Array(length).fill(0xab),
      log,
      limits,
      later: (run) => this.#later.push(run),
      ...(gathers && { afterInput: (run: () => void) => this.#afterInput.push(run) }),
    })
  }

  /** Everything that was put off. */
  settle(): void {
    for (let run = this.#later.shift(); run; run = this.#later.shift()) run()
  }

  /** All chunks that are there have been handed over; how often the broker had asked to hear of it. */
  inputDone(): number {
    const asked = this.#afterInput.splice(0)
    for (const run of asked) run()
    return asked.length
  }

  peer(options: Partial<ListenerOptions> = {}, arrival: Partial<Arrival> = {}): Peer {
    return new Peer(this, { ...listener, ...options }, arrival)
  }

  /** A client that has connected; what CONNACK said is dropped. */
  client(connect: string, options: Partial<ListenerOptions> = {}): Peer {
    const peer = this.peer(options)
    peer.send(connect)
    peer.took()
    return peer
  }

  /** Lets seconds pass. */
  pass(seconds: number): void {
    this.now += seconds * 1000
    this.broker.tick()
  }
}

/** The far end of one connection: hexadecimal in, hexadecimal out. */
export class Peer {
  readonly verdicts: Verdict[] = []
  closed = false
  /** Bytes the operating system has not taken; what is written adds to them once `reads` is off. */
  unread = 0
  reads = true
  paused = false
  readonly #world: World
  #out: Buffer[] = []
  readonly connection: Connection

  constructor(world: World, options: ListenerOptions, arrival: Partial<Arrival>) {
    this.#world = world
    const peer = this
    const client = { address: '192.0.2.5', port: 4242 }
    this.connection = openConnection(
      world.broker,
      options,
      { peer: client, client, header: undefined, tls: undefined, identity: undefined, ...arrival },
      {
        write: (bytes) => {
          this.#out.push(bytes)
          if (!this.reads) this.unread += bytes.length
        },
        end: () => {
          this.closed = true
        },
        get waiting() {
          return peer.unread
        },
        pause: () => {
          this.paused = true
        },
        resume: () => {
          this.paused = false
        },
        verdict: (verdict) => this.verdicts.push(verdict),
      },
    )
  }

  send(...packets: readonly string[]): void {
    for (const packet of packets) this.connection.receive(Buffer.from(packet.replaceAll(' ', ''), 'hex'))
    this.#world.settle()
  }

  /** The client reads all that waits. */
  read(): void {
    this.reads = true
    this.unread = 0
    this.connection.drained()
    this.#world.settle()
  }

  /** In how many writes came what waits to be taken. */
  get writes(): number {
    return this.#out.length
  }

  /** What came since the last call. */
  took(): string {
    const hex = Buffer.concat(this.#out).toString('hex')
    this.#out = []
    return hex
  }

  drop(): void {
    this.connection.lost()
  }
}

/** Packets, written by hand from the specification so that they owe nothing to the code under test. */
export const hex = {
  text: (value: string) => {
    const bytes = Buffer.from(value)
    return bytes.length.toString(16).padStart(4, '0') + bytes.toString('hex')
  },
  packet: (first: string, body: string) => {
    const bytes = body.replaceAll(' ', '')
    return first + length(bytes.length / 2) + bytes
  },
  connect: (
    id: string,
    options: { level?: 3 | 4 | 5; flags?: string; properties?: string; keepalive?: string; tail?: string } = {},
  ) => {
    const { level = 4, flags = '02', properties = '', keepalive = '003c', tail = '' } = options
    const name = hex.text(level === 3 ? 'MQIsdp' : 'MQTT')
    const props = level === 5 ? length(properties.replaceAll(' ', '').length / 2) + properties : ''
    return hex.packet('10', `${name}0${level}${flags}${keepalive}${props}${hex.text(id)}${tail}`)
  },
  subscribe: (id: string, filter: string, options: string, properties?: string) =>
    hex.packet('82', `${id}${properties ?? ''}${hex.text(filter)}${options}`),
  publish: (first: string, topic: string, body: string) => hex.packet(first, hex.text(topic) + body),
}

function length(value: number): string {
  let left = value
  let out = ''
  do {
    const byte = left % 128
    left = Math.floor(left / 128)
    out += (left > 0 ? byte + 128 : byte).toString(16).padStart(2, '0')
  } while (left > 0)
  return out
}
