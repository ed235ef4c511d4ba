import { uint32 } from './bytes.js'
import type { Field } from './field.js'
import { describeTlv, isSslPart, TLV, tlvTitle } from './tlv.js'

/** TLVs from `at` to `end` (by the length field) as far as bytes are there; SSL is opened. */
export function explainTlvs(bytes: Uint8Array, at: number, end: number, ignored: boolean): Field[] {
  const note = ignored ? ' (ignored: LOCAL)' : ''
  const fields: Field[] = []
  while (at < end && at < bytes.length) {
    const length = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const type = bytes[at] ?? 0
    if (at + 3 > Math.min(end, bytes.length) || at + 3 + length > end) {
      fields.push(broken(bytes, at, end, 0))
      break
    }
    if (type === TLV.SSL && length >= 5 && !ignored) {
      fields.push(field(bytes, at, 3, 0, 'TLV SSL', `${length} bytes`))
      fields.push(...explainSsl(bytes, at + 3, at + 3 + length))
    } else {
      const value = bytes.subarray(at + 3, at + 3 + length)
      const text = value.length < length ? 'cut off' : describeTlv(type, value)
      const outside = isSslPart(type) && !ignored ? outsideSsl : ''
      fields.push(field(bytes, at, 3 + length, 0, `TLV ${title(type, value)}`, text + note + outside))
    }
    at += 3 + length
  }
  return fields
}

function explainSsl(bytes: Uint8Array, at: number, end: number): Field[] {
  if (at + 5 > bytes.length) return at < bytes.length ? [field(bytes, at, bytes.length - at, 1, 'SSL', 'cut off')] : []
  const verify = uint32(bytes, at + 1)
  const fields = [
    field(bytes, at, 1, 1, 'client', clientBits(bytes[at] ?? 0)),
    field(bytes, at + 1, 4, 1, 'verify', verify === 0 ? '0 (verified)' : `${verify} (not verified)`),
  ]
  at += 5
  while (at < end && at < bytes.length) {
    const length = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    if (at + 3 > Math.min(end, bytes.length) || at + 3 + length > end) {
      fields.push(broken(bytes, at, end, 1))
      break
    }
    const value = bytes.subarray(at + 3, at + 3 + length)
    const type = bytes[at] ?? 0
    fields.push(field(bytes, at, 3 + length, 1, title(type, value).replace(/^SSL_/, ''), describeTlv(type, value)))
    at += 3 + length
  }
  return fields
}

function field(bytes: Uint8Array, offset: number, length: number, depth: 0 | 1, name: string, value: string): Field {
  return { offset, bytes: bytes.subarray(offset, offset + length), depth, name, value }
}

function broken(bytes: Uint8Array, at: number, end: number, depth: 0 | 1): Field {
  const left = Math.min(end, bytes.length) - at
  const length = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
  const value = left < 3 ? `${left} bytes, too few for a TLV` : `says ${length} bytes, ${end - at - 3} are left`
  return field(bytes, at, left, depth, `TLV ${title(bytes[at] ?? 0, bytes.subarray(at + 3))}`, value)
}

function title(type: number, value: Uint8Array): string {
  const name = tlvTitle(type, value)
  const hex = `0x${type.toString(16).padStart(2, '0')}`
  return ['UNKNOWN', 'CUSTOM', 'EXPERIMENT', 'FUTURE'].includes(name) ? `${hex} (${name.toLowerCase()})` : name
}

/** `ssl + cert_conn + cert_sess`, HAProxy's words. */
function clientBits(client: number): string {
  const bits = [
    client & 1 && 'ssl',
    client & 2 && 'cert_conn',
    client & 4 && 'cert_sess',
    client & 0xf8 && 'reserved bits',
  ]
  return bits.filter(Boolean).join(' + ') || 'no TLS'
}

const outsideSsl = ' (outside the SSL TLV: receivers do not read it there)'
