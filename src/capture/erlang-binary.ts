/** Bytes as Erlang and Elixir print them: `<<13,10,13,10,0>>`, `<<"PROXY ",13,10>>`, cut with `...`. */

export interface ErlangBinary {
  readonly bytes: Uint8Array
  /** The program printed only the beginning. */
  readonly cut: boolean
}

const most = 1 << 17

/** The first binary in the text; `undefined` where there is none, or it holds something else than bytes and strings. */
export function readErlangBinary(text: string): ErlangBinary | undefined {
  for (let at = text.indexOf('<<'); at >= 0; at = text.indexOf('<<', at + 2)) {
    const found = readAt(text, at + 2)
    if (found !== undefined) return found
  }
  return undefined
}

function readAt(text: string, from: number): ErlangBinary | undefined {
  const bytes: number[] = []
  const piece =
    /\s*(?:(\d{1,3})|16#([0-9a-f]{1,2})|0x([0-9a-f]{1,2})|"((?:[^"\\]|\\.)*)"|(\.{3}|…))\s*(,|>>|\.{3}|…)/giy
  piece.lastIndex = from
  let at = from
  while (bytes.length < most) {
    const found = piece.exec(text)
    // A log line may end in the middle of a binary, or go on in the next line.
    if (found === null) return atEnd(text, at, bytes)
    at = piece.lastIndex
    const [, decimal, erlangHex, elixirHex, string, dots, after] = found
    if (dots === undefined) {
      const value = string === undefined ? [numberOf(decimal, erlangHex ?? elixirHex)] : bytesOfString(string)
      if (value.some((byte) => byte > 255)) return undefined
      bytes.push(...value)
    }
    if (after === '>>' || after === '...' || after === '…') {
      return bytes.length === 0
        ? undefined
        : { bytes: Uint8Array.from(bytes), cut: dots !== undefined || after !== '>>' }
    }
    if (dots !== undefined) return undefined
  }
  return undefined
}

function atEnd(text: string, at: number, bytes: readonly number[]): ErlangBinary | undefined {
  const ended = bytes.length > 0 && /^\s*\d{0,3}\s*$/.test(text.slice(at, at + 8)) && text.length - at < 8
  return ended ? { bytes: Uint8Array.from(bytes), cut: true } : undefined
}

function numberOf(decimal: string | undefined, hex: string | undefined): number {
  return decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
}

const escapes: Readonly<Record<string, number>> = { r: 13, n: 10, t: 9, e: 27, b: 8, f: 12, v: 11, s: 32, d: 127, a: 7 }

function bytesOfString(text: string): number[] {
  const bytes: number[] = []
  const piece = /\\x\{([0-9a-f]{1,6})\}|\\x([0-9a-f]{2})|\\([0-7]{1,3})|\\(.)|([^\\])/gisu
  for (const [, wide, hex, octal, escaped, plain] of text.matchAll(piece)) {
    if (wide !== undefined) bytes.push(Number.parseInt(wide, 16))
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else if (escaped !== undefined) bytes.push(escapes[escaped] ?? escaped.charCodeAt(0))
    else bytes.push(plain?.codePointAt(0) ?? 0)
  }
  return bytes
}
