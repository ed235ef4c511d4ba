import { closeSync, openSync, readSync } from 'node:fs'

const chunkBytes = 64 * 1024

/**
 * As `readFileSync`, but it stops soon after `most` bytes: a device such as /dev/zero has no end, and no size that
 * `stat` could tell. More bytes than `most` mean that the file is too long.
 */
export function readBounded(path: string, most: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const chunks: Uint8Array[] = []
    for (let total = 0; total <= most; ) {
      const chunk = Buffer.allocUnsafe(chunkBytes)
      const count = readSync(file, chunk)
      if (count === 0) break
      chunks.push(chunk.subarray(0, count))
      total += count
    }
    return Buffer.concat(chunks)
  } finally {
    closeSync(file)
  }
}
