import { BAD, fillIp6, formatIp6, ip4Text, scanIp4, scanIp6, scanPort } from './address.js'
import { more, type Refused, refused } from './refused.js'
import type { Decoded, Endpoint, Family, ProxyHeader, Tlv } from './types.js'
import { HeaderView } from './view.js'

/** The human-readable header, PP 2.1. */

/** Longest legal line with its CRLF. */
export const V1_MAX = 107
const SP = 0x20
const CR = 0x0d
const LF = 0x0a
const noTlvs: readonly Tlv[] = []
const word = { proxy: ascii('PROXY '), tcp: ascii('TCP'), unknown: ascii('UNKNOWN') }

/** The least bytes that can follow each field of a TCP4 or TCP6 line, the CRLF included. */
const after = { source: { 4: 14, 6: 9 }, destination: { 4: 6, 6: 6 }, sourcePort: 4, destinationPort: 2 } as const

/** The first byte is known to be `P`. */
export function decodeV1(bytes: Uint8Array): Decoded {
  const n = bytes.length
  for (let i = 1; i < 6; i++) {
    if (i >= n) return more(15 - n)
    if (bytes[i] !== word.proxy[i]) {
      if (i === 5) return refused('MP-HDR-V1-SPACE', 5, '2.1', 'exactly one space must follow "PROXY"')
      return refused('MP-HDR-SIGNATURE', i, '2.2', 'neither "PROXY" nor the signature of version 2')
    }
  }
  if (n === 6) return more(9)
  if (bytes[6] === word.unknown[0]) return unknown(bytes, n)
  for (let i = 0; i < 3; i++) {
    if (6 + i >= n) return more(22 - n)
    if (bytes[6 + i] !== word.tcp[i]) return badProtocol(6 + i)
  }
  if (n === 9) return more(13)
  if (bytes[9] === 0x34) return tcp(bytes, n, 4)
  if (bytes[9] === 0x36) return tcp(bytes, n, 6)
  return badProtocol(9)
}

function tcp(bytes: Uint8Array, n: number, kind: 4 | 6): Decoded {
  if (n === 10) return more(1 + (kind === 4 ? 7 : 2) + after.source[kind])
  if (bytes[10] !== SP) return badProtocol(10)
  const srcEnd = kind === 4 ? scanIp4(bytes, 11, n) : scanIp6(bytes, 11, n)
  if (srcEnd < 0) return stopped(bytes, srcEnd, after.source[kind], 'source', kind)
  if (srcEnd >= n) return bounded(n, after.source[kind])
  if (bytes[srcEnd] !== SP) return stopped(bytes, BAD - srcEnd, 0, 'source', kind)
  const dst = srcEnd + 1
  const dstEnd = kind === 4 ? scanIp4(bytes, dst, n) : scanIp6(bytes, dst, n)
  if (dstEnd < 0) return stopped(bytes, dstEnd, after.destination[kind], 'destination', kind)
  if (dstEnd >= n) return bounded(n, after.destination[kind])
  if (bytes[dstEnd] !== SP) return stopped(bytes, BAD - dstEnd, 0, 'destination', kind)
  const sport = dstEnd + 1
  const sportEnd = scanPort(bytes, sport, n)
  if (sportEnd < 0) return stoppedPort(bytes, sportEnd, after.sourcePort, 'source')
  if (sportEnd >= n) return bounded(n, after.sourcePort)
  if (bytes[sportEnd] !== SP) return stoppedPort(bytes, BAD - sportEnd, 0, 'source')
  const dport = sportEnd + 1
  const dportEnd = scanPort(bytes, dport, n)
  if (dportEnd < 0) return stoppedPort(bytes, dportEnd, after.destinationPort, 'destination')
  if (dportEnd >= n) return bounded(n, after.destinationPort)
  if (bytes[dportEnd] !== CR) return stoppedPort(bytes, BAD - dportEnd, 0, 'destination')
  if (dportEnd + 1 >= n) return bounded(n, 1)
  if (bytes[dportEnd + 1] !== LF) return badEnd(dportEnd + 1)
  const length = dportEnd + 2
  if (length > V1_MAX) return tooLong()
  return { status: 'header', header: new TcpLine(bytes, kind, srcEnd, dstEnd, sportEnd, length), length }
}

/** `UNKNOWN`, then nothing or a space and anything at all, then CRLF. */
function unknown(bytes: Uint8Array, n: number): Decoded {
  for (let i = 0; i < 7; i++) {
    if (6 + i >= n) return more(15 - n)
    if (bytes[6 + i] !== word.unknown[i]) return badProtocol(6 + i)
  }
  if (n === 13) return more(2)
  if (bytes[13] === CR) {
    if (n === 14) return more(1)
    return bytes[14] === LF ? unknownLine(15) : badEnd(14)
  }
  if (bytes[13] !== SP) return badProtocol(13)
  const end = Math.min(n, V1_MAX)
  for (let i = 14; i < end - 1; i++) if (bytes[i] === CR && bytes[i + 1] === LF) return unknownLine(i + 2)
  return bounded(n, bytes[end - 1] === CR ? 1 : 2)
}

function unknownLine(length: number): Decoded {
  return { status: 'header', header: new UnknownLine(length), length }
}

function bounded(n: number, missing: number): Decoded {
  return n + missing > V1_MAX ? tooLong() : more(missing)
}

function tooLong(): Refused {
  return refused('MP-HDR-V1-LINE', V1_MAX, '2.1', `no CRLF within the first ${V1_MAX} bytes`)
}

function badEnd(offset: number): Refused {
  return refused('MP-HDR-V1-CRLF', offset, '2.1', 'a CR without its LF does not end the line')
}

function badProtocol(offset: number): Refused {
  return refused('MP-HDR-V1-PROTOCOL', offset, '2.1', 'the protocol must be TCP4, TCP6 or UNKNOWN, then one space')
}

type Side = 'source' | 'destination'

function stopped(bytes: Uint8Array, scanned: number, tail: number, side: Side, kind: 4 | 6): Decoded {
  if (scanned > BAD) return bounded(bytes.length, tail - scanned)
  const at = BAD - scanned
  const what = `the ${side} address of a TCP${kind} line must be a canonical IPv${kind} address, then one space`
  return refused('MP-HDR-V1-ADDRESS', at, '2.1', `${what}; ${seen(bytes, at)}`)
}

function stoppedPort(bytes: Uint8Array, scanned: number, tail: number, side: Side): Decoded {
  if (scanned > BAD) return bounded(bytes.length, tail - scanned)
  const at = BAD - scanned
  if (bytes[at] === LF && side === 'destination') {
    return refused('MP-HDR-V1-CRLF', at, '2.1', 'an LF without its CR does not end the line')
  }
  const then = side === 'source' ? 'one space' : 'CRLF'
  const what = `the ${side} port must be 0..65535 without leading zeros, then ${then}`
  return refused('MP-HDR-V1-PORT', at, '2.1', `${what}; ${seen(bytes, at)}`)
}

function seen(bytes: Uint8Array, at: number): string {
  const byte = bytes[at] as number
  return byte > 0x20 && byte < 0x7f
    ? `got "${String.fromCharCode(byte)}"`
    : `got 0x${byte.toString(16).padStart(2, '0')}`
}

/** What is the same in every v1 line; getters, so that a header costs its offsets only. */
abstract class Line extends HeaderView {
  get version(): 1 {
    return 1
  }
  get command(): 'PROXY' {
    return 'PROXY'
  }
  get tlvs(): readonly Tlv[] {
    return noTlvs
  }
  get ssl(): undefined {
    return undefined
  }
  get alpn(): undefined {
    return undefined
  }
  get authority(): undefined {
    return undefined
  }
  get uniqueId(): undefined {
    return undefined
  }
  get netns(): undefined {
    return undefined
  }
  get crc32c(): undefined {
    return undefined
  }
}

class UnknownLine extends Line implements ProxyHeader {
  readonly family = 'UNSPEC'
  readonly transport = 'UNSPEC'
  readonly source = undefined
  readonly destination = undefined
  constructor(readonly length: number) {
    super()
  }
}

/** Keeps offsets only; addresses and ports are read when asked for. */
class TcpLine extends Line implements ProxyHeader {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly kind: 4 | 6,
    private readonly srcEnd: number,
    private readonly dstEnd: number,
    private readonly sportEnd: number,
    readonly length: number,
  ) {
    super()
  }

  get transport(): 'STREAM' {
    return 'STREAM'
  }

  get family(): Family {
    return this.kind === 4 ? 'INET' : 'INET6'
  }

  get source(): Endpoint {
    return { address: this.address(11, this.srcEnd), port: this.port(this.dstEnd + 1, this.sportEnd) }
  }

  get destination(): Endpoint {
    return { address: this.address(this.srcEnd + 1, this.dstEnd), port: this.port(this.sportEnd + 1, this.length - 2) }
  }

  private address(from: number, end: number): string {
    if (this.kind === 4) return this.dotted(from)
    const raw = new Uint8Array(16)
    fillIp6(this.bytes, from, end, raw, 0)
    return formatIp6(raw, 0)
  }

  private dotted(at: number): string {
    const { bytes } = this
    const octet = () => {
      let value = (bytes[at++] as number) - 0x30
      for (let byte = bytes[at++] as number; byte >= 0x30; byte = bytes[at++] as number)
        value = value * 10 + byte - 0x30
      return value
    }
    return ip4Text(octet(), octet(), octet(), octet())
  }

  private port(from: number, end: number): number {
    let value = 0
    for (let i = from; i < end; i++) value = value * 10 + (this.bytes[i] as number) - 0x30
    return value
  }
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}
