import { type Refused, refused } from './refused.js'
import { TLV, tlvName, UNIQUE_ID_MAX } from './tlv.js'

/**
 * Checks the chain of TLVs of one header, the sub-TLVs of SSL included, as far as its bytes are there, and goes on
 * from there when more have come: each TLV head is looked at once.
 */
export class TlvWalk {
  /** Offset of the value of the CRC32C TLV, -1: none. */
  crcAt = -1
  /** Offset and end of the value of the first SSL TLV, -1: none. */
  sslAt = -1
  sslEnd = -1
  private innerAt = 0
  private innerEnd = 0

  constructor(
    private at: number,
    private readonly end: number,
  ) {}

  /** @param have how many bytes of the header are there */
  step(bytes: Uint8Array, have: number): Refused | undefined {
    for (;;) {
      if (this.innerEnd > 0) {
        const bad = this.inside(bytes, have)
        if (bad || this.innerEnd > 0) return bad
      }
      const at = this.at
      const left = this.end - at
      if (left === 0) return undefined
      if (left < 3)
        return refused('MP-HDR-TLV', at, '2.2', `${left} bytes are left after the TLVs: too few for another`)
      if (at + 3 > have) return undefined
      const type = bytes[at] as number
      const length = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
      if (length > left - 3) return overrun(bytes, at, length, left - 3)
      if (type < 0x21) {
        const bad = this.known(type, length)
        if (bad) return bad
      }
      this.at = at + 3 + length
    }
  }

  private known(type: number, length: number): Refused | undefined {
    const value = this.at + 3
    if (type === TLV.SSL) {
      if (length < 5) {
        return refused('MP-HDR-SSL', this.at, '2.2.6', `the SSL TLV has ${length} bytes; client and verify take 5`)
      }
      if (this.sslAt < 0) {
        this.sslAt = value
        this.sslEnd = value + length
      }
      this.innerAt = value + 5
      this.innerEnd = value + length
    } else if (type === TLV.CRC32C) {
      if (length !== 4) {
        return refused('MP-HDR-CRC32C-LENGTH', this.at, '2.2.3', `the CRC32C TLV has ${length} bytes instead of 4`)
      }
      if (this.crcAt >= 0) {
        return refused('MP-HDR-CRC32C-TWICE', this.at, '2.2.3', 'a header has one checksum field; this is a second one')
      }
      this.crcAt = value
    } else if (type === TLV.UNIQUE_ID && length > UNIQUE_ID_MAX) {
      const message = `the UNIQUE_ID has ${length} bytes; at most ${UNIQUE_ID_MAX} are allowed`
      return refused('MP-HDR-UNIQUE-ID', this.at, '2.2.5', message)
    }
    return undefined
  }

  /** The sub-TLVs of SSL; `innerEnd` 0 afterwards when they are through. */
  private inside(bytes: Uint8Array, have: number): Refused | undefined {
    let at = this.innerAt
    const end = this.innerEnd
    while (at < end) {
      const left = end - at
      if (left < 3) {
        return refused('MP-HDR-SSL-TLV', at, '2.2.6', `${left} bytes are left in the SSL TLV: too few for a sub-TLV`)
      }
      this.innerAt = at
      if (at + 3 > have) return undefined
      const length = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
      if (length > left - 3) {
        const name = tlvName(bytes[at] as number)
        const message = `sub-TLV ${name} says ${length} bytes, the SSL TLV has ${left - 3} left`
        return refused('MP-HDR-SSL-TLV', at, '2.2.6', message)
      }
      at += 3 + length
    }
    this.innerEnd = 0
    return undefined
  }
}

function overrun(bytes: Uint8Array, at: number, length: number, left: number): Refused {
  const type = bytes[at] as number
  const announced = ((bytes[14] as number) << 8) | (bytes[15] as number)
  const message = `TLV 0x${type.toString(16).padStart(2, '0')} (${tlvName(type)}) says ${length} bytes, the header has ${left} left (its length field says ${announced})`
  return refused('MP-HDR-TLV', at, '2.2', message)
}
