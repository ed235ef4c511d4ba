import { type ProxyHeader, tlvType } from '../proxy-header/index.js'
import type { FaultName } from './fault-kinds.js'

/** What of `--fault NAME=VALUE` is about a TLV: its type, and for a forged one its bytes. */
export interface TlvValue {
  readonly type: number
  readonly bytes: Uint8Array
}

/** More than a forged TLV needs, less than a header holds. */
const mostBytes = 4096

/** `TYPE` or `TYPE:VALUE`; the value is text, or bytes behind `0x`. `undefined`: it is none. */
export function readTlvValue(text: string): TlvValue | undefined {
  const [, name = '', value = ''] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? []
  const type = tlvType(name) ?? (/^(?:0x[0-9a-f]{1,2}|\d{1,3})$/i.test(name) ? Number(name) : Number.NaN)
  const bytes = /^0x(?:[0-9a-f]{2})+$/i.test(value) ? Buffer.from(value.slice(2), 'hex') : Buffer.from(value)
  return type >= 0 && type <= 0xff && bytes.length <= mostBytes ? { type, bytes } : undefined
}

/**
 * A header of version 2 with a TLV dropped, sent twice or forged; the length fits again. A checksum in it is no longer
 * right, and is left so. `undefined`: there is nothing to change.
 */
export function withChangedTlv(
  fault: Extract<FaultName, 'drop-tlv' | 'duplicate-tlv' | 'forge-tlv'>,
  raw: Uint8Array,
  header: ProxyHeader,
  text: string,
): Uint8Array | undefined {
  const value = readTlvValue(text)
  if (value === undefined || header.version === 1) return undefined
  const there = header.tlvs.filter(({ type }) => type === value.type)
  if (there.length === 0 && fault !== 'forge-tlv') return undefined
  const parts: Uint8Array[] = []
  let at = 0
  for (const one of there) {
    const end = one.offset + 3 + one.value.length
    const own = raw.subarray(one.offset, end)
    parts.push(raw.subarray(at, one.offset), ...(fault === 'duplicate-tlv' ? [own, own] : []))
    at = end
  }
  parts.push(raw.subarray(at), ...(fault === 'forge-tlv' ? [tlvBytes(value)] : []))
  const bytes = Buffer.concat(parts)
  bytes.writeUInt16BE(bytes.length - 16, 14)
  return bytes
}

function tlvBytes({ type, bytes }: TlvValue): Uint8Array {
  return Buffer.concat([Buffer.of(type, bytes.length >> 8, bytes.length & 0xff), bytes])
}
