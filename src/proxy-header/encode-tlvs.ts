import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { TLV, UNIQUE_ID_MAX } from './tlv.js'
import type { HeaderSpec, SslSpec } from './types.js'

/** Bytes of all TLVs that the spec asks for, padding excluded. */
export function tlvBytes(spec: HeaderSpec): number {
  let bytes = 0
  if (spec.alpn !== undefined) bytes += 3 + utf8Length(spec.alpn)
  if (spec.crc32c) bytes += 7
  if (spec.authority !== undefined) bytes += 3 + utf8Length(spec.authority)
  if (spec.uniqueId !== undefined) bytes += 3 + bytesIn(spec.uniqueId, 'uniqueId')
  if (spec.ssl !== undefined) bytes += 3 + sslBytes(spec.ssl)
  if (spec.netns !== undefined) bytes += 3 + utf8Length(spec.netns)
  if (spec.tlvs !== undefined) {
    if (!Array.isArray(spec.tlvs)) throw bad(`tlvs is ${describe(spec.tlvs)}; it is a list of { type, value }`)
    for (const one of spec.tlvs) bytes += 3 + bytesIn(one?.value, 'the value of a TLV')
  }
  return bytes
}

/** Writes them at `at`; returns where the value of CRC32C stands (zero so far), or -1. */
export function putTlvs(out: Buffer, at: number, spec: HeaderSpec): number {
  let crcAt = -1
  if (spec.crc32c) {
    at = putHead(out, at, TLV.CRC32C, 4)
    crcAt = at
    out.fill(0, at, at + 4)
    at += 4
  }
  if (spec.alpn !== undefined) at = putText(out, at, TLV.ALPN, spec.alpn)
  if (spec.authority !== undefined) at = putText(out, at, TLV.AUTHORITY, spec.authority)
  if (spec.uniqueId !== undefined) {
    if (spec.uniqueId.length > UNIQUE_ID_MAX) {
      throw bad(`the unique id has ${spec.uniqueId.length} bytes; at most ${UNIQUE_ID_MAX} are legal`)
    }
    at = putRaw(out, at, TLV.UNIQUE_ID, spec.uniqueId)
  }
  if (spec.ssl !== undefined) at = putSsl(out, at, spec.ssl)
  if (spec.netns !== undefined) at = putText(out, at, TLV.NETNS, spec.netns)
  if (spec.tlvs !== undefined) for (const { type, value } of spec.tlvs) at = putRaw(out, at, type, value)
  return crcAt
}

function bytesIn(value: Uint8Array, name: string): number {
  if (value instanceof Uint8Array) return value.length
  throw bad(`${name} is ${describe(value)}; it is a Uint8Array`)
}

function describe(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}

function sslBytes(ssl: SslSpec): number {
  if (ssl === null || typeof ssl !== 'object')
    throw bad(`ssl is ${describe(ssl)}; it is an object such as { cn: 'alice' }`)
  let bytes = 5
  if (ssl.version !== undefined) bytes += 3 + utf8Length(ssl.version)
  if (ssl.cn !== undefined) bytes += 3 + utf8Length(ssl.cn)
  if (ssl.keyAlg !== undefined) bytes += 3 + utf8Length(ssl.keyAlg)
  if (ssl.sigAlg !== undefined) bytes += 3 + utf8Length(ssl.sigAlg)
  if (ssl.cipher !== undefined) bytes += 3 + utf8Length(ssl.cipher)
  if (ssl.group !== undefined) bytes += 3 + utf8Length(ssl.group)
  if (ssl.sigScheme !== undefined) bytes += 3 + utf8Length(ssl.sigScheme)
  if (ssl.clientCert !== undefined) bytes += 3 + bytesIn(ssl.clientCert, 'ssl.clientCert')
  return bytes
}

/** Sub-TLVs in HAProxy's order: VERSION, CN, KEY_ALG, SIG_ALG, CIPHER, then the newer ones. */
function putSsl(out: Buffer, at: number, ssl: SslSpec): number {
  const client = ssl.client ?? (ssl.cn !== undefined ? 0x07 : ssl.version !== undefined ? 0x01 : 0)
  const verify = ssl.verify ?? 0
  if (!Number.isInteger(client) || client < 0 || client > 0xff) throw bad(`SSL client bits ${client}; one byte is sent`)
  if (!Number.isInteger(verify) || verify < 0 || verify > 0xffffffff)
    throw bad(`SSL verify ${verify}; 32 bits are sent`)
  const start = at
  at += 3
  out[at] = client
  out[at + 1] = verify >>> 24
  out[at + 2] = (verify >>> 16) & 0xff
  out[at + 3] = (verify >>> 8) & 0xff
  out[at + 4] = verify & 0xff
  at += 5
  if (ssl.version !== undefined) at = putText(out, at, TLV.SSL_VERSION, ssl.version)
  if (ssl.cn !== undefined) at = putText(out, at, TLV.SSL_CN, ssl.cn)
  if (ssl.keyAlg !== undefined) at = putText(out, at, TLV.SSL_KEY_ALG, ssl.keyAlg)
  if (ssl.sigAlg !== undefined) at = putText(out, at, TLV.SSL_SIG_ALG, ssl.sigAlg)
  if (ssl.cipher !== undefined) at = putText(out, at, TLV.SSL_CIPHER, ssl.cipher)
  if (ssl.group !== undefined) at = putText(out, at, TLV.SSL_GROUP, ssl.group)
  if (ssl.sigScheme !== undefined) at = putText(out, at, TLV.SSL_SIG_SCHEME, ssl.sigScheme)
  if (ssl.clientCert !== undefined) at = putRaw(out, at, TLV.SSL_CLIENT_CERT, ssl.clientCert)
  putHead(out, start, TLV.SSL, at - start - 3)
  return at
}

function putHead(out: Buffer, at: number, type: number, length: number): number {
  if (!Number.isInteger(type) || type < 0 || type > 0xff) throw bad(`TLV type ${type}; one byte is sent`)
  out[at] = type
  out[at + 1] = length >> 8
  out[at + 2] = length & 0xff
  return at + 3
}

function putRaw(out: Buffer, at: number, type: number, value: Uint8Array): number {
  at = putHead(out, at, type, value.length)
  out.set(value, at)
  return at + value.length
}

function putText(out: Buffer, at: number, type: number, text: string): number {
  const start = at
  at += 3
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) {
      at = start + 3 + out.write(text, start + 3, 'utf8')
      break
    }
    out[at++] = code
  }
  putHead(out, start, type, at - start - 3)
  return at
}

/** Bytes in UTF-8; equal to `text.length` only for US-ASCII. */
function utf8Length(text: string): number {
  if (typeof text !== 'string') throw bad(`${describe(text)} is not a text; ALPN, names and versions are strings`)
  let high = 0
  for (let i = 0; i < text.length; i++) high |= text.charCodeAt(i)
  return high > 0x7f ? Buffer.byteLength(text, 'utf8') : text.length
}

function bad(message: string): Fault {
  return new Fault('MP-HDR-SPEC', message, { exit: EXIT.usage })
}
