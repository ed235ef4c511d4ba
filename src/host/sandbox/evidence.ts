import { readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { linkIn, makeFolders, replaceFile } from '../files/replace.js'

export interface EvidenceFile {
  readonly name: string
  readonly data: string | Uint8Array
  readonly executable?: boolean
}

/**
 * Removes the evidence of an earlier run: the folders that hold all of `marks`, and the file `list`. Whatever else lies
 * beside it, in a folder that was there before, is the user's.
 * @throws Fault MP-EVIDENCE (exit 3)
 */
export async function clearEvidence(folder: string, list: string, marks: readonly string[]): Promise<void> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    if (!entries.some((entry) => entry.name === list)) return
    for (const entry of entries) {
      const path = join(folder, entry.name)
      // Another run may be writing into it right now.
      if (entry.isDirectory() && (await holds(path, marks))) await rm(path, { ...away, recursive: true })
    }
    await rm(join(folder, list), away)
    await rmdir(folder).catch(() => {})
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw cannotKeep('clear', folder, error)
  }
}

const away = { force: true, maxRetries: 5, retryDelay: 40 } as const

async function holds(folder: string, marks: readonly string[]): Promise<boolean> {
  const names = await readdir(folder)
  return marks.every((mark) => names.includes(mark))
}

/**
 * Returns the paths written. Only their owner can read them: the user's own files, copied here, may hold passwords.
 * @throws Fault MP-EVIDENCE (exit 3)
 */
export async function writeEvidenceFiles(folder: string, files: readonly EvidenceFile[]): Promise<string[]> {
  try {
    const paths: string[] = []
    for (const file of files) {
      const path = join(folder, file.name)
      const link = await linkIn(dirname(path))
      if (link !== undefined) throw new Error(`${link} is a link, and nothing is written through it`)
      await makeFolders(dirname(path), 0o700)
      await replaceFile(path, file.data, { mode: file.executable ? 0o700 : 0o600, force: true })
      paths.push(path)
    }
    return paths
  } catch (error) {
    throw cannotKeep('write', folder, error)
  }
}

function cannotKeep(what: 'write' | 'clear', folder: string, cause: unknown): Fault {
  return new Fault('MP-EVIDENCE', `cannot ${what} the evidence in ${folder}: ${messageOf(cause)}`, {
    exit: EXIT.environment,
    hints: ['choose another folder: --artifacts DIR'],
    cause,
  })
}
