import type { Duplex } from 'node:stream'
import { messageOf } from '../../kernel/errors.js'
import { Framer } from '../../mqtt-wire/framer.js'
import { PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET } from '../../mqtt-wire/packet-types.js'
import { acknowledgement, disconnect } from '../../mqtt-wire/packet-writer.js'
import { numberOf, PROPERTY, readProperties } from '../../mqtt-wire/properties.js'
import type { LoadProtocol } from './packets.js'
import { demandSound, outOfPlace } from './sound-packet.js'

export interface LoadSessionEvents {
  /** A message: `body` is valid during the call only, and its payload begins at `payload`. */
  message?(body: Buffer, payload: number): void
  /** A message that was sent here is acknowledged as its QoS demands. @returns whether one has this packet identifier */
  acknowledged?(id: number): boolean
  /** The broker does not take a message (MQTT 5): `PUBACK 151`. */
  refused?(id: number, why: string): void
  /** The session has ended, and nobody here ended it. */
  cut?(why: string): void
}

/** The most that one packet of a broker may hold. */
const mostBytes = 1 << 20
const largestId = 0xffff
/** Reason codes from here on are failures (MQTT 5, 2.4). */
const failure = 0x80

type Answered = (refusal: string | undefined) => void

/** Our SUBSCRIBE, of which a session sends one. */
const subscribeId = 1

/**
 * A session of a load generator: as little work a message as it takes. It acknowledges what arrives, goes on with QoS 2,
 * and keeps nothing. A server that breaks the protocol ends it.
 */
export class LoadSession {
  /** Messages above QoS 0 that may be unacknowledged (MQTT 5, 3.2.2.3.3). */
  receiveMaximum = largestId
  /** The one answer that is waited for. */
  #awaited: { readonly name: 'CONNACK' | 'SUBACK'; readonly settle: Answered; readonly filters: number } | undefined
  #accepted = false
  #ended = false
  #over = false
  #why = 'the connection was closed'

  constructor(
    readonly stream: Duplex,
    readonly protocol: LoadProtocol,
    readonly events: LoadSessionEvents = {},
  ) {
    const framer = new Framer({
      begin: () => {},
      announce: (_header, length) => {
        if (length > mostBytes) throw new Error(`a packet of ${length} bytes`)
      },
      packet: (header, body) => this.#packet(header, body),
      open: true,
    })
    stream.on('data', (chunk: Buffer) => {
      // Acknowledgements of one chunk leave in one write.
      stream.cork()
      try {
        framer.push(chunk)
      } catch (error) {
        this.#why = messageOf(error)
        stream.destroy()
      } finally {
        stream.uncork()
      }
    })
    stream.on('error', (error) => {
      this.#why = messageOf(error)
    })
    stream.on('end', () => stream.destroy())
    stream.once('close', () => this.#gone())
    if (stream.destroyed) this.#gone()
  }

  /** The CONNECT has left. @returns why it was not accepted; `undefined`: it was */
  connected(withinMs: number): Promise<string | undefined> {
    return this.#answer('CONNACK', withinMs)
  }

  /** @param bytes a SUBSCRIBE with so many `filters` @returns why not; `undefined`: the subscription was accepted */
  subscribe(bytes: Buffer, filters: number, withinMs: number): Promise<string | undefined> {
    this.stream.write(bytes)
    return this.#answer('SUBACK', withinMs, filters)
  }

  /** Ends it with a DISCONNECT. The other side closes, so that no local port stays in TIME_WAIT; `drop` is for those that do not. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    if (!this.stream.destroyed) this.stream.write(disconnect(0))
  }

  drop(): void {
    this.#ended = true
    this.stream.destroy()
  }

  #answer(name: 'CONNACK' | 'SUBACK', withinMs: number, filters = 0): Promise<string | undefined> {
    if (this.#over) return Promise.resolve(this.#why)
    return new Promise((resolve) => {
      const late = setTimeout(() => this.stream.destroy(new Error(`no ${name} within ${withinMs} ms`)), withinMs)
      const settle: Answered = (refusal) => {
        clearTimeout(late)
        this.#awaited = undefined
        resolve(refusal)
      }
      this.#awaited = { name, settle, filters }
    })
  }

  #gone(): void {
    if (this.#over) return
    this.#over = true
    const { cut } = this.events
    if (this.#awaited !== undefined) this.#awaited.settle(this.#why)
    else if (!this.#ended) cut?.(this.#why)
  }

  #packet(header: number, body: Buffer): void {
    demandSound(this.protocol, header, body)
    const type = header & 0xf0
    if ((type === PACKET.connack) === this.#accepted) {
      throw outOfPlace(header, this.#accepted ? 'a second one' : 'it came before the CONNACK [MQTT-3.2.0-1]')
    }
    switch (type) {
      case PACKET.publish:
        this.#publish(header, body)
        return
      case PACKET.puback:
      case PACKET.pubcomp: {
        const id = body.readUInt16BE(0)
        if (this.#refused(header, body) || this.events.acknowledged?.(id) === true) return
        throw outOfPlace(header, `packet identifier ${id} is of nothing that was sent`)
      }
      case PACKET.pubrec:
        if (!this.#refused(header, body))
          this.stream.write(acknowledgement(this.protocol, PACKET.pubrel | 2, body.readUInt16BE(0)))
        return
      case PACKET.pubrel:
        this.stream.write(acknowledgement(this.protocol, PACKET.pubcomp, body.readUInt16BE(0)))
        return
      case PACKET.disconnect:
        this.#why = `DISCONNECT ${body[0] ?? 0}`
        return
      case PACKET.connack: {
        const code = body[1] ?? 0
        if (this.protocol === 5 && code === 0) this.receiveMaximum = receiveMaximumOf(body)
        this.#accepted = true
        this.#awaited?.settle(code === 0 ? undefined : `CONNACK ${code}`)
        return
      }
      case PACKET.suback: {
        const { name, filters, settle } = this.#awaited ?? {}
        if (name !== 'SUBACK' || body.readUInt16BE(0) !== subscribeId) {
          throw outOfPlace(header, 'nothing that was sent is answered by it')
        }
        const reader = new PacketReader(body, 2)
        if (this.protocol === 5) reader.skip(reader.varint())
        const codes = reader.rest()
        if (codes.length !== filters) throw outOfPlace(header, `${codes.length} reason codes for ${filters} filters`)
        const refused = codes.find((code) => code > 2)
        settle?.(refused === undefined ? undefined : `SUBACK ${refused}`)
      }
    }
  }

  #publish(header: number, body: Buffer): void {
    const qos = (header >> 1) & 3
    let at = 2 + body.readUInt16BE(0)
    if (qos > 0) {
      const id = body.readUInt16BE(at)
      at += 2
      this.stream.write(acknowledgement(this.protocol, qos === 1 ? PACKET.puback : PACKET.pubrec, id))
    }
    if (this.protocol === 5) {
      const properties = new PacketReader(body, at)
      properties.skip(properties.varint())
      at = properties.at
    }
    this.events.message?.(body, at)
  }

  /** Only MQTT 5 has a reason code there, and only when it says something. */
  #refused(header: number, body: Buffer): boolean {
    const code = body[2] ?? 0
    if (code < failure) return false
    const name = (header & 0xf0) === PACKET.puback ? 'PUBACK' : (header & 0xf0) === PACKET.pubrec ? 'PUBREC' : 'PUBCOMP'
    this.events.refused?.(body.readUInt16BE(0), `${name} ${code}`)
    return true
  }
}

function receiveMaximumOf(connack: Buffer): number {
  return numberOf(readProperties(new PacketReader(connack, 2), PACKET.connack), PROPERTY.receiveMaximum) ?? largestId
}
