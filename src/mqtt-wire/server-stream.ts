import { Framer, typeOf } from './framer.js'
import { namedFault, PacketFault } from './packet-fault.js'
import { PacketReader } from './packet-reader.js'
import { PACKET, type Protocol } from './packet-types.js'
import { fixedHeader } from './packet-writer.js'
import { readProperties } from './properties.js'
import { readServerPacket, type ServerPacket } from './server-packet.js'

/** The longest packet of a server that is read, bytes. */
export const longestPacket = 64 << 20

type Awaited =
  | { readonly name: 'PUBACK' | 'PUBREC' | 'PUBCOMP' }
  | { readonly name: 'SUBACK' | 'UNSUBACK'; readonly filters: number }

/**
 * What a server says to a client, read as strictly as our broker reads clients: each packet by itself, and whether it
 * answers something that the client sent. An acknowledgement of nothing, of the wrong kind, or with too few reason codes
 * would be taken for success by a lenient client.
 */
export class ServerStream {
  readonly #awaited = new Map<number, Awaited>()
  readonly #fromServer: Framer
  readonly #fromClient: Framer
  #connected: boolean
  #ended = false
  /** PINGREQs that were not answered. */
  #pings = 0
  #passed: Buffer[] = []

  /** @param connected the CONNACK was read already */
  constructor(
    readonly protocol: Protocol,
    connected: boolean,
  ) {
    this.#connected = connected
    this.#fromServer = new Framer({
      open: true,
      begin: () => undefined,
      announce: (header, length) => {
        if (length > longestPacket)
          throw namedFault(header, new PacketFault('oversize', `${length} bytes are too many`))
      },
      packet: (header, body) => {
        try {
          this.#judge(readServerPacket(protocol, header, body))
        } catch (error) {
          throw namedFault(header, error)
        }
        this.#passed.push(fixedHeader(header, body.length), body)
      },
    })
    this.#fromClient = new Framer({
      open: true,
      begin: () => undefined,
      announce: () => undefined,
      packet: (header, body) => this.#await(header, body),
    })
  }

  /**
   * Bytes that came from the server.
   * @returns the whole packets among them, ready for a client; what is incomplete is held back
   * @throws PacketFault whose message names the packet: `SUBACK: reason code 99`
   */
  received(chunk: Buffer): Buffer {
    this.#fromServer.push(chunk)
    const passed = this.#passed
    this.#passed = []
    return Buffer.concat(passed)
  }

  /** Bytes that the client sends; they are our own, and sound. */
  sent(chunk: Buffer): void {
    this.#fromClient.push(chunk)
  }

  #await(header: number, body: Buffer): void {
    const type = typeOf(header)
    if (type === PACKET.pingreq) this.#pings += 1
    const reader = new PacketReader(body)
    if (type === PACKET.publish) {
      const qos = (header >> 1) & 3
      if (qos === 0) return
      reader.skip(reader.u16())
      this.#awaited.set(reader.u16(), { name: qos === 1 ? 'PUBACK' : 'PUBREC' })
    } else if (type === PACKET.pubrel) {
      this.#awaited.set(reader.u16(), { name: 'PUBCOMP' })
    } else if (type === PACKET.subscribe || type === PACKET.unsubscribe) {
      const id = reader.u16()
      if (this.protocol === 5) readProperties(reader, type)
      const subscribe = type === PACKET.subscribe
      let filters = 0
      for (; reader.left > 0; filters += 1) {
        reader.skip(reader.u16())
        if (subscribe) reader.skip(1)
      }
      this.#awaited.set(id, { name: subscribe ? 'SUBACK' : 'UNSUBACK', filters })
    }
  }

  #judge(packet: ServerPacket): void {
    if (packet.name === 'CONNACK') {
      if (this.#connected) throw new PacketFault('protocol', 'a second one')
      this.#connected = true
      return
    }
    if (!this.#connected) throw new PacketFault('protocol', 'it came before the CONNACK [MQTT-3.2.0-1]')
    if (this.#ended) throw new PacketFault('protocol', 'it came after a DISCONNECT [MQTT-3.14.4-1]')
    if (packet.name === 'DISCONNECT') this.#ended = true
    if (packet.name === 'PINGRESP') {
      if (this.#pings === 0) throw new PacketFault('protocol', 'nobody asked for it [MQTT-3.12.4-1]')
      this.#pings -= 1
      return
    }
    if (packet.name === 'PUBLISH' || packet.name === 'PUBREL' || !('id' in packet)) return
    const awaited = this.#awaited.get(packet.id)
    // A server of MQTT 3 may send PUBREC again.
    if (awaited?.name === 'PUBCOMP' && packet.name === 'PUBREC') return
    if (awaited?.name !== packet.name) {
      const words = awaited === undefined ? 'nothing that was sent' : `what is answered by ${awaited.name}`
      throw new PacketFault('protocol', `packet identifier ${packet.id} is of ${words}`)
    }
    if ('filters' in awaited && 'codes' in packet && packet.codes && packet.codes.length !== awaited.filters) {
      throw new PacketFault('protocol', `${packet.codes.length} reason codes for ${awaited.filters} filters`)
    }
    // Between PUBREC and our PUBREL nothing else may come.
    if (packet.name === 'PUBREC' && packet.code < 0x80) return
    this.#awaited.delete(packet.id)
  }
}
