/** CRC32C (Castagnoli, reflected polynomial 0x82F63B78), the checksum of PP2_TYPE_CRC32C; RFC 4960 appendix B. */
const table = new Uint32Array(256).map((_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc >>> 0
})

/**
 * The checksum of `bytes`, unsigned 32 bits.
 * @param zeroAt offset of a 4-byte field to be taken as zero, as PP 2.2.3 asks for the checksum's own field; -1: none
 */
export function crc32c(bytes: Uint8Array, zeroAt = -1): number {
  if (zeroAt < 0) return ~run(0xffffffff, bytes, 0, bytes.length) >>> 0
  let crc = run(0xffffffff, bytes, 0, zeroAt)
  for (let i = 0; i < 4; i++) crc = step(crc, 0)
  return ~run(crc, bytes, zeroAt + 4, bytes.length) >>> 0
}

function run(crc: number, bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) crc = step(crc, bytes[i] as number)
  return crc
}

function step(crc: number, byte: number): number {
  return (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number)
}
