import { decode } from './decode.js'
import { isSslPart, TLV, tlvName, tlvRowOf } from './tlv.js'
import type { ProxyHeader, SslInfo, Tlv } from './types.js'

/** Legal, but not what the specification asks of a sender, or a sign of something odd. */
export interface Remark {
  /** Bytes from the start of the header. */
  readonly offset: number
  readonly clause: string
  readonly message: string
}

/** Remarks on a good header, in the order of its bytes; none for bytes that are no header. */
export function remarks(bytes: Uint8Array): Remark[] {
  const decoded = decode(bytes)
  if (decoded.status !== 'header') return []
  const { header } = decoded
  const found = header.version === 1 ? ofLine(header) : ofBinary(bytes, header)
  return found.sort((a, b) => a.offset - b.offset)
}

function ofLine(header: ProxyHeader): Remark[] {
  if (header.family !== 'UNSPEC') return []
  const found = [
    remark(6, '2.1', 'UNKNOWN: some receivers refuse it; senders should not use it for their own connections'),
  ]
  if (header.length > 15) found.push(remark(13, '2.1', `${header.length - 15} bytes after UNKNOWN are ignored`))
  return found
}

function ofBinary(bytes: Uint8Array, header: ProxyHeader): Remark[] {
  const found: Remark[] = []
  if (header.command === 'LOCAL') {
    if (bytes[13] !== 0) found.push(remark(13, '2.2', 'LOCAL should be sent with family and transport UNSPEC'))
    if (header.length > 16)
      found.push(remark(14, '2.2', `LOCAL should announce no bytes; ${header.length - 16} are skipped`))
    return found
  }
  if (header.source === undefined)
    found.push(remark(13, '2.2', 'PROXY without addresses: a receiver is free to refuse it'))
  if (header.length > 536) found.push(remark(14, '2', 'longer than 536 bytes: it may not arrive in one segment'))
  found.push(...ofTlvs(header.tlvs, new Set()))
  for (const { type, offset } of header.tlvs.filter((tlv) => isSslPart(tlv.type))) {
    found.push(remark(offset, '2.2.6', `${tlvName(type)} stands outside the SSL TLV: receivers do not read it there`))
  }
  const ssl = header.tlvs.find((tlv) => tlv.type === TLV.SSL)
  if (ssl && header.ssl) found.push(...ofSsl(header.ssl, ssl.offset))
  return found
}

function ofTlvs(tlvs: readonly Tlv[], seen: Set<number>): Remark[] {
  const found: Remark[] = []
  for (const { type, value, offset } of tlvs) {
    const name = tlvName(type)
    const hex = `0x${type.toString(16).padStart(2, '0')}`
    if (name === 'UNKNOWN') found.push(remark(offset, '2.2', `TLV type ${hex} is not registered`))
    if (name === 'EXPERIMENT') found.push(remark(offset, '2.2.8', `TLV type ${hex} is for experiments only`))
    if (name === 'FUTURE') found.push(remark(offset, '2.2.8', `TLV type ${hex} is reserved for future use`))
    if (type !== TLV.NOOP && seen.has(type))
      found.push(remark(offset, '2.2', `a second TLV ${hex}: the first one counts`))
    seen.add(type)
    if (type === TLV.UNIQUE_ID && value.length === 0) found.push(remark(offset, '2.2.5', 'an empty unique id'))
    const shape = tlvRowOf(type)?.shape
    if (shape === 'ascii' && value.some((byte) => byte < 0x20 || byte > 0x7e)) {
      found.push(remark(offset, '2.2.6', `${name} must be printable US-ASCII`))
    }
    if (shape === 'utf8') found.push(...ofText(name, value, offset))
  }
  return found
}

function ofText(name: string, value: Uint8Array, offset: number): Remark[] {
  const found: Remark[] = []
  if (value.length === 0) found.push(remark(offset, '2.2', `${name} is empty`))
  if (value.some((byte) => byte < 0x20 || byte === 0x7f)) {
    found.push(remark(offset, '2.2', `${name} has control characters: they can forge log lines and cut names`))
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(value)
  } catch {
    found.push(remark(offset, '2.2', `${name} is not valid UTF-8`))
  }
  return found
}

function ofSsl(ssl: SslInfo, offset: number): Remark[] {
  const found = ofTlvs(ssl.tlvs, new Set())
  const say = (message: string) => found.push(remark(offset + 3, '2.2.6', message))
  if (ssl.client & 0xf8) say('client bits that are not assigned are set')
  if (ssl.ssl && ssl.version === undefined) say('the client used TLS, but the TLS version is missing')
  if (!ssl.ssl && ssl.tlvs.length > 0) say('TLS details of a client that used no TLS')
  if (!ssl.ssl && (ssl.certConn || ssl.certSess)) say('a client certificate without TLS')
  if (ssl.cn !== undefined && !ssl.certConn && !ssl.certSess) say('a common name, but no client certificate')
  if (ssl.certConn && !ssl.certSess)
    say('a certificate on this connection is one of its session, too; that bit is missing')
  return found
}

function remark(offset: number, clause: string, message: string): Remark {
  return { offset, clause: `PP ${clause}`, message }
}
