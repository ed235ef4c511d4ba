import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

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

export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/**
 * Writes a file whole or not at all, making its folder.
 * @throws Fault MP-WRITE (exit 3)
 */
export async function writeWhole(file: WantedFile): Promise<void> {
  const part = `${file.path}.${process.pid}.part`
  const folder = dirname(file.path)
  try {
    await makeFolder(folder)
    if (file.secret) await chmod(folder, 0o700)
    await writeFile(part, file.text, { mode: file.secret ? 0o600 : 0o644, flag: 'wx' })
    await rename(part, file.path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw new Fault('MP-WRITE', `cannot write ${file.path}: ${messageOf(error)}`, {
      exit: EXIT.environment,
      hints: ['choose another place with -o'],
      cause: error,
    })
  }
}

/** As `mkdir -p`; Node's own never comes back where folders cannot be made at all (`/proc/x`). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && (await isFolder(path))) return
    const parent = dirname(path)
    if (systemCode(error) !== 'ENOENT' || parent === path || (await isFolder(parent))) throw error
    await makeFolder(parent)
    await mkdir(path)
  }
}
