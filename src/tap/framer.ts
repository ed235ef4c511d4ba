/** What is kept of one packet; the rest of a longer one is counted and passed over. */
const kept = 64 * 1024

export interface FramedPacket {
  readonly first: number
  /** Type, flags and remaining length as they were on the wire. */
  readonly head: Uint8Array
  /** Bytes of the whole packet on the wire. */
  readonly length: number
  /** The body, or its beginning. */
  readonly body: Buffer
  readonly whole: boolean
}

/**
 * MQTT packets from a stream that is only looked at: memory is bounded by 64 KiB, whatever the packets claim.
 * MQTT 2.1: one byte of type and flags, then the remaining length in at most four bytes.
 */
export class LookingFramer {
  #head: number[] = []
  #parts: Buffer[] = []
  #have = 0
  #wanted = -1
  #headLength = 0

  /** Bytes of a packet that has begun and is not complete. */
  get pending(): number {
    return this.#wanted < 0 ? this.#head.length : this.#headLength + this.#have
  }

  /** @returns the packets that are complete now; `broken` when the stream cannot be MQTT any more */
  push(chunk: Uint8Array): { readonly packets: readonly FramedPacket[]; readonly broken: string | undefined } {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const packets: FramedPacket[] = []
    let at = 0
    while (at < bytes.length || this.#wanted === 0) {
      if (this.#wanted < 0) {
        const byte = bytes[at++]
        if (byte === undefined) break
        this.#head.push(byte)
        if (this.#head.length === 1) {
          if (byte >> 4 === 0) return { packets, broken: 'packet type 0 does not exist' }
          continue
        }
        if (byte >= 0x80) {
          if (this.#head.length === 5) return { packets, broken: 'a remaining length of more than four bytes' }
          continue
        }
        this.#wanted = this.#head.slice(1).reduce((sum, one, index) => sum + (one & 0x7f) * 128 ** index, 0)
        this.#headLength = this.#head.length
        if (this.#wanted > 0) continue
      }
      const take = Math.min(this.#wanted - this.#have, bytes.length - at)
      const keep = Math.min(take, Math.max(0, kept - this.#have))
      if (keep > 0)
        this.#parts.push(
          keep === this.#wanted ? bytes.subarray(at, at + keep) : Buffer.from(bytes.subarray(at, at + keep)),
        )
      this.#have += take
      at += take
      if (this.#have < this.#wanted) break
      const [only] = this.#parts
      const body = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts)
      const length = this.#headLength + this.#wanted
      packets.push({
        first: this.#head[0] ?? 0,
        head: Uint8Array.from(this.#head),
        length,
        body,
        whole: body.length === this.#wanted,
      })
      this.#head = []
      this.#parts = []
      this.#have = 0
      this.#wanted = -1
    }
    return { packets, broken: undefined }
  }
}
