import { formatSocketAddress } from '../kernel/socket-address.js'
import type { Packet } from './pcap.js'

/** One TCP segment of a captured packet. */
export interface Segment {
  /** `127.0.0.1:48014 → 127.0.0.1:1884`: one direction of one connection. */
  readonly flow: string
  readonly from: string
  readonly to: string
  readonly seq: number
  readonly syn: boolean
  readonly ack: boolean
  readonly fin: boolean
  readonly rst: boolean
  readonly payload: Uint8Array
}

/** Bytes before the IP header by link type; -1: it must be looked at. */
const linkHeader: Readonly<Record<number, number>> = {
  0: 4,
  1: -1,
  12: 0,
  14: 0,
  101: 0,
  108: 4,
  113: 16,
  228: 0,
  229: 0,
  276: 20,
}

/** The TCP segment in a packet; `undefined` for anything else (other protocols, IP fragments, cut off headers). */
export function segmentOf({ linkType, bytes }: Packet): Segment | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const skip = linkHeader[linkType]
  if (skip === undefined) return undefined
  const ip = view.subarray(skip >= 0 ? skip : ethernetHeader(view))
  if (ip.length < 20) return undefined
  const version = (ip[0] ?? 0) >> 4
  return version === 4 ? ofIp4(ip) : version === 6 ? ofIp6(ip) : undefined
}

function ethernetHeader(frame: Buffer): number {
  let at = 12
  while (at + 4 <= frame.length && [0x8100, 0x88a8].includes(frame.readUInt16BE(at))) at += 4
  return at + 2
}

function ofIp4(ip: Buffer): Segment | undefined {
  const fragmented = (ip.readUInt16BE(6) & 0x3fff) !== 0
  if (ip[9] !== 6 || fragmented) return undefined
  const header = ((ip[0] ?? 0) & 0x0f) * 4
  const total = ip.readUInt16BE(2)
  const tcp = ip.subarray(header, total === 0 ? ip.length : total)
  return ofTcp(tcp, [...ip.subarray(12, 16)].join('.'), [...ip.subarray(16, 20)].join('.'))
}

function ofIp6(ip: Buffer): Segment | undefined {
  if (ip.length < 40) return undefined
  const end = 40 + ip.readUInt16BE(4)
  let next = ip[6]
  let at = 40
  while (next === 0 || next === 43 || next === 60) {
    if (at + 8 > ip.length) return undefined
    next = ip[at]
    at += 8 + (ip[at + 1] ?? 0) * 8
  }
  return next === 6 ? ofTcp(ip.subarray(at, end), ip6Text(ip, 8), ip6Text(ip, 24)) : undefined
}

function ip6Text(ip: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => ip.readUInt16BE(at + 2 * i).toString(16))
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::')
}

function ofTcp(tcp: Buffer, source: string, destination: string): Segment | undefined {
  if (tcp.length < 20) return undefined
  const header = ((tcp[12] ?? 0) >> 4) * 4
  const from = formatSocketAddress({ host: source, port: tcp.readUInt16BE(0) })
  const to = formatSocketAddress({ host: destination, port: tcp.readUInt16BE(2) })
  const flags = tcp[13] ?? 0
  return {
    flow: `${from} → ${to}`,
    from,
    to,
    seq: tcp.readUInt32BE(4),
    syn: (flags & 0x02) !== 0,
    ack: (flags & 0x10) !== 0,
    fin: (flags & 0x01) !== 0,
    rst: (flags & 0x04) !== 0,
    payload: tcp.subarray(Math.min(header, tcp.length)),
  }
}
