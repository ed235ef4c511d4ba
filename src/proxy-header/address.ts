/** IP addresses between text and bytes, without allocation on the way where it matters. */

const dot = 0x2e
const colon = 0x3a

/**
 * Results of the scanners below: a value >= 0 is the offset after the field; above `BAD` and below 0 it is minus the
 * least number of bytes the field still needs; at or below `BAD` the byte at `BAD - result` is wrong.
 */
export const BAD = -1000

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isHex(byte: number): boolean {
  const letter = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66)
}

/** Canonical dotted IPv4 at `i`: four numbers 0..255 without leading zeros (PP 2.1). */
export function scanIp4(bytes: Uint8Array, i: number, n: number): number {
  for (let left = 6; ; left -= 2) {
    if (i >= n) return -1 - left
    let value = (bytes[i] as number) - 0x30
    if (value < 0 || value > 9) return BAD - i
    i++
    while (i < n && isDigit(bytes[i] as number)) {
      if (value === 0) return BAD - i
      value = value * 10 + (bytes[i] as number) - 0x30
      if (value > 255) return BAD - i
      i++
    }
    if (left === 0) return i
    if (i >= n) return -left
    if (bytes[i] !== dot) return BAD - i
    i++
  }
}

/**
 * IPv6 at `i`: up to four hex digits a group, either case, at most one `::`, 128 bits in all (PP 2.1). The last 32 bits
 * may be dotted, as HAProxy writes IPv4-mapped addresses.
 */
export function scanIp6(bytes: Uint8Array, i: number, n: number): number {
  let groups = 0
  let gap = false
  if (i >= n) return -2
  if (bytes[i] === colon) {
    if (i + 1 >= n) return -1
    if (bytes[i + 1] !== colon) return BAD - (i + 1)
    gap = true
    i += 2
    if (i >= n || !isHex(bytes[i] as number)) return i
  }
  for (;;) {
    const start = i
    while (i < n && isHex(bytes[i] as number)) {
      if (i - start === 4) return BAD - i
      i++
    }
    if (i === start) return BAD - i
    if (i < n && bytes[i] === dot) {
      return groups > 6 || gap === (groups === 6) ? BAD - i : scanIp4(bytes, start, n)
    }
    groups++
    const whole = gap || groups === 8
    if (i >= n) return whole ? i : -2
    if (bytes[i] !== colon) return whole ? i : BAD - i
    if (groups === (gap ? 7 : 8)) return BAD - i
    i++
    if (i >= n) return -1
    if (bytes[i] !== colon) continue
    if (gap) return BAD - i
    gap = true
    i++
    if (i >= n || groups === 7 || !isHex(bytes[i] as number)) return i
  }
}

/** A port 0..65535 without leading zeros at `i`. */
export function scanPort(bytes: Uint8Array, i: number, n: number): number {
  if (i >= n) return -1
  let value = (bytes[i] as number) - 0x30
  if (value < 0 || value > 9) return BAD - i
  i++
  while (i < n && isDigit(bytes[i] as number)) {
    if (value === 0) return BAD - i
    value = value * 10 + (bytes[i] as number) - 0x30
    if (value > 65535) return BAD - i
    i++
  }
  return i
}

/** Writes the four bytes of a canonical dotted IPv4 at `at`; false when the text is none. */
export function writeIp4(text: string, to: Uint8Array, at: number): boolean {
  const end = at + 3
  let value = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === dot) {
      if (value < 0 || at === end) return false
      to[at++] = value
      value = -1
    } else {
      const digit = code - 0x30
      if (digit < 0 || digit > 9 || value === 0) return false
      value = value < 0 ? digit : value * 10 + digit
      if (value > 255) return false
    }
  }
  if (value < 0 || at !== end) return false
  to[at] = value
  return true
}

/** Copies a canonical dotted IPv4 as US-ASCII to `at`; returns where it ends, or -1 when the text is none. */
export function copyIp4(text: string, to: Uint8Array, at: number): number {
  let dots = 0
  let value = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === dot) {
      if (value < 0 || ++dots > 3) return -1
      value = -1
    } else {
      const digit = code - 0x30
      if (digit < 0 || digit > 9 || value === 0) return -1
      value = value < 0 ? digit : value * 10 + digit
      if (value > 255) return -1
    }
    to[at++] = code
  }
  return value < 0 || dots !== 3 ? -1 : at
}

/** Writes the 16 bytes of an IPv6 text at `at`; false when the text is no IPv6 address (a zone is none). */
export function writeIp6(text: string, to: Uint8Array, at: number): boolean {
  const ascii = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) ascii[i] = Math.min(text.charCodeAt(i), 255)
  if (scanIp6(ascii, 0, ascii.length) !== ascii.length) return false
  fillIp6(ascii, 0, ascii.length, to, at)
  return true
}

/** As `writeIp6`, for text that `scanIp6` has found good. */
export function fillIp6(ascii: Uint8Array, from: number, end: number, to: Uint8Array, at: number): void {
  to.fill(0, at, at + 16)
  let out = at
  let gapAt = -1
  let i = from
  while (i < end) {
    if (ascii[i] === colon) {
      if (ascii[i + 1] === colon) {
        gapAt = out
        i += 2
      } else i++
      continue
    }
    let value = 0
    let decimal = 0
    while (i < end && isHex(ascii[i] as number)) {
      const byte = ascii[i++] as number
      value = value * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57)
      decimal = decimal * 10 + byte - 0x30
    }
    if (i < end && ascii[i] === dot) {
      to[out++] = decimal
      for (let octet = 0; octet < 3; octet++) {
        i++
        decimal = 0
        while (i < end && isDigit(ascii[i] as number)) decimal = decimal * 10 + (ascii[i++] as number) - 0x30
        to[out++] = decimal
      }
    } else {
      to[out++] = value >> 8
      to[out++] = value & 0xff
    }
  }
  if (gapAt < 0) return
  const tail = out - gapAt
  to.copyWithin(at + 16 - tail, gapAt, out)
  to.fill(0, gapAt, at + 16 - tail)
}

const octets: readonly string[] = Array.from({ length: 256 }, (_, value) => String(value))
const dotted: readonly string[] = octets.map((octet) => `${octet}.`)

/** `203.0.113.7` from four bytes. */
export function formatIp4(bytes: Uint8Array, at: number): string {
  return ip4Text(bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number, bytes[at + 3] as number)
}

/** Text of four octets, each 0..255. */
export function ip4Text(a: number, b: number, c: number, d: number): string {
  return (dotted[a] as string) + (dotted[b] as string) + (dotted[c] as string) + (octets[d] as string)
}

/** RFC 5952 text of 16 bytes: lower case, no leading zeros, the longest run of zeros as `::`, IPv4-mapped dotted. */
export function formatIp6(bytes: Uint8Array, at: number): string {
  const groups: number[] = []
  for (let i = 0; i < 8; i++) groups.push(((bytes[at + 2 * i] as number) << 8) | (bytes[at + 2 * i + 1] as number))
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > bestLength) {
      best = i
      bestLength = end - i
    }
    if (end > i) i = end
  }
  if (best === 0 && bestLength === 5 && groups[5] === 0xffff) return `::ffff:${formatIp4(bytes, at + 12)}`
  const hex = groups.map((group) => group.toString(16))
  if (best < 0) return hex.join(':')
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + bestLength).join(':')}`
}

/** An IPv6 text as RFC 5952 has it; any other text as it is. */
export function canonicalAddress(text: string): string {
  const raw = new Uint8Array(16)
  return text.includes(':') && writeIp6(text, raw, 0) ? formatIp6(raw, 0) : text
}
