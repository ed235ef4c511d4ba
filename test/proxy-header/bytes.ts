/** Bytes from hexadecimal lines; what follows a `|` is a comment. */
export function bytes(lines: string): Uint8Array {
  const hex = lines.replace(/\|.*$/gm, '').replace(/\s+/g, '')
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

/** Bytes of US-ASCII text. */
export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** Several parts as one. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

export const signature = '0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a'
