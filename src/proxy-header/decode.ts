import { hexByte, more, type Refused, refused } from './refused.js'
import type { Decoded, DecodeOptions, Version } from './types.js'
import { decodeV1 } from './v1.js'
import { decodeV2 } from './v2.js'

/**
 * Reads one PROXY header at the start of `bytes`, strictly by `doc/proxy-protocol.txt`. Bytes after it are not looked
 * at: what follows the header is `bytes.subarray(length)`. An error is told at the first byte that cannot stand there,
 * also when the header is not whole yet.
 *
 * The header reads its texts from `bytes` when they are asked for: leave those unchanged while you use it.
 */
export function decode(bytes: Uint8Array, options?: DecodeOptions): Decoded {
  if (bytes.length === 0) return more(accepts(options, 1) ? 15 : 16)
  const first = bytes[0]
  if (first === 0x0d) return accepts(options, 2) ? decodeV2(bytes) : notAccepted(decodeV2(bytes), 2)
  if (first === 0x50) return accepts(options, 1) ? decodeV1(bytes) : notAccepted(decodeV1(bytes), 1)
  return refused(
    'MP-HDR-SIGNATURE',
    0,
    '2.2',
    `the first byte is ${hexByte(first ?? 0)}: a header begins with "PROXY" or 0x0d`,
  )
}

export function accepts(options: DecodeOptions | undefined, version: Version): boolean {
  return options?.accept?.includes(version) ?? true
}

/** A version that is not legal here is refused at its first byte; bytes of something else are told as such. */
function notAccepted(decoded: Decoded, version: Version): Refused {
  if (decoded.status === 'error' && decoded.error.code === 'MP-HDR-SIGNATURE') return decoded
  return refused('MP-HDR-NOT-ACCEPTED', 0, '2', `a version ${version} header, which is not accepted here`)
}
