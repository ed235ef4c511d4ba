import { readErlangBinary } from './erlang-binary.js'

/** Bytes written in a program: Erlang and Elixir binaries, strings with escapes, lists of decimal numbers. Pure. */

/** `undefined`: the text is none of these (it may still be hexadecimal). */
export function readLiteral(text: string): Uint8Array | undefined {
  if (text.includes('<<')) return readErlangBinary(text)?.bytes
  return strings(text) ?? decimals(text)
}

const string = /b?"((?:[^"\\]|\\[\s\S])*)"|b?'((?:[^'\\]|\\[\s\S])*)'/gi
const escaped = /\\x([0-9a-f]{1,2})|\\u00([0-9a-f]{2})|\\([0-7]{1,3})|\\\r?\n|\\([\s\S])|([^\\])/gi
const letters: Readonly<Record<string, number>> = { r: 13, n: 10, t: 9, a: 7, b: 8, f: 12, v: 11, e: 27 }

/** One string or several in a row, as C and Python join them; only where an escape shows that it holds bytes. */
function strings(text: string): Uint8Array | undefined {
  const found = [...text.matchAll(string)].map(([, double, single]) => double ?? single ?? '')
  const joined = found.join('')
  if (!/\\(?:x[0-9a-f]|u00|[0-7rn])/i.test(joined)) return undefined
  const bytes: number[] = []
  for (const [whole, hex, wide, octal, letter, plain] of joined.matchAll(escaped)) {
    if (hex !== undefined || wide !== undefined) bytes.push(Number.parseInt(hex ?? wide ?? '', 16))
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else if (letter !== undefined) bytes.push(letters[letter] ?? letter.charCodeAt(0))
    else if (plain !== undefined) bytes.push(...Buffer.from(plain))
    else if (!/^\\\r?\n$/.test(whole)) return undefined
  }
  return bytes.some((byte) => byte > 255) ? undefined : Uint8Array.from(bytes)
}

/** `[13, 10, 13, 10, 0]`: decimal where a number has one digit or three, or there is a 10 or 13 without a 0d or 0a. */
function decimals(text: string): Uint8Array | undefined {
  const inside = /[[{(]\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*,?\s*(?:\.{3}|…)?\s*[\]})]/.exec(text)?.[1]
  if (inside === undefined) return undefined
  const words = inside.split(/\s*,\s*/)
  const numbers = words.map(Number)
  const decimal =
    words.some((word) => word.length !== 2) || numbers.every((one, at) => at > 3 || one === [13, 10][at % 2])
  return decimal && numbers.every((one) => one <= 255) ? Uint8Array.from(numbers) : undefined
}
