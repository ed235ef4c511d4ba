import type { Decoded, HeaderError } from './types.js'

/** Every reason why bytes are not a header. Codes are stable: scripts and tests match on them. */
export type HeaderCode =
  | 'MP-HDR-SIGNATURE'
  | 'MP-HDR-NOT-ACCEPTED'
  | 'MP-HDR-TRUNCATED'
  | 'MP-HDR-V1-SPACE'
  | 'MP-HDR-V1-PROTOCOL'
  | 'MP-HDR-V1-ADDRESS'
  | 'MP-HDR-V1-PORT'
  | 'MP-HDR-V1-CRLF'
  | 'MP-HDR-V1-LINE'
  | 'MP-HDR-VERSION'
  | 'MP-HDR-COMMAND'
  | 'MP-HDR-FAMILY'
  | 'MP-HDR-TRANSPORT'
  | 'MP-HDR-LENGTH'
  | 'MP-HDR-TLV'
  | 'MP-HDR-UNIQUE-ID'
  | 'MP-HDR-CRC32C'
  | 'MP-HDR-CRC32C-LENGTH'
  | 'MP-HDR-CRC32C-TWICE'
  | 'MP-HDR-SSL'
  | 'MP-HDR-SSL-TLV'

export type Refused = Extract<Decoded, { status: 'error' }>

/** @param clause of `doc/proxy-protocol.txt`, for example `2.2.3` */
export function refused(code: HeaderCode, offset: number, clause: string, message: string): Refused {
  const error: HeaderError = { code, offset, clause: `PP ${clause}`, message }
  return { status: 'error', error }
}

/** `missing`: the least number of further bytes that can complete the header, at least 1. */
export function more(missing: number): Decoded {
  return { status: 'more', missing }
}

/** `0x2a`. */
export function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
