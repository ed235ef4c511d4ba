import { formatIp4, formatIp6 } from './address.js'
import { textOf, uint32 } from './bytes.js'
import { crc32c } from './crc32c.js'
import { hexByte, more, type Refused, refused } from './refused.js'
import { firstText, firstTlv, listTlvs, Ssl } from './ssl.js'
import { TLV } from './tlv.js'
import type { Command, Decoded, Endpoint, Family, HeaderTransport, ProxyHeader, SslInfo, Tlv } from './types.js'
import { HeaderView } from './view.js'
import { TlvWalk } from './walk.js'

/** The binary header, PP 2.2. */
export const SIGNATURE: Uint8Array = Uint8Array.of(13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10)
/** Signature, version and command, family and transport, length. */
export const V2_FIXED = 16

export const families: readonly Family[] = ['UNSPEC', 'INET', 'INET6', 'UNIX']
export const transports: readonly HeaderTransport[] = ['UNSPEC', 'STREAM', 'DGRAM']
/** Bytes of both addresses and ports by family, PP 2.2. */
export const addressLength = [0, 12, 36, 216] as const
const unixPath = 108

/** Bytes of the address block that this family byte announces; 0 where it must be ignored (UNSPEC family or transport). */
function announced(family: number): number {
  return (family & 0x0f) === 0 ? 0 : (addressLength[family >> 4] ?? 0)
}

/** The fixed 16 bytes, as many as are there; `undefined`: good so far. */
export function checkFixed(bytes: Uint8Array, n: number): Refused | undefined {
  const signed = Math.min(n, 12)
  for (let i = 0; i < signed; i++) {
    if (bytes[i] !== SIGNATURE[i]) {
      return refused('MP-HDR-SIGNATURE', i, '2.2', 'neither "PROXY" nor the signature of version 2')
    }
  }
  if (n < 13) return undefined
  const command = bytes[12] as number
  if (command >> 4 !== 2) {
    return refused('MP-HDR-VERSION', 12, '2.2', `version ${command >> 4} in ${hexByte(command)}; only 2 is legal`)
  }
  if ((command & 0x0f) > 1) {
    const message = `command ${command & 0x0f} in ${hexByte(command)}; only 0 (LOCAL) and 1 (PROXY) are assigned`
    return refused('MP-HDR-COMMAND', 12, '2.2', message)
  }
  if (n < 14 || command === 0x20) return undefined
  const family = bytes[13] as number
  if (family >> 4 > 3) {
    return refused('MP-HDR-FAMILY', 13, '2.2', `address family ${family >> 4} in ${hexByte(family)} is unspecified`)
  }
  if ((family & 0x0f) > 2) {
    return refused('MP-HDR-TRANSPORT', 13, '2.2', `transport ${family & 0x0f} in ${hexByte(family)} is unspecified`)
  }
  if (n < V2_FIXED) return undefined
  const length = ((bytes[14] as number) << 8) | (bytes[15] as number)
  if (length < announced(family)) {
    const message = `length ${length}, but the addresses of ${families[family >> 4]} take ${announced(family)} bytes`
    return refused('MP-HDR-LENGTH', 14, '2.2', message)
  }
  return undefined
}

/** Total bytes of the header by its length field; at least 16 bytes must be there. */
export function totalLength(bytes: Uint8Array): number {
  return V2_FIXED + (((bytes[14] as number) << 8) | (bytes[15] as number))
}

/** The least total that the first `n` (< 16) good bytes allow. */
export function leastTotal(bytes: Uint8Array, n: number): number {
  const least = n > 13 && bytes[12] === 0x21 ? announced(bytes[13] as number) : 0
  return V2_FIXED + Math.max(least, n > 14 ? (bytes[14] as number) << 8 : 0)
}

/**
 * A walk over the TLVs of a header whose fixed bytes are there and good; `undefined` where no TLV can be told from
 * address bytes or the whole block is to be skipped.
 */
export function walkOf(bytes: Uint8Array, total: number): TlvWalk | undefined {
  if (bytes[12] === 0x20) return undefined
  const family = bytes[13] as number
  const addresses = announced(family)
  return addresses === 0 ? undefined : new TlvWalk(V2_FIXED + addresses, total)
}

/** The first byte is known to be 0x0D. */
export function decodeV2(bytes: Uint8Array): Decoded {
  const n = bytes.length
  const bad = checkFixed(bytes, n)
  if (bad) return bad
  if (n < V2_FIXED) return more(leastTotal(bytes, n) - n)
  const total = totalLength(bytes)
  const walk = walkOf(bytes, total)
  const wrong = walk?.step(bytes, n)
  if (wrong) return wrong
  return n < total ? more(total - n) : completeV2(bytes, total, walk)
}

/** All bytes are there and `walk` has been through them. */
export function completeV2(bytes: Uint8Array, total: number, walk: TlvWalk | undefined): Decoded {
  const family = bytes[13] as number
  let end = total
  if (walk === undefined) {
    // Family UNSPEC: no address bytes to skip, so TLVs may stand at once. What does not read as TLVs is ignored.
    walk = new TlvWalk(V2_FIXED, total)
    const opaque = bytes[12] === 0x20 || family >> 4 !== 0 || walk.step(bytes, total) !== undefined
    if (opaque) {
      walk = new TlvWalk(V2_FIXED, V2_FIXED)
      end = V2_FIXED
    }
  }
  if (walk.crcAt >= 0) {
    const sent = uint32(bytes, walk.crcAt)
    const right = crc32c(bytes.length === total ? bytes : bytes.subarray(0, total), walk.crcAt)
    if (sent !== right) {
      const message = `the header's CRC32C is 0x${hex32(right)}, but it says 0x${hex32(sent)}`
      return refused('MP-HDR-CRC32C', walk.crcAt, '2.2.3', message)
    }
  }
  const header = new BinaryHeader(bytes, total, end, walk.crcAt, walk.sslAt, walk.sslEnd)
  return { status: 'header', header, length: total }
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0')
}

/** Keeps the bytes and a few offsets; everything else is read when asked for. */
class BinaryHeader extends HeaderView implements ProxyHeader {
  /** @param end of the TLVs; `V2_FIXED` where there are none to read */
  constructor(
    private readonly bytes: Uint8Array,
    readonly length: number,
    private readonly end: number,
    private readonly crcAt: number,
    private readonly sslAt: number,
    private readonly sslEnd: number,
  ) {
    super()
  }

  get version(): 2 {
    return 2
  }
  get command(): Command {
    return this.bytes[12] === 0x20 ? 'LOCAL' : 'PROXY'
  }
  /** Under LOCAL the family byte is ignored (PP 2.2) and reads as UNSPEC. */
  get family(): Family {
    return this.bytes[12] === 0x20 ? 'UNSPEC' : (families[(this.bytes[13] as number) >> 4] as Family)
  }
  get transport(): HeaderTransport {
    return this.bytes[12] === 0x20 ? 'UNSPEC' : (transports[(this.bytes[13] as number) & 0x0f] as HeaderTransport)
  }
  get source(): Endpoint | undefined {
    return this.endpoint(0)
  }
  get destination(): Endpoint | undefined {
    return this.endpoint(1)
  }
  get tlvs(): readonly Tlv[] {
    return listTlvs(this.bytes, this.tlvStart(), this.end)
  }
  get ssl(): SslInfo | undefined {
    return this.sslAt < 0 ? undefined : new Ssl(this.bytes, this.sslAt, this.sslEnd)
  }
  get alpn(): string | undefined {
    return this.text(TLV.ALPN)
  }
  get authority(): string | undefined {
    return this.text(TLV.AUTHORITY)
  }
  get uniqueId(): Uint8Array | undefined {
    return firstTlv(this.bytes, this.tlvStart(), this.end, TLV.UNIQUE_ID)
  }
  get netns(): string | undefined {
    return this.text(TLV.NETNS)
  }
  get crc32c(): number | undefined {
    return this.crcAt < 0 ? undefined : uint32(this.bytes, this.crcAt)
  }

  private tlvStart(): number {
    return this.bytes[12] === 0x20 ? V2_FIXED : V2_FIXED + announced(this.bytes[13] as number)
  }

  private text(type: number): string | undefined {
    return firstText(this.bytes, this.tlvStart(), this.end, type)
  }

  private endpoint(side: 0 | 1): Endpoint | undefined {
    const { bytes } = this
    const family = bytes[13] as number
    if (bytes[12] === 0x20 || announced(family) === 0) return undefined
    if (family >> 4 === 1) {
      return { address: formatIp4(bytes, V2_FIXED + 4 * side), port: uint16(bytes, V2_FIXED + 8 + 2 * side) }
    }
    if (family >> 4 === 2) {
      return { address: formatIp6(bytes, V2_FIXED + 16 * side), port: uint16(bytes, V2_FIXED + 32 + 2 * side) }
    }
    return { address: unixAddress(bytes, V2_FIXED + unixPath * side), port: 0 }
  }
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

/** A path up to its first NUL; a name that begins with NUL (an abstract socket) up to its last byte that is not NUL. */
export function unixAddress(bytes: Uint8Array, at: number): string {
  let end = at
  if (bytes[at] === 0) {
    for (let i = at; i < at + unixPath; i++) if (bytes[i] !== 0) end = i + 1
  } else {
    while (end < at + unixPath && bytes[end] !== 0) end++
  }
  return textOf(bytes.subarray(at, end))
}
