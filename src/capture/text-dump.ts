import type { Packet } from './pcap.js'

/** Packets as tcpdump (-x, -X, -xx, -XX) and Wireshark print them: an offset and the bytes on every line. Pure. */

const line = /^\s*(?:0x)?([0-9a-f]{4,8})(?::\s+|\s{2,})((?:[0-9a-f]{2,4} )*[0-9a-f]{2,4})(?=\s|$)/i

/**
 * The bytes of every dump in the text; offset 0 begins a new one. Lines without an offset (tcpdump's own, comments)
 * are passed over. Empty where there is no dump.
 */
export function readDumps(text: string): readonly Uint8Array[] {
  const dumps: string[] = []
  for (const one of text.split(/\r?\n/)) {
    const [, offset, digits] = line.exec(one) ?? []
    if (offset === undefined || digits === undefined) continue
    const hex = bytesBefore(one, digits)
    const open = dumps.length - 1
    const last = dumps[open]
    if (Number.parseInt(offset, 16) === 0) dumps.push(hex)
    else if (last !== undefined && Number.parseInt(offset, 16) === last.length / 2) dumps[open] = last + hex
  }
  return dumps.filter((hex) => hex.length % 2 === 0).map((hex) => Buffer.from(hex, 'hex'))
}

/** Two spaces end the bytes; without them, 16 bytes do: the text beside them may look like hexadecimal, too. */
function bytesBefore(whole: string, digits: string): string {
  const from = whole.indexOf(digits)
  const bytes = whole.slice(from).split(/\s{2,}|\s\|/)
  const grouped = (bytes[0] ?? '').trim()
  // hexdump -C puts two spaces between the eighth byte and the ninth.
  const second =
    /^[0-9a-f]{2}( [0-9a-f]{2}){0,7}$/i.test(bytes[1] ?? '') && /^([0-9a-f]{2} ){7}[0-9a-f]{2}$/i.test(grouped)
  return (second ? grouped + (bytes[1] ?? '') : grouped).replace(/[^0-9a-f]/gi, '').slice(0, 32)
}

/** Link types and where IP begins in them. */
const links: readonly { readonly linkType: number; readonly ip: number; readonly typeAt?: number }[] = [
  { linkType: 101, ip: 0 },
  { linkType: 1, ip: 14, typeAt: 12 },
  { linkType: 1, ip: 18, typeAt: 16 },
  { linkType: 113, ip: 16, typeAt: 14 },
  { linkType: 276, ip: 20, typeAt: 0 },
  { linkType: 0, ip: 4 },
]

/** A packet with TCP in it, with or without the header of its link; `undefined` for other bytes. */
export function packetOf(bytes: Uint8Array): Packet | undefined {
  const link = links.find(({ ip, typeAt }) => holdsTcp(bytes, ip) && (typeAt === undefined || isIpType(bytes, typeAt)))
  return link === undefined ? undefined : { at: 0, linkType: link.linkType, bytes }
}

function isIpType(bytes: Uint8Array, at: number): boolean {
  const type = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  return type === 0x0800 || type === 0x86dd
}

function holdsTcp(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at] ?? 0
  if (bytes.length < at + 40) return false
  if (first >> 4 === 6) return [0, 6, 43, 60].includes(bytes[at + 6] ?? 255)
  return first >> 4 === 4 && (first & 15) >= 5 && bytes[at + 9] === 6
}
