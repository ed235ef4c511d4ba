/** What is kept of an HTTP head; no client of ours or theirs needs more. */
const largestHead = 16 * 1024

/** One thing in a WebSocket stream: payload that belongs to MQTT, or a control frame in words. */
export type FramePart =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'control'; readonly text: string }
  | { readonly kind: 'broken'; readonly text: string }

/** The head of an HTTP message, byte by byte until its empty line. */
export class HttpHead {
  #held = Buffer.alloc(0)

  /** @returns undefined while it is not complete; `lines: undefined` when it is no head that we would read */
  push(chunk: Uint8Array): { readonly lines: readonly string[] | undefined; readonly rest: Uint8Array } | undefined {
    this.#held = Buffer.concat([this.#held, chunk])
    const end = this.#held.indexOf('\r\n\r\n')
    if (end < 0) return this.#held.length > largestHead ? { lines: undefined, rest: new Uint8Array(0) } : undefined
    const lines = this.#held.toString('latin1', 0, end).split('\r\n')
    return { lines, rest: this.#held.subarray(end + 4) }
  }
}

const opcodes: Readonly<Record<number, string>> = { 8: 'close', 9: 'ping', 10: 'pong' }

/** Frames of RFC 6455 section 5, unmasked as they come; memory is bounded by one control frame. */
export class FrameReader {
  #head: number[] = []
  #left = -1
  #mask: number[] = []
  #at = 0
  #opcode = 0
  #control: number[] = []
  #broken = false

  push(chunk: Uint8Array): readonly FramePart[] {
    const parts: FramePart[] = []
    let at = 0
    while (at < chunk.length && !this.#broken) {
      if (this.#left < 0) {
        this.#head.push(chunk[at++] ?? 0)
        this.#begin(parts)
        continue
      }
      const bytes = chunk.subarray(at, at + this.#left)
      at += bytes.length
      this.#left -= bytes.length
      this.#take(this.#unmasked(bytes), parts)
      if (this.#left === 0) this.#end(parts)
    }
    return parts
  }

  #begin(parts: FramePart[]): void {
    const [first = 0, second = 0] = this.#head
    if (this.#head.length < 2) return
    const short = second & 0x7f
    const more = short === 126 ? 2 : short === 127 ? 8 : 0
    const masked = (second & 0x80) !== 0
    if (this.#head.length < 2 + more + (masked ? 4 : 0)) return
    this.#opcode = first & 0x0f
    const wrong =
      (first & 0x70) !== 0
        ? 'a compressed or extended frame'
        : ![0, 1, 2, 8, 9, 10].includes(this.#opcode)
          ? `opcode ${this.#opcode}`
          : this.#opcode >= 8 && short > 125
            ? 'a control frame of more than 125 bytes'
            : undefined
    if (wrong !== undefined) {
      this.#broken = true
      parts.push({ kind: 'broken', text: `${wrong}: the frames are not read further` })
      return
    }
    const size = this.#head.slice(2, 2 + more)
    this.#left = more === 0 ? short : size.reduce((sum, byte) => sum * 256 + byte, 0)
    this.#mask = masked ? this.#head.slice(2 + more) : []
    this.#at = 0
    this.#head = []
    if (this.#left === 0) this.#end(parts)
  }

  #unmasked(bytes: Uint8Array): Uint8Array {
    if (this.#mask.length === 0) return bytes
    const from = this.#at
    this.#at += bytes.length
    return bytes.map((byte, index) => byte ^ (this.#mask[(from + index) % 4] ?? 0))
  }

  #take(bytes: Uint8Array, parts: FramePart[]): void {
    if (this.#opcode >= 8) this.#control.push(...bytes)
    else if (bytes.length > 0) parts.push({ kind: 'data', bytes })
  }

  #end(parts: FramePart[]): void {
    this.#left = -1
    if (this.#opcode < 8) return
    const bytes = Buffer.from(this.#control)
    this.#control = []
    const name = opcodes[this.#opcode] ?? 'control'
    const code =
      this.#opcode === 8 && bytes.length >= 2 ? ` ${bytes.readUInt16BE(0)} ${bytes.toString('utf8', 2)}`.trimEnd() : ''
    parts.push({ kind: 'control', text: `${name}${code}` })
  }
}
