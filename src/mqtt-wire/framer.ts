import { PacketFault } from './packet-fault.js'
import { PACKET } from './packet-types.js'

export interface FramerSink {
  /** The first byte is there: may this packet come now? Throws when not. */
  begin(header: number): void
  /** The fixed header is complete, the rest not yet read: is it small enough? Throws when not. */
  announce(header: number, length: number): void
  /** The packet is complete. `body` is a view on what was received. */
  packet(header: number, body: Buffer): void
  /** False while nothing more shall be read; what was pushed meanwhile is kept. */
  readonly open: boolean
}

/** Bytes of a stream into control packets: reads fixed headers (2.1), holds back what is incomplete. */
export class Framer {
  #held: Buffer[] | undefined
  #heldLength = 0
  /** Length of the packet that is being waited for, fixed header included; 0: unknown yet. */
  #wanted = 0
  #begun = false

  constructor(readonly sink: FramerSink) {}

  /** Bytes of an unfinished packet. */
  get pending(): number {
    return this.#heldLength
  }

  push(chunk: Buffer): void {
    let bytes = chunk
    if (this.#held) {
      this.#held.push(chunk)
      this.#heldLength += chunk.length
      if (this.#wanted > 0 && this.#heldLength < this.#wanted) return
      bytes = Buffer.concat(this.#held, this.#heldLength)
      this.#held = undefined
      this.#heldLength = 0
    }
    let at = 0
    while (at < bytes.length && this.sink.open) {
      const next = this.#one(bytes, at)
      if (next < 0) {
        // A copy: the view would keep the whole receive buffer alive.
        this.#held = [Buffer.from(bytes.subarray(at))]
        this.#heldLength = bytes.length - at
        return
      }
      at = next
    }
    // The sink wants a break: what is left waits for the next push, an empty one too.
    if (at === bytes.length) return
    this.#held = [Buffer.from(bytes.subarray(at))]
    this.#heldLength = bytes.length - at
  }

  /** Handles the packet at `at`; where the next one begins, or -1 when it is incomplete. */
  #one(bytes: Buffer, at: number): number {
    const header = bytes[at] ?? 0
    if (!this.#begun) {
      this.#begun = true
      this.sink.begin(header)
    }
    let length = 0
    let index = at + 1
    for (let shift = 0; ; shift += 7) {
      if (shift > 21) throw new PacketFault('malformed', 'a remaining length of more than four bytes', true)
      const byte = bytes[index]
      if (byte === undefined) return -1
      index += 1
      length += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    const end = index + length
    if (this.#wanted === 0) {
      this.sink.announce(header, length)
      this.#wanted = end - at
    }
    if (end > bytes.length) return -1
    this.#wanted = 0
    this.#begun = false
    this.sink.packet(header, bytes.subarray(index, end))
    return end
  }
}

export function typeOf(header: number): number {
  return header & 0xf0
}

export function isConnect(header: number): boolean {
  return typeOf(header) === PACKET.connect
}
