import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { copyIp4, formatIp6, writeIp4, writeIp6 } from './address.js'
import { crc32c } from './crc32c.js'
import { putTlvs, tlvBytes } from './encode-tlvs.js'
import type { Endpoint, HeaderSpec } from './types.js'
import { addressLength, families, SIGNATURE, transports, V2_FIXED } from './v2.js'

/**
 * The bytes of a header. Known TLVs come in HAProxy's order (CRC32C, ALPN, AUTHORITY, UNIQUE_ID, SSL, NETNS), then
 * `tlvs`, then padding. An IPv4 address beside an IPv6 one is sent IPv4-mapped, as HAProxy does.
 * @throws Fault MP-HDR-SPEC (exit 2) when no header can say that
 */
export function encode(spec: HeaderSpec = {}): Uint8Array {
  for (const key in spec) if (!known.has(key)) throw bad(`a header has no "${key}"; it has ${[...known].join(', ')}`)
  if (spec.source !== undefined) checkEndpoint('source', spec.source)
  if (spec.destination !== undefined) checkEndpoint('destination', spec.destination)
  const { version, command } = spec
  if (command !== undefined && command !== 'PROXY' && command !== 'LOCAL') throw notOneOf('command', command, commands)
  if (version === 1) return encodeV1(spec)
  if (version === 2 || version === undefined) return encodeV2(spec)
  throw notOneOf('version', version, [1, 2])
}

/** Every name a `HeaderSpec` may have; a misspelt one would be left out silently. */
const known: ReadonlySet<string> = new Set(
  Object.keys({
    version: 0,
    command: 0,
    family: 0,
    transport: 0,
    source: 0,
    destination: 0,
    alpn: 0,
    authority: 0,
    uniqueId: 0,
    netns: 0,
    ssl: 0,
    tlvs: 0,
    crc32c: 0,
    padTo: 0,
  } satisfies Record<keyof HeaderSpec, 0>),
)

function checkEndpoint(name: string, endpoint: Endpoint): void {
  if (typeof endpoint?.address === 'string' && typeof endpoint.port === 'number') return
  throw bad(
    `${name} is ${JSON.stringify(endpoint)}; it has an address and a port: { address: '192.0.2.1', port: 1883 }`,
  )
}

const commands = ['PROXY', 'LOCAL'] as const

function notOneOf(name: string, value: unknown, known: readonly (string | number)[]): Fault {
  return bad(`${name} ${JSON.stringify(value) ?? String(value)} is not one of ${known.join(', ')}`)
}

/** @throws Fault MP-HDR-SPEC: JavaScript callers have no types that keep them from `TCP4` */
function indexOf<const T extends string>(name: string, value: T, known: readonly T[]): number {
  const index = known.indexOf(value)
  if (index < 0) throw notOneOf(name, value, known)
  return index
}

function encodeV1(spec: HeaderSpec): Uint8Array {
  if (tlvBytes(spec) > 0 || spec.crc32c || spec.padTo !== undefined) throw v1Extra(spec)
  if (spec.transport !== undefined) indexOf('transport', spec.transport, transports)
  if (spec.transport === 'DGRAM') throw bad('a version 1 header knows TCP only')
  const family = spec.command === 'LOCAL' ? 0 : familyOf(spec)
  if (family === 0) return Buffer.from('PROXY UNKNOWN\r\n', 'latin1')
  if (family === 3) throw bad('a version 1 header cannot carry UNIX addresses')
  const { source, destination } = spec
  if (source === undefined || destination === undefined) throw needsBoth()
  const from = family === 1 ? source.address : ip6(source.address)
  const to = family === 1 ? destination.address : ip6(destination.address)
  const sport = port(source)
  const dport = port(destination)
  const out = Buffer.allocUnsafe(16 + from.length + to.length + digits(sport) + digits(dport))
  out.set(family === 1 ? tcp4 : tcp6)
  let at = family === 1 ? putIp4(out, 11, from) : put(out, 11, from)
  out[at++] = 0x20
  at = family === 1 ? putIp4(out, at, to) : put(out, at, to)
  out[at++] = 0x20
  at = putNumber(out, at, sport)
  out[at++] = 0x20
  at = putNumber(out, at, dport)
  out[at++] = 0x0d
  out[at++] = 0x0a
  return out
}

const tcp4 = Buffer.from('PROXY TCP4 ', 'latin1')
const tcp6 = Buffer.from('PROXY TCP6 ', 'latin1')

function putIp4(out: Uint8Array, at: number, text: string): number {
  const end = copyIp4(text, out, at)
  if (end < 0) throw badAddress(text)
  return end
}

function v1Extra(spec: HeaderSpec): Fault {
  const extra = onlyV2.find((key) => spec[key] !== undefined)
  return bad(`a version 1 header cannot carry ${extra}`)
}

const onlyV2 = ['alpn', 'authority', 'uniqueId', 'netns', 'ssl', 'tlvs', 'crc32c', 'padTo'] as const

function encodeV2(spec: HeaderSpec): Uint8Array {
  const tlvs = tlvBytes(spec)
  const { source, destination } = spec
  if (source !== undefined && destination !== undefined && isPlain(spec)) {
    const out = plainInet(spec, source, destination, tlvs)
    if (out !== undefined) return out
  }
  const local = spec.command === 'LOCAL'
  const family = local && spec.family === undefined ? 0 : familyOf(spec)
  const transport =
    spec.transport === undefined ? (family === 0 ? 0 : 1) : indexOf('transport', spec.transport, transports)
  const addresses = family === 0 || transport === 0 ? 0 : (addressLength[family] ?? 0)
  const padding = paddingOf(V2_FIXED + addresses + tlvs, spec.padTo)
  const length = addresses + tlvs + padding
  if (length > 0xffff) throw bad(`the header would announce ${length} bytes; at most 65535 fit`)
  const out = Buffer.allocUnsafe(V2_FIXED + length)
  for (let i = 0; i < 12; i++) out[i] = SIGNATURE[i] as number
  out[12] = local ? 0x20 : 0x21
  out[13] = (family << 4) | transport
  out[14] = length >> 8
  out[15] = length & 0xff
  if (addresses > 0) putAddresses(out, family, spec)
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

/** PROXY, a stream, the family from the addresses, no padding: what nearly every header is. */
function isPlain({ command, family, transport, padTo }: HeaderSpec): boolean {
  return command !== 'LOCAL' && family === undefined && transport === undefined && padTo === undefined
}

/** TCP over IPv4 with so many bytes of TLVs; `undefined` when the addresses are no IPv4 or the TLVs do not fit. */
function plainInet(spec: HeaderSpec, source: Endpoint, destination: Endpoint, tlvs: number): Uint8Array | undefined {
  const length = 12 + tlvs
  if (length > 0xffff) return undefined
  const out = Buffer.allocUnsafe(V2_FIXED + length)
  if (!writeIp4(source.address, out, 16) || !writeIp4(destination.address, out, 20)) return undefined
  for (let i = 0; i < 12; i++) out[i] = SIGNATURE[i] as number
  out[12] = 0x21
  out[13] = 0x11
  putUint16(out, 14, length)
  putUint16(out, 24, port(source))
  putUint16(out, 26, port(destination))
  const crcAt = tlvs === 0 ? -1 : putTlvs(out, 28, spec)
  if (crcAt >= 0) out.writeUInt32BE(crc32c(out, crcAt), crcAt)
  return out
}

function putAddresses(out: Buffer, family: number, { source, destination }: HeaderSpec): void {
  if (source === undefined || destination === undefined) throw needsBoth()
  if (family === 1) {
    if (!writeIp4(source.address, out, 16)) throw badAddress(source.address)
    if (!writeIp4(destination.address, out, 20)) throw badAddress(destination.address)
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
  if (spec.family !== undefined) return indexOf('family', spec.family, families)
  const { source, destination } = spec
  if (source === undefined && destination === undefined) return 0
  return hasColon(source) || hasColon(destination) ? 2 : 1
}

/** An IPv6 address has a colon among its first five characters. */
function hasColon(endpoint: Endpoint | undefined): boolean {
  if (endpoint === undefined) return false
  const { address } = endpoint
  for (let i = 0; i < 5 && i < address.length; i++) if (address.charCodeAt(i) === 0x3a) return true
  return false
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
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw bad(`${port} is not a valid port`)
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

function needsBoth(): Fault {
  return bad('a header with addresses needs both, source and destination')
}

function badAddress(text: string): Fault {
  return bad(`"${text}" is not an IP address of that family`)
}

function bad(message: string): Fault {
  return new Fault('MP-HDR-SPEC', message, { exit: EXIT.usage })
}
