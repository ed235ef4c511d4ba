import { quoted } from '../kernel/printable.js'
import { textOf } from './bytes.js'
import { type TlvRow, tlvTable } from './tlv-table.js'

/** The name of a TLV or sub-TLV: `ALPN`, `SSL`, `CN` and the others of the table. */
export type TlvName = keyof typeof tlvTable

/** The number of each TLV by its name. */
type Types = { readonly [Name in TlvName]: (typeof tlvTable)[Name]['type'] }

export const tlvNames = Object.keys(tlvTable).filter(isTlvName)

/** TLV types by name, PP 2.2 and `include/haproxy/connection-t.h` for 0x26..0x28. */
export const TLV = Object.fromEntries(tlvNames.map((name) => [name, tlvTable[name].type])) as Types

/** Longest UNIQUE_ID, PP 2.2.5. */
export const UNIQUE_ID_MAX = tlvTable.UNIQUE_ID.most

const names = new Map<number, TlvName>(tlvNames.map((name) => [tlvTable[name].type, name]))

function isTlvName(name: string): name is TlvName {
  return Object.hasOwn(tlvTable, name)
}

export function tlvRow(name: TlvName): TlvRow {
  return tlvTable[name]
}

/** The row of a type, where it has a name. */
export function tlvRowOf(type: number): TlvRow | undefined {
  const name = names.get(type)
  return name === undefined ? undefined : tlvTable[name]
}

/** `SSL`, `AUTHORITY`; for a type without a name the range it is reserved for, PP 2.2.8. */
export function tlvName(type: number): string {
  const name = names.get(type)
  if (name !== undefined) return name
  if (type >= 0xe0 && type <= 0xef) return 'CUSTOM'
  if (type >= 0xf0 && type <= 0xf7) return 'EXPERIMENT'
  return type >= 0xf8 ? 'FUTURE' : 'UNKNOWN'
}

/** `SSL`, `AWS`; `CUSTOM` where the number is a vendor's and the value is not. */
export function tlvTitle(type: number, value: Uint8Array): string {
  const vendor = tlvRowOf(type)?.vendor
  return vendor === undefined || vendor.is(value) ? tlvName(type) : 'CUSTOM'
}

/** The type of a name in any case, with `-` or `_`; `undefined` for no such name. */
export function tlvType(name: string): number | undefined {
  const key = name.toUpperCase().replaceAll('-', '_')
  return isTlvName(key) ? tlvTable[key].type : undefined
}

/** Whether a type belongs into the SSL TLV only (PP 2.2.6). */
export function isSslPart(type: number): boolean {
  return tlvRowOf(type)?.within === 'ssl'
}

/** Whether values of this type are text. */
export function isTextTlv(type: number): boolean {
  const shape = tlvRowOf(type)?.shape
  return shape === 'ascii' || shape === 'utf8' || shape === 'text'
}

/** A value in words: what its row says of it, text in quotes, else its length. */
export function describeTlv(type: number, value: Uint8Array): string {
  const row = tlvRowOf(type)
  const said = row?.describe?.(value)
  if (said !== undefined) return said
  const vendor = row?.vendor
  if (vendor?.is(value)) {
    const id = vendor.id(value)
    return `${vendor.what} ${typeof id === 'string' ? quoted(id) : id}`
  }
  const text = textOf(value)
  if (text.startsWith('-----BEGIN ')) return `${pemKind(text)} (PEM), ${value.length} bytes`
  return /^[\x20-\x7e\xa1-\ud7ff\ue000-\ufffc]*$/.test(text) ? quoted(text) : `${value.length} bytes`
}

/** `certificate`, `trusted certificate` (OpenSSL's own form). */
function pemKind(text: string): string {
  return /^-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1]?.toLowerCase() ?? 'text'
}
