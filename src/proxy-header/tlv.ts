/** TLV types and their names, PP 2.2 and `include/haproxy/connection-t.h` for 0x26..0x28. */
export const TLV = {
  ALPN: 0x01,
  AUTHORITY: 0x02,
  CRC32C: 0x03,
  NOOP: 0x04,
  UNIQUE_ID: 0x05,
  SSL: 0x20,
  SSL_VERSION: 0x21,
  SSL_CN: 0x22,
  SSL_CIPHER: 0x23,
  SSL_SIG_ALG: 0x24,
  SSL_KEY_ALG: 0x25,
  SSL_GROUP: 0x26,
  SSL_SIG_SCHEME: 0x27,
  SSL_CLIENT_CERT: 0x28,
  NETNS: 0x30,
  GCP: 0xe0,
  AWS: 0xea,
  AZURE: 0xee,
} as const

export type TlvName = keyof typeof TLV

/** Longest UNIQUE_ID, PP 2.2.5. */
export const UNIQUE_ID_MAX = 128

const names = new Map<number, TlvName>()
for (const [name, type] of Object.entries(TLV)) if (isTlvName(name)) names.set(type, name)

function isTlvName(name: string): name is TlvName {
  return Object.hasOwn(TLV, name)
}

/** `SSL`, `AUTHORITY`; for a type without a name the range it is reserved for, PP 2.2.8. */
export function tlvName(type: number): string {
  const name = names.get(type)
  if (name !== undefined) return name
  if (type >= 0xe0 && type <= 0xef) return 'CUSTOM'
  if (type >= 0xf0 && type <= 0xf7) return 'EXPERIMENT'
  return type >= 0xf8 ? 'FUTURE' : 'UNKNOWN'
}

/** The type of a name in any case, with `-` or `_`; `undefined` for no such name. */
export function tlvType(name: string): number | undefined {
  const key = name.toUpperCase().replaceAll('-', '_')
  return isTlvName(key) ? TLV[key] : undefined
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** UTF-8 text of a value; wrong bytes become U+FFFD. */
export function textOf(value: Uint8Array): string {
  return textIn(value, 0, value.length)
}

/** The same of a part; short US-ASCII, which is what headers carry, without a view or a decoder. */
export function textIn(bytes: Uint8Array, from: number, end: number): string {
  if (end - from > 48) return utf8.decode(bytes.subarray(from, end))
  let text = ''
  for (let i = from; i < end; i++) {
    const byte = bytes[i] as number
    if (byte > 0x7f) return utf8.decode(bytes.subarray(from, end))
    text += String.fromCharCode(byte)
  }
  return text
}
