/** What the bytes of an input are, and bytes from hexadecimal and base64 text. Pure. */

export const inputForms = ['hex', 'raw', 'base64', 'pcap'] as const
export type InputForm = (typeof inputForms)[number]

const captures = new Set(['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', '0a0d0d0a'])

/** How an input is written, by its first bytes (some hundred are enough). */
export function detectForm(head: Uint8Array): InputForm {
  if (captures.has(Buffer.from(head.subarray(0, 4)).toString('hex'))) return 'pcap'
  const text = latin1(head.subarray(0, 512))
  if (/^(\r\n\r\n\0|PROXY )/.test(text)) return 'raw'
  const line = text.trimStart().split(/\r?\n/, 1)[0] ?? ''
  if (/[^\x09\x20-\x7e]/.test(line) || line === '') return 'raw'
  if (/^\s*[{[]/.test(line) || /^(static|const|unsigned|uint8_t|char|let|var|Buffer|Uint8Array|new |bytes)/.test(line))
    return 'hex'
  if (/<<\s*(?:\d|"|0x|16#)/.test(text) || /^(?:\w+\s*=\s*)?b?["'](?:\\|PROXY )/.test(line)) return 'hex'
  if (/^\s*0x0000:\s+[0-9a-f]{2}/im.test(text) || text.split(/\r?\n/).slice(0, 8).some(isDumpLine)) return 'hex'
  if (/^(0x|\\x)?[0-9a-f]{2}([\s,:;"']|0x|\\x|[0-9a-f])*$/i.test(line) || isDumpLine(line)) return 'hex'
  if (/^(DQoNCgAN|UFJPWFkg)/.test(line)) return 'base64'
  return 'raw'
}

/**
 * Bytes from hexadecimal text of any usual look: plain, spaces, colons, `0x0d, 0x0a`, `\x0d\x0a`, `xxd`, `hexdump -C`,
 * our own dump, a C or JavaScript array, the JSON of `header encode`. `undefined`: there is no such text.
 */
export function bytesOfHex(text: string): Uint8Array | undefined {
  const json = /"hex":\s*"([0-9a-f]*)"/i.exec(text)
  // Wireshark's C array carries a comment on each line.
  const code = text.replace(/\/\*.*?\*\//gs, ' ')
  // The longest list: `header[28] = {` has a short one in front.
  const lists = [...code.matchAll(/[{([]([^{}()[\]]*)[})\]]/g)].map((found) => found[1] ?? '')
  const array = lists.sort((a, b) => b.length - a.length)[0]
  const lines = (json?.[1] ?? array ?? code).split(/\r?\n/)
  const first = lines.findIndex((line) => line.trim() !== '' && isDumpLine(line) && /^\s*(0x)?0+\b/i.test(line))
  const plain = first < 0 ? lines.join(' ') : lines.slice(first).map(dumpBytes).join(' ')
  const digits = plain.replace(/0x|\\x/gi, ' ').replace(/[\s,:;"']+/g, '')
  return digits === '' || digits.length % 2 === 1 || /[^0-9a-f]/i.test(digits) ? undefined : Buffer.from(digits, 'hex')
}

/** `00000000: 0d0a 0d0a` (xxd), `00000000  0d 0a` (hexdump -C, our own). */
function isDumpLine(line: string): boolean {
  return /^\s*(0x)?[0-9a-f]{4,8}(: {1,2}| {2,})[0-9a-f]{2}/i.test(line)
}

/** The bytes of one line of a dump: after the offset, before the text column. */
function dumpBytes(line: string): string {
  if (!isDumpLine(line)) return ''
  const rest = line.replace(/^\s*(0x)?[0-9a-f]{4,8}:?\s+/i, '')
  if (rest.includes('|')) return rest.slice(0, rest.indexOf('|'))
  return /^[0-9a-f]{2,4}( [0-9a-f]{2,4})*/i.exec(rest)?.[0] ?? ''
}

/** `undefined`: the text is no base64. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '')
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(digits) ? Buffer.from(digits, 'base64') : undefined
}

/** A header typed on the command line: `\r\n`, `\n`, `\0` and `\x41` stand for their bytes. */
export function bytesOfTyped(text: string): Uint8Array {
  const unescaped = text.replace(/\\(r|n|0|x([0-9a-f]{2}))/gi, (_, what: string, digits: string | undefined) =>
    digits ? String.fromCharCode(Number.parseInt(digits, 16)) : ({ r: '\r', n: '\n' }[what] ?? '\0'),
  )
  return Buffer.from(unescaped, 'latin1')
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
