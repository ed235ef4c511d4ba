import { createReadStream, statSync } from 'node:fs'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/**
 * The bytes of a file, or of stdin for `-`, chunk by chunk. Leaving the loop early closes it, so that a large input is
 * read no further than needed.
 * @throws Fault MP-INPUT (exit 2) when it cannot be read
 */
export async function* readInput(name: string): AsyncGenerator<Uint8Array> {
  const stream = name === '-' ? process.stdin : createReadStream(name)
  try {
    for await (const chunk of stream) yield chunk
  } catch (error) {
    throw new Fault('MP-INPUT', `cannot read ${name === '-' ? 'stdin' : name}: ${messageOf(error)}`, {
      exit: EXIT.usage,
      cause: error,
    })
  } finally {
    stream.destroy()
  }
}

/** Whether there is a file of that name. */
export function isFile(name: string): boolean {
  try {
    return !statSync(name).isDirectory()
  } catch {
    return false
  }
}

/**
 * A whole text file, or stdin for `-`.
 * @throws Fault MP-INPUT (exit 2) when it cannot be read or is longer than `most` bytes
 */
export async function readText(name: string, most: number): Promise<string> {
  return (await readBytes(name, most)).toString('utf8')
}

/** As `readText`, as bytes. */
export async function readBytes(name: string, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of readInput(name)) {
    chunks.push(chunk)
    length += chunk.length
    if (length > most) {
      throw new Fault('MP-INPUT', `${name === '-' ? 'stdin' : name} is longer than ${most} bytes`, { exit: EXIT.usage })
    }
  }
  return Buffer.concat(chunks)
}
