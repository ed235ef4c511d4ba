import { PacketFault } from './packet-fault.js'
import { isMqttText } from './utf8.js'

/** Reads the fields of one control packet, after its fixed header; every read past the end is malformed. */
export class PacketReader {
  #at: number
  readonly #end: number

  constructor(
    readonly bytes: Buffer,
    start = 0,
    end = bytes.length,
  ) {
    this.#at = start
    this.#end = end
  }

  get at(): number {
    return this.#at
  }

  get left(): number {
    return this.#end - this.#at
  }

  u8(): number {
    return this.bytes[this.#take(1)] ?? 0
  }

  u16(): number {
    return this.bytes.readUInt16BE(this.#take(2))
  }

  u32(): number {
    return this.bytes.readUInt32BE(this.#take(4))
  }

  /** Variable Byte Integer (1.5.5): at most four bytes and never longer than needed. */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (shift > 0 && byte === 0) throw malformed('a length with needless bytes')
        return value
      }
    }
    throw malformed('a length of more than four bytes')
  }

  /** Binary Data (1.5.6), a view on the packet. */
  binary(): Buffer {
    const length = this.u16()
    const start = this.#take(length)
    return this.bytes.subarray(start, start + length)
  }

  /** UTF-8 Encoded String (1.5.4), validated. */
  string(): string {
    const length = this.u16()
    const start = this.#take(length)
    if (!isMqttText(this.bytes, start, start + length)) throw new PacketFault('utf8', 'text that is not valid UTF-8')
    return this.bytes.toString('utf8', start, start + length)
  }

  rest(): Buffer {
    return this.bytes.subarray(this.#take(this.left), this.#end)
  }

  skip(length: number): void {
    this.#take(length)
  }

  #take(length: number): number {
    const start = this.#at
    if (start + length > this.#end) throw malformed('the packet ends inside a field')
    this.#at = start + length
    return start
  }
}

export function malformed(message: string): PacketFault {
  return new PacketFault('malformed', message)
}
