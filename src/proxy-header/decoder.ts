import { accepts, decode } from './decode.js'
import { more } from './refused.js'
import type { Decoded, DecodeOptions } from './types.js'
import { V1_MAX } from './v1.js'
import { checkFixed, completeV2, leastTotal, totalLength, V2_FIXED, walkOf } from './v2.js'
import type { TlvWalk } from './walk.js'

const nothing = new Uint8Array(0)

/**
 * Reads one header from chunks as they come, however they are cut. Each byte is looked at once; memory never grows
 * beyond the bytes that came nor beyond the header (version 1: 107 bytes), and a header that comes whole is not copied.
 * After a header or an error the answer stays.
 */
export class Decoder {
  /** What followed the header in the last chunk; more chunks belong to the protocol behind it as they are. */
  rest: Uint8Array = nothing
  private held = nothing
  private have = 0
  private total = 0
  private walk: TlvWalk | undefined
  private done: Decoded | undefined

  constructor(private readonly options?: DecodeOptions) {}

  push(chunk: Uint8Array): Decoded {
    if (this.done) {
      this.rest = chunk
      return this.done
    }
    const decoded = this.have === 0 ? this.first(chunk) : this.next(chunk)
    if (decoded.status !== 'more') {
      this.done = decoded
      this.held = nothing
    }
    return decoded
  }

  private first(chunk: Uint8Array): Decoded {
    const decoded = decode(chunk, this.options)
    if (decoded.status === 'header') this.rest = chunk.subarray(decoded.length)
    if (decoded.status === 'more') this.keep(chunk, chunk.length)
    return decoded
  }

  private next(chunk: Uint8Array): Decoded {
    return this.held[0] === 0x0d ? this.binary(chunk) : this.line(chunk)
  }

  private line(chunk: Uint8Array): Decoded {
    const before = this.have
    this.keep(chunk, Math.min(chunk.length, V1_MAX - before))
    const decoded = decode(this.held.subarray(0, this.have), this.options)
    if (decoded.status === 'header') this.rest = chunk.subarray(decoded.length - before)
    return decoded
  }

  private binary(chunk: Uint8Array): Decoded {
    let used = 0
    if (this.have < V2_FIXED) {
      used = Math.min(chunk.length, V2_FIXED - this.have)
      this.keep(chunk, used)
      const bad = checkFixed(this.held, this.have)
      if (bad) return bad
      if (this.have < V2_FIXED) return more(leastTotal(this.held, this.have) - this.have)
    }
    if (this.total === 0) {
      this.total = totalLength(this.held)
      this.walk = walkOf(this.held, this.total)
    }
    const wanted = Math.min(chunk.length - used, this.total - this.have)
    this.keep(chunk.subarray(used), wanted)
    const bad = this.walk?.step(this.held, this.have)
    if (bad) return bad
    if (this.have < this.total) return more(this.total - this.have)
    this.rest = chunk.subarray(used + wanted)
    return completeV2(this.held.subarray(0, this.total), this.total, this.walk)
  }

  private keep(chunk: Uint8Array, count: number): void {
    const needed = this.have + count
    if (needed > this.held.length) {
      const limit = this.held[0] === 0x50 || accepts(this.options, 2) === false ? V1_MAX : this.total || V2_FIXED
      const grown = new Uint8Array(Math.max(needed, Math.min(limit, needed * 2)))
      grown.set(this.held.subarray(0, this.have))
      this.held = grown
    }
    this.held.set(chunk.subarray(0, count), this.have)
    this.have = needed
  }
}
