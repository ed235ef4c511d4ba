import type { Duplex } from 'node:stream'
import { messageOf } from '../../kernel/errors.js'
import { Framer } from '../../mqtt-wire/framer.js'
import { PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET } from '../../mqtt-wire/packet-types.js'
import { acknowledgement, disconnect, publish } from '../../mqtt-wire/packet-writer.js'
import { dial } from '../net/dial.js'
import type { Dialled, DialOptions } from '../types.js'
import { demandSound, outOfPlace } from './sound-packet.js'

/** What a load client tells its owner. `performance.now()` is the clock. */
export interface LoadEvents {
  /** A session is established, with its subscription. */
  up(client: LoadClient): void
  /** A session that stood has ended, and nobody here ended it. */
  cut(client: LoadClient, why: string): void
  /** An attempt came to nothing. */
  refused(client: LoadClient, why: string): void
  arrived(client: LoadClient, payload: string): void
  acknowledged(client: LoadClient, payload: string): void
}

export interface LoadClientOptions {
  readonly id: string
  /** The way in; asked again for each connection, since a header may claim a source of its own. */
  readonly way: () => Omit<DialOptions, 'first'>
  /** Bytes of CONNECT (MQTT 3.1.1, clean session off) and of SUBSCRIBE to `topic`, packet identifier 1. */
  readonly connect: Buffer
  readonly subscribe: Buffer
  readonly topic: string
  /** Milliseconds before attempt `tries` (from 1). */
  readonly wait: (tries: number) => number
  readonly events: LoadEvents
}

/** Bytes of the answers we read: no expected packet is longer. */
const mostBytes = 64 * 1024
const subscribeId = 1

/**
 * One of thousands of clients: it holds a session, comes back when that is cut, sends its messages (QoS 1) to itself and
 * says what became of them. It keeps what is not acknowledged and sends it again, as client libraries do.
 */
export class LoadClient {
  #dialled: Dialled | undefined
  /** The CONNACK is there. */
  #accepted = false
  #up = false
  #ended = false
  #tries = 0
  #timer: NodeJS.Timeout | undefined
  #nextId = subscribeId
  /** Payload by packet identifier; in the order in which they were sent. */
  readonly #open = new Map<number, string>()
  #unanswered = false
  #local = ''

  constructor(readonly options: LoadClientOptions) {}

  get id(): string {
    return this.options.id
  }

  get isUp(): boolean {
    return this.#up
  }

  /** Our end of the newest connection: `127.0.0.2:48014`. */
  get local(): string {
    return this.#local
  }

  /** Connects; resolves when the session is established or this attempt has failed. */
  async connect(): Promise<void> {
    if (this.#ended) return
    let dialled: Dialled
    try {
      dialled = await dial({ ...this.options.way(), first: this.options.connect, tlsFacts: false })
    } catch (error) {
      this.#refused(messageOf(error))
      return
    }
    if (this.#ended) {
      dialled.close()
      return
    }
    this.#dialled = dialled
    this.#accepted = false
    this.#local = dialled.local
    await this.#session(dialled)
  }

  /** Sends it now, or when the session is back. */
  publish(payload: string): void {
    const id = this.#freeId()
    this.#open.set(id, payload)
    if (this.#up) this.#write(this.#publishPacket(id, payload, false))
  }

  /** Keeps the session alive; one that did not answer the last PINGREQ is given up, as libraries do. */
  ping(): void {
    if (!this.#up) return
    if (this.#unanswered) {
      this.#dialled?.stream.destroy()
      return
    }
    this.#unanswered = true
    this.#write(Buffer.from([PACKET.pingreq, 0]))
  }

  /** Ends the session with a DISCONNECT and comes back no more. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    const { stream } = this.#dialled ?? {}
    if (this.#up) stream?.end(disconnect(0))
    else this.#dialled?.close()
  }

  /** Ends it at once; for what `end` left. */
  drop(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#dialled?.close()
  }

  /** Resolves when the session is established, or has ended before. */
  #session(dialled: Dialled): Promise<void> {
    const { stream } = dialled
    return new Promise((resolve) => {
      const { timeoutMs } = this.options.way()
      let why = 'the connection was closed'
      const giveUp = (reason: string) => {
        why = reason
        stream.destroy()
      }
      const late = setTimeout(
        () => giveUp(`no ${this.#accepted ? 'SUBACK' : 'CONNACK'} within ${timeoutMs} ms`),
        timeoutMs,
      )
      const framer = new Framer({
        begin: () => {},
        announce: (_header, length) => {
          if (length > mostBytes) throw new Error(`a packet of ${length} bytes`)
        },
        packet: (header, body) => {
          const refusal = this.#packet(header, body, stream)
          if (refusal !== undefined) giveUp(refusal)
          if (this.#up) {
            clearTimeout(late)
            resolve()
          }
        },
        open: true,
      })
      stream.on('data', (chunk: Buffer) => {
        this.#unanswered = false
        try {
          framer.push(chunk)
        } catch (error) {
          giveUp(messageOf(error))
        }
      })
      stream.on('error', (error) => {
        why = messageOf(error)
      })
      // A WebSocket stream ends without closing when the other side does.
      stream.on('end', () => stream.destroy())
      let over = false
      const gone = () => {
        if (over) return
        over = true
        clearTimeout(late)
        dialled.close()
        if (this.#dialled === dialled) this.#gone(why)
        resolve()
      }
      stream.once('close', gone)
      if (stream.destroyed) gone()
    })
  }

  /** @returns why the session cannot go on @throws PacketFault for what breaks the protocol */
  #packet(header: number, body: Buffer, stream: Duplex): string | undefined {
    demandSound(4, header, body)
    const type = header & 0xf0
    if ((type === PACKET.connack) === this.#accepted) {
      throw outOfPlace(header, this.#accepted ? 'a second one' : 'it came before the CONNACK [MQTT-3.2.0-1]')
    }
    const reader = new PacketReader(body)
    switch (type) {
      case PACKET.connack: {
        reader.u8()
        const code = reader.u8()
        if (code !== 0) return `CONNACK ${code}`
        this.#accepted = true
        stream.write(this.options.subscribe)
        return undefined
      }
      case PACKET.suback: {
        if (this.#up || reader.u16() !== subscribeId || reader.left !== 1) {
          throw outOfPlace(header, 'it is no answer to what was sent')
        }
        const granted = reader.u8()
        if (granted > 2) return `SUBACK ${granted}`
        this.#stands()
        return undefined
      }
      case PACKET.publish: {
        reader.string()
        const id = (header & 0x06) === 0 ? undefined : reader.u16()
        if (id !== undefined) this.#write(acknowledgement(4, PACKET.puback, id))
        this.options.events.arrived(this, body.toString('latin1', reader.at))
        return undefined
      }
      case PACKET.puback: {
        const id = reader.u16()
        const payload = this.#open.get(id)
        if (payload === undefined) throw outOfPlace(header, `packet identifier ${id} is of nothing that was sent`)
        this.#open.delete(id)
        this.options.events.acknowledged(this, payload)
        return undefined
      }
      default:
        return undefined
    }
  }

  #stands(): void {
    if (this.#up) return
    this.#up = true
    this.#tries = 0
    this.#unanswered = false
    this.options.events.up(this)
    for (const [id, payload] of this.#open) this.#write(this.#publishPacket(id, payload, true))
  }

  #gone(why: string): void {
    const stood = this.#up
    this.#up = false
    this.#dialled = undefined
    if (this.#ended) return
    if (stood) this.options.events.cut(this, why)
    else this.options.events.refused(this, why)
    this.#again()
  }

  #refused(why: string): void {
    if (this.#ended) return
    this.options.events.refused(this, why)
    this.#again()
  }

  #again(): void {
    this.#tries += 1
    this.#timer = setTimeout(() => void this.connect(), this.options.wait(this.#tries))
  }

  #write(bytes: Buffer): void {
    this.#dialled?.stream.write(bytes)
  }

  #publishPacket(id: number, payload: string, dup: boolean): Buffer {
    return publish({
      protocol: 4,
      dup,
      qos: 1,
      retain: false,
      id,
      topic: Buffer.from(this.options.topic),
      payload: Buffer.from(payload, 'latin1'),
      properties: undefined,
      expiry: undefined,
      alias: undefined,
      subscriptionIds: [],
    })
  }

  #freeId(): number {
    do this.#nextId = this.#nextId >= 65_535 ? subscribeId + 1 : this.#nextId + 1
    while (this.#open.has(this.#nextId))
    return this.#nextId
  }
}
