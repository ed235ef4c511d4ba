import { chmod, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { makeFolders, replaceFile } from './replace.js'

/** A file to be written. */
export interface WantedFile {
  readonly path: string
  readonly text: string
  /** Holds a private key: the file becomes 0600, its folder 0700. */
  readonly secret?: boolean
}

/**
 * The text of a file, or undefined when there is none.
 * @throws Fault MP-READ (exit 2) when it cannot be read
 */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw new Fault('MP-READ', `cannot read ${path}: ${messageOf(error)}`, { exit: EXIT.usage, cause: error })
  }
}

/**
 * Writes a file whole or not at all, making its folder.
 * @throws Fault MP-WRITE (exit 3)
 */
export async function writeWhole(file: WantedFile): Promise<void> {
  const folder = dirname(file.path)
  try {
    await makeFolders(folder)
    if (file.secret) await chmod(folder, 0o700)
    await replaceFile(file.path, file.text, file.secret ? { mode: 0o600, force: true } : {})
  } catch (error) {
    throw new Fault('MP-WRITE', `cannot write ${file.path}: ${messageOf(error)}`, {
      exit: EXIT.environment,
      hints: ['choose another place with -o'],
      cause: error,
    })
  }
}
