import { printable } from '../kernel/printable.js'
import type { HeaderError, ProxyHeader, Version } from '../proxy-header/types.js'

/** Where Mosquitto 2.1 departs from the protocol, and its words. Its limit on what follows the fixed 16 bytes. */
const largest = 500

/** Why Mosquitto would refuse a header that the protocol allows. */
export function mannerRefuses(header: ProxyHeader): string | undefined {
  if (header.version === 1) {
    if (header.source && (header.source.port === 0 || header.destination?.port === 0))
      return 'port 0 in a version 1 line'
    return undefined
  }
  if (header.command === 'LOCAL') return 'local'
  if (header.family === 'UNSPEC' || header.transport !== 'STREAM') return 'PROXY for something other than TCP'
  if (header.length - 16 > largest) return `a header of more than ${largest} bytes`
  return undefined
}

/** `\x21\x31` with less than the 216 bytes of two socket paths: Mosquitto reads the first path up to its NUL. */
export function shortUnix(
  error: HeaderError,
  chunk: Buffer,
): { readonly path: string; readonly rest: Buffer } | undefined {
  if (error.code !== 'MP-HDR-LENGTH' || chunk[12] !== 0x21 || chunk[13] !== 0x31 || chunk.length < 17) return undefined
  const length = chunk.readUInt16BE(14)
  if (length === 0 || length > largest || chunk.length < 16 + length) return undefined
  const body = chunk.subarray(16, 16 + length)
  const nul = body.indexOf(0)
  // After the path it looks for TLVs.
  if (nul >= 0 && nul + 1 < length) return undefined
  return { path: body.toString('latin1', 0, nul < 0 ? length : nul), rest: chunk.subarray(16 + length) }
}

const invalid = 'Client (null) [(null):0] disconnected: bad socket read/write: Invalid input'

/** What Mosquitto writes about bytes that are no good header, by the version its listener expects. */
export function corruptLines(accept: readonly Version[], begun: Buffer, error: HeaderError): readonly string[] {
  if (!accept.includes(2)) return ['Connection rejected, corrupt PROXY header.', invalid]
  // The length comes first: one that is too large is refused before the rest is read.
  if (begun[0] === 0x0d && begun.length >= 16 && begun.readUInt16BE(14) > largest) return [invalid]
  const inTlvs =
    begun[0] === 0x0d && ((begun[13] === 0x11 && error.offset >= 28) || (begun[13] === 0x21 && error.offset >= 52))
  if (!inTlvs || begun[13] !== 0x11 || begun.length < 28) return [invalid]
  const address = [...begun.subarray(16, 20)].join('.')
  return [`Connection from ${address}:${begun.readUInt16BE(24)} rejected, corrupt PROXY header.`]
}

export function corruptLine(header: ProxyHeader): string {
  if (header.version === 2 && header.length - 16 > largest) return invalid
  return header.version === 1 || !header.source
    ? 'Connection rejected, corrupt PROXY header.'
    : `Connection from ${printable(header.source.address)}:${header.source.port} rejected, corrupt PROXY header.`
}
