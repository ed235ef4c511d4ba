import { Fault } from '../errors.js'
import { EXIT } from '../exit.js'
import { formatIp6, parseIp4, writeIp6 } from './address.js'
import { crc32c } from './crc32c.js'
import { putTlvs, tlvBytes } from './encode-tlvs.js'
import type { Endpoint, HeaderSpec } from './types.js'
import { addressLength, families, SIGNATURE, transports, V2_FIXED } from './v2.js'

/**
 * The bytes of a header. Known TLVs come in HAProxy's order (ALPN, CRC32C, AUTHORITY, UNIQUE_ID, SSL, NETNS), then
 * `tlvs`, then padding. An IPv4 address beside an IPv6 one is sent IPv4-mapped, as HAProxy does.
 * @throws Fault MP-HDR-SPEC (exit 2) when no header can say that
 */
export function encode(spec: HeaderSpec): Uint8Array {
  return spec.version === 1 ? encodeV1(spec) : encodeV2(spec)
}

function encodeV1(spec: HeaderSpec): Uint8Array {
  const extra = onlyV2.find((key) => spec[key] !== undefined)
  if (extra) throw bad(`a version 1 header cannot carry ${extra}`)
  if (spec.transport === 'DGRAM') throw bad('a version 1 header knows TCP only')
  const family = spec.command === 'LOCAL' ? 0 : familyOf(spec)
  if (family === 0) return Buffer.from('PROXY UNKNOWN\r\n', 'latin1')
  if (family === 3) throw bad('a version 1 header cannot carry UNIX addresses')
  const { source, destination } = endpoints(spec)
  const from = family === 1 ? ip4(source.address) : ip6(source.address)
  const to = family === 1 ? ip4(destination.address) : ip6(destination.address)
  const sport = port(source)
  const dport = port(destination)
  const out = Buffer.allocUnsafe(16 + from.length + to.length + digits(sport) + digits(dport))
  let at = put(out, 0, family === 1 ? 'PROXY TCP4 ' : 'PROXY TCP6 ')
  at = put(out, at, from)
  out[at++] = 0x20
  at = put(out, at, to)
  out[at++] = 0x20
  at = putNumber(out, at, sport)
  out[at++] = 0x20
  at = putNumber(out, at, dport)
  out[at++] = 0x0d
  out[at++] = 0x0a
  return out
}

const onlyV2 = ['alpn', 'authority', 'uniqueId', 'netns', 'ssl', 'tlvs', 'crc32c', 'padTo'] as const

function encodeV2(spec: HeaderSpec): Uint8Array {
  const local = spec.command === 'LOCAL'
  const family = local && spec.family === undefined ? 0 : familyOf(spec)
  const transport = transports.indexOf(spec.transport ?? (family === 0 ? 'UNSPEC' : 'STREAM'))
  const addresses = family === 0 || transport === 0 ? 0 : (addressLength[family] ?? 0)
  const tlvs = tlvBytes(spec)
  const padding = paddingOf(V2_FIXED + addresses + tlvs, spec.padTo)
  const length = addresses + tlvs + padding
  if (length > 0xffff) throw bad(`the header would announce ${length} bytes; at most 65535 fit`)
  const out = Buffer.allocUnsafe(V2_FIXED + length)
  for (let i = 0; i < 12; i++) out[i] = SIGNATURE[i] as number
  out[12] = local ? 0x20 : 0x21
  out[13] = (family << 4) | transport
  out[14] = length >> 8
  out[15] = length & 0xff
  if (addresses > 0) putAddresses(out, family, endpoints(spec))
  let at = V2_FIXED + addresses
  const crcAt = tlvs === 0 ? -1 : putTlvs(out, at, spec)
  at += tlvs
  if (padding > 0) {
    out[at] = 0x04
    out[at + 1] = (padding - 3) >> 8
    out[at + 2] = (padding - 3) & 0xff
    out.fill(0, at + 3)
  }
  if (crcAt >= 0) out.writeUInt32BE(crc32c(out, crcAt), crcAt)
  return out
}

function putAddresses(out: Buffer, family: number, pair: { source: Endpoint; destination: Endpoint }): void {
  const { source, destination } = pair
  if (family === 1) {
    putUint32(out, 16, ip4Number(source.address))
    putUint32(out, 20, ip4Number(destination.address))
    putUint16(out, 24, port(source))
    putUint16(out, 26, port(destination))
  } else if (family === 2) {
    if (!writeIp6(mapped(source.address), out, 16)) throw badAddress(source.address)
    if (!writeIp6(mapped(destination.address), out, 32)) throw badAddress(destination.address)
    putUint16(out, 48, port(source))
    putUint16(out, 50, port(destination))
  } else {
    putPath(out, 16, source.address)
    putPath(out, 124, destination.address)
  }
}

/** Index of the family: as given, else by the addresses. */
function familyOf(spec: HeaderSpec): number {
  if (spec.family !== undefined) return families.indexOf(spec.family)
  const { source, destination } = spec
  if (source === undefined && destination === undefined) return 0
  return source?.address.includes(':') || destination?.address.includes(':') ? 2 : 1
}

function endpoints(spec: HeaderSpec): { source: Endpoint; destination: Endpoint } {
  const { source, destination } = spec
  if (source === undefined || destination === undefined)
    throw bad('a header with addresses needs both, source and destination')
  return { source, destination }
}

function ip4(text: string): string {
  ip4Number(text)
  return text
}

function ip4Number(text: string): number {
  const address = parseIp4(text)
  if (address < 0) throw badAddress(text)
  return address
}

function ip6(text: string): string {
  const raw = new Uint8Array(16)
  if (!writeIp6(mapped(text), raw, 0)) throw badAddress(text)
  return formatIp6(raw, 0)
}

function mapped(text: string): string {
  return text.includes(':') ? text : `::ffff:${text}`
}

function putPath(out: Buffer, at: number, path: string): void {
  const bytes = Buffer.from(path, 'utf8')
  if (bytes.length > 108) throw bad(`the path has ${bytes.length} bytes; at most 108 fit`)
  out.fill(0, at, at + 108)
  out.set(bytes, at)
}

/** Bytes of the NOOP TLV (0, or 3 and more) that fills the header to a multiple of `padTo`. */
function paddingOf(length: number, padTo: number | undefined): number {
  if (padTo === undefined) return 0
  if (!Number.isInteger(padTo) || padTo < 1 || padTo > 1024)
    throw bad(`padding to ${padTo} bytes; it must be 1 to 1024`)
  let padding = (padTo - (length % padTo)) % padTo
  while (padding > 0 && padding < 3) padding += padTo
  return padding
}

function port(endpoint: Endpoint): number {
  const { port } = endpoint
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw bad(`${port} is no port`)
  return port
}

function digits(value: number): number {
  return value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : value < 10000 ? 4 : 5
}

function put(out: Uint8Array, at: number, ascii: string): number {
  for (let i = 0; i < ascii.length; i++) out[at++] = ascii.charCodeAt(i)
  return at
}

function putNumber(out: Uint8Array, at: number, value: number): number {
  const end = at + digits(value)
  for (let i = end - 1; i >= at; i--) {
    out[i] = 0x30 + (value % 10)
    value = (value / 10) | 0
  }
  return end
}

function putUint16(out: Uint8Array, at: number, value: number): void {
  out[at] = value >> 8
  out[at + 1] = value & 0xff
}

function putUint32(out: Uint8Array, at: number, value: number): void {
  putUint16(out, at, value >>> 16)
  putUint16(out, at + 2, value & 0xffff)
}

function badAddress(text: string): Fault {
  return bad(`"${text}" is no IP address of that family`)
}

function bad(message: string): Fault {
  return new Fault('MP-HDR-SPEC', message, { exit: EXIT.usage })
}
