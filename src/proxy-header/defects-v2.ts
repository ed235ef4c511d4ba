import { crc32c } from './crc32c.js'
import { TLV } from './tlv.js'
import type { Defect } from './write-plan.js'
import { copy, whole } from './write-plan.js'

/** Ways to break a binary header; each is a function from a good header to bytes. */
const make = (
  id: string,
  title: string,
  clause: string,
  change: (header: Uint8Array) => Uint8Array,
  receiver: Defect['receiver'] = 'refuses',
): Defect => ({ id, title, clause, receiver, versions: [2], apply: (header) => whole(change(header)) })

export const defectsOfV2: readonly Defect[] = [
  make('bad-signature', 'the last byte of the signature wrong', '2.2', set(11, 0x0b)),
  make('bad-first-byte', 'the first byte of the signature wrong', '2.2', set(0, 0x0c)),
  make('version-0', 'version 0', '2.2', high(12, 0)),
  make('version-1', 'version 1 in the binary format', '2.2', high(12, 1)),
  make('version-3', 'version 3', '2.2', high(12, 3)),
  make('version-15', 'version 15', '2.2', high(12, 15)),
  make('command-2', 'the unassigned command 2', '2.2', low(12, 2)),
  make('command-15', 'the unassigned command 15', '2.2', low(12, 15)),
  make('family-4', 'the unspecified address family 4', '2.2', high(13, 4)),
  make('family-15', 'the unspecified address family 15', '2.2', high(13, 15)),
  make('transport-3', 'the unspecified transport 3', '2.2', low(13, 3)),
  make('transport-15', 'the unspecified transport 15', '2.2', low(13, 15)),
  make('unspec', 'family and transport UNSPEC under PROXY', '2.2', set(13, 0), 'may choose'),
  make('unspec-transport', 'transport UNSPEC', '2.2', low(13, 0), 'may choose'),
  make('local', 'the command LOCAL, addresses left in place', '2.2', low(12, 0), 'accepts'),
  make('length-0', 'a length field of 0, the addresses left in place', '2.2', (header) => announce(header, 0)),
  make('short-length', 'a length one byte too short for the addresses', '2.2', shortLength),
  make('length-minus-1', 'a length one byte less than what follows', '2.2', (header) =>
    announce(header, header.length - 17),
  ),
  make('length-plus-1', 'a length one byte more than what follows', '2.2', (header) =>
    announce(header, header.length - 15),
  ),
  make('announce-65535', 'a length of 65535 and nothing like it behind', '2.2', (header) => announce(header, 65535)),
  make('cut-signature', 'only the first 8 bytes sent', '2.2', (header) => copy(header, 0, 8)),
  make('cut-fixed', 'only the first 15 bytes sent', '2.2', (header) => copy(header, 0, 15)),
  make('cut-address', 'the bytes after the source address missing', '2.2', (header) => copy(header, 0, 20)),
  make('cut-last-byte', 'its last byte missing', '2.2', (header) => copy(header, 0, -1)),
  make('tlv-overrun', 'a TLV longer than the header', '2.2', (header) => append(header, TLV.NOOP, [0, 0], 3)),
  make('tlv-far-overrun', 'a TLV that says 65535 bytes', '2.2', (header) => append(header, TLV.NOOP, [], 65535)),
  make('tlv-cut', 'two bytes left over where a TLV would begin', '2.2', (header) => extend(header, [TLV.NOOP, 0])),
  make('ssl-too-short', 'an SSL TLV of 4 bytes', '2.2.6', (header) => append(header, TLV.SSL, [1, 0, 0, 0])),
  make('ssl-empty', 'an SSL TLV without a value', '2.2.6', (header) => append(header, TLV.SSL, [])),
  make('ssl-overrun', 'an SSL sub-TLV longer than the SSL TLV', '2.2.6', (header) =>
    append(header, TLV.SSL, [1, 0, 0, 0, 0, TLV.SSL_VERSION, 0, 8, ...text('TLSv1.3')]),
  ),
  make('ssl-cut', 'one byte left over in the SSL TLV', '2.2.6', (header) =>
    append(header, TLV.SSL, [1, 0, 0, 0, 0, TLV.SSL_VERSION]),
  ),
  make('crc-wrong', 'a checksum that does not match', '2.2.3', (header) => checksummed(header, 1)),
  make('crc-3-bytes', 'a CRC32C TLV of 3 bytes', '2.2.3', (header) => append(header, TLV.CRC32C, [0, 0, 0])),
  make('crc-empty', 'a CRC32C TLV without a value', '2.2.3', (header) => append(header, TLV.CRC32C, [])),
  make('unique-id-129', 'a unique id of 129 bytes', '2.2.5', (header) =>
    append(header, TLV.UNIQUE_ID, new Array<number>(129).fill(0x61)),
  ),
]

function set(at: number, byte: number) {
  return (header: Uint8Array): Uint8Array => {
    const out = copy(header)
    out[at] = byte
    return out
  }
}

function high(at: number, nibble: number) {
  return (header: Uint8Array): Uint8Array => set(at, (nibble << 4) | ((header[at] ?? 0) & 0x0f))(header)
}

function low(at: number, nibble: number) {
  return (header: Uint8Array): Uint8Array => set(at, ((header[at] ?? 0) & 0xf0) | nibble)(header)
}

function announce(header: Uint8Array, length: number): Uint8Array {
  const out = copy(header)
  out[14] = (length >> 8) & 0xff
  out[15] = length & 0xff
  return out
}

/** One byte less than the addresses take; the rest stays, so that it would be read as the protocol behind. */
function shortLength(header: Uint8Array): Uint8Array {
  const family = (header[13] ?? 0) >> 4
  return announce(header, (family === 2 ? 36 : family === 3 ? 216 : 12) - 1)
}

function extend(header: Uint8Array, bytes: readonly number[]): Uint8Array {
  const out = new Uint8Array(header.length + bytes.length)
  out.set(header)
  out.set(bytes, header.length)
  return announce(out, out.length - 16)
}

/** Appends a TLV that says `length` bytes, the true number unless told otherwise. */
function append(header: Uint8Array, type: number, value: readonly number[], length = value.length): Uint8Array {
  return extend(header, [type, length >> 8, length & 0xff, ...value])
}

/** A checksum `off` beside the right one: in the CRC32C TLV that is there, else in a new one. */
function checksummed(header: Uint8Array, off: number): Uint8Array {
  const at = crcValueAt(header)
  const out = at < 0 ? append(header, TLV.CRC32C, [0, 0, 0, 0]) : copy(header)
  const value = at < 0 ? out.length - 4 : at
  const wrong = (crc32c(out, value) + off) >>> 0
  for (let i = 0; i < 4; i++) out[value + i] = (wrong >>> (24 - 8 * i)) & 0xff
  return out
}

function crcValueAt(header: Uint8Array): number {
  const family = (header[13] ?? 0) >> 4
  let at = 16 + ([0, 12, 36, 216][family] ?? 0)
  while (at + 7 <= header.length) {
    if (header[at] === TLV.CRC32C) return at + 3
    at += 3 + ((header[at + 1] ?? 0) << 8) + (header[at + 2] ?? 0)
  }
  return -1
}

function text(value: string): number[] {
  return Array.from(value, (char) => char.charCodeAt(0))
}
