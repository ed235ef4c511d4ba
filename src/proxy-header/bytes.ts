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

export function uint32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
  const low = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
  return high * 0x10000 + low
}
