import { quoted } from '../kernel/printable.js'
import { formatIp4, formatIp6 } from './address.js'
import { decode } from './decode.js'
import { explainTlvs } from './explain-tlvs.js'
import type { Field } from './field.js'
import type { Decoded } from './types.js'
import { addressLength, families, SIGNATURE, transports, unixAddress, V2_FIXED } from './v2.js'
import { TlvWalk } from './walk.js'

/** A header, byte by byte. */
export interface Explained {
  readonly decoded: Decoded
  /** All bytes up to the end of the header, or as far as they can be read when it is broken or cut off. */
  readonly fields: readonly Field[]
  /** Bytes after a good header. */
  readonly rest: Uint8Array
}

/** Any bytes as annotated fields, for dumps and reports; a broken header is shown up to where it stops making sense. */
export function explain(bytes: Uint8Array): Explained {
  const decoded = decode(bytes)
  const end = decoded.status === 'header' ? decoded.length : bytes.length
  const header = bytes.subarray(0, end)
  const fields = header[0] === 0x0d ? binary(header) : header[0] === 0x50 ? line(header) : []
  return { decoded, fields, rest: decoded.status === 'header' ? bytes.subarray(end) : new Uint8Array(0) }
}

function binary(bytes: Uint8Array): Field[] {
  const fields: Field[] = []
  const add = (offset: number, length: number, name: string, value: () => string) => {
    const part = bytes.subarray(offset, offset + length)
    if (part.length > 0)
      fields.push({ offset, bytes: part, depth: 0, name, value: part.length === length ? value() : 'cut off' })
    return part.length === length
  }
  const signed = SIGNATURE.every((byte, i) => bytes[i] === byte)
  if (!add(0, 12, 'signature', () => (signed ? 'ok' : 'wrong')) || !signed) return fields
  if (!add(12, 1, 'version/command', () => versionCommand(bytes[12] ?? 0))) return fields
  if (!add(13, 1, 'family/transport', () => familyTransport(bytes[13] ?? 0))) return fields
  const length = ((bytes[14] ?? 0) << 8) | (bytes[15] ?? 0)
  if (!add(14, 2, 'length', () => String(length)) || length === 0) return fields
  const end = Math.min(bytes.length, V2_FIXED + length)
  const local = (bytes[12] ?? 0) === 0x20
  const block = addressBlock(bytes)
  if (length < block) {
    add(V2_FIXED, end - V2_FIXED, 'address block', () => `${length} of ${block} bytes`)
    return fields
  }
  if (block === 12 || block === 36) {
    const size = block === 12 ? 4 : 16
    const text = block === 12 ? formatIp4 : formatIp6
    const note = local ? ' (ignored: LOCAL)' : ''
    add(16, size, 'source address', () => text(bytes, 16) + note)
    add(16 + size, size, 'destination address', () => text(bytes, 16 + size) + note)
    add(16 + 2 * size, 2, 'source port', () => String(port(bytes, 16 + 2 * size)) + note)
    add(18 + 2 * size, 2, 'destination port', () => String(port(bytes, 18 + 2 * size)) + note)
  } else if (block === 216) {
    add(16, 108, 'source path', () => quoted(unixAddress(bytes, 16)))
    add(124, 108, 'destination path', () => quoted(unixAddress(bytes, 124)))
  }
  const skipped = whySkipped(bytes, block, end)
  if (skipped) add(V2_FIXED, end - V2_FIXED, 'skipped', () => skipped)
  else fields.push(...explainTlvs(bytes, V2_FIXED + block, V2_FIXED + length, local))
  return fields
}

/** Why the bytes after the fixed part mean nothing; `undefined` where they are TLVs. */
function whySkipped(bytes: Uint8Array, block: number, end: number): string | undefined {
  if (block > 0) return undefined
  if ((bytes[13] ?? 0) >> 4 !== 0) return 'ignored: the transport is UNSPEC'
  const broken = new TlvWalk(V2_FIXED, end).step(bytes, end) !== undefined
  return broken ? 'ignored: no TLVs' : undefined
}

function addressBlock(bytes: Uint8Array): number {
  const family = bytes[13] ?? 0
  return (family & 0x0f) === 0 ? 0 : (addressLength[family >> 4] ?? 0)
}

function versionCommand(byte: number): string {
  const command = (['LOCAL', 'PROXY'] as const)[byte & 0x0f] ?? `unassigned ${byte & 0x0f}`
  return `${byte >> 4} / ${command}`
}

function familyTransport(byte: number): string {
  const family = families[byte >> 4] ?? `family ${byte >> 4}`
  const transport = transports[byte & 0x0f] ?? `transport ${byte & 0x0f}`
  if (family === 'UNSPEC' && transport === 'UNSPEC') return 'UNSPEC'
  const words = { STREAM: family === 'UNIX' ? 'stream' : 'TCP', DGRAM: family === 'UNIX' ? 'datagram' : 'UDP' }
  const word = transport === 'STREAM' || transport === 'DGRAM' ? words[transport] : transport
  const over = { INET: 'IPv4', INET6: 'IPv6', UNIX: 'UNIX', UNSPEC: 'UNSPEC' } as const
  return `${word} over ${family in over ? over[family as keyof typeof over] : family}`
}

function port(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

/** The parts of a version 1 line; separators belong to the part before them. */
function line(bytes: Uint8Array): Field[] {
  const text = Array.from(bytes.subarray(0, 107), (byte) => String.fromCharCode(byte)).join('')
  const crlf = text.indexOf('\r\n')
  const end = crlf < 0 ? text.length : crlf
  const names = [
    'protocol name',
    'protocol',
    'source address',
    'destination address',
    'source port',
    'destination port',
  ]
  const unknown = text.startsWith('PROXY UNKNOWN ')
  const fields: Field[] = []
  let at = 0
  for (let index = 0; at < end; index++) {
    const space = unknown && index === 2 ? -1 : text.indexOf(' ', at)
    const stop = space < 0 || space >= end ? end : space + 1
    const part = text.slice(at, stop).replace(/ $/, '')
    const name = unknown && index === 2 ? 'text' : (names[index] ?? 'unexpected')
    const value = name === 'text' ? `${printable(part)} (ignored)` : printable(part)
    fields.push({ offset: at, bytes: bytes.subarray(at, stop), depth: 0, name, value })
    at = stop
  }
  if (crlf >= 0)
    fields.push({ offset: crlf, bytes: bytes.subarray(crlf, crlf + 2), depth: 0, name: 'CRLF', value: 'ok' })
  return fields
}

/** Text with everything that is not printable US-ASCII written as `\x1b`. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
