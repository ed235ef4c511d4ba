import { textIn, uint32 } from './bytes.js'
import { TLV } from './tlv.js'
import type { SslInfo, Tlv } from './types.js'

/** PP2_TYPE_SSL as values, made when asked for. Of a sub-TLV that comes twice the first counts. */
export class Ssl implements SslInfo {
  /** @param at offset of the value in `bytes`; it has been checked to hold at least 5 bytes and whole sub-TLVs */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly at: number,
    private readonly end: number,
  ) {}

  get client(): number {
    return this.bytes[this.at] as number
  }
  get ssl(): boolean {
    return (this.client & 0x01) !== 0
  }
  get certConn(): boolean {
    return (this.client & 0x02) !== 0
  }
  get certSess(): boolean {
    return (this.client & 0x04) !== 0
  }
  get verify(): number {
    return uint32(this.bytes, this.at + 1)
  }
  get version(): string | undefined {
    return this.text(TLV.SSL_VERSION)
  }
  get cn(): string | undefined {
    return this.text(TLV.SSL_CN)
  }
  get cipher(): string | undefined {
    return this.text(TLV.SSL_CIPHER)
  }
  get sigAlg(): string | undefined {
    return this.text(TLV.SSL_SIG_ALG)
  }
  get keyAlg(): string | undefined {
    return this.text(TLV.SSL_KEY_ALG)
  }
  get group(): string | undefined {
    return this.text(TLV.SSL_GROUP)
  }
  get sigScheme(): string | undefined {
    return this.text(TLV.SSL_SIG_SCHEME)
  }
  get clientCert(): Uint8Array | undefined {
    return firstTlv(this.bytes, this.at + 5, this.end, TLV.SSL_CLIENT_CERT)
  }
  get tlvs(): readonly Tlv[] {
    return listTlvs(this.bytes, this.at + 5, this.end)
  }

  private text(type: number): string | undefined {
    return firstText(this.bytes, this.at + 5, this.end, type)
  }
}

/** Offset of the first TLV of that type in a chain that has been checked, or -1. */
function findTlv(bytes: Uint8Array, at: number, end: number, type: number): number {
  while (at < end) {
    if (bytes[at] === type) return at
    at += 3 + lengthAt(bytes, at)
  }
  return -1
}

/** The value of the first TLV of that type in a chain that has been checked. */
export function firstTlv(bytes: Uint8Array, at: number, end: number, type: number): Uint8Array | undefined {
  const found = findTlv(bytes, at, end, type)
  return found < 0 ? undefined : bytes.subarray(found + 3, found + 3 + lengthAt(bytes, found))
}

/** The same as text. */
export function firstText(bytes: Uint8Array, at: number, end: number, type: number): string | undefined {
  const found = findTlv(bytes, at, end, type)
  return found < 0 ? undefined : textIn(bytes, found + 3, found + 3 + lengthAt(bytes, found))
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
}

/** All TLVs of a chain that has been checked. */
export function listTlvs(bytes: Uint8Array, at: number, end: number): Tlv[] {
  const tlvs: Tlv[] = []
  while (at < end) {
    const length = lengthAt(bytes, at)
    tlvs.push({ type: bytes[at] as number, value: bytes.subarray(at + 3, at + 3 + length), offset: at })
    at += 3 + length
  }
  return tlvs
}
