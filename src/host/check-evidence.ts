import { access, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault, messageOf } from '../errors.js'
import { EXIT } from '../exit.js'

export interface EvidenceFile {
  readonly name: string
  readonly data: string | Uint8Array
  readonly executable?: boolean
}

/**
 * Removes a folder, but only one that we made: it holds `mark`.
 * @throws Fault MP-EVIDENCE (exit 3)
 */
export async function clearEvidence(folder: string, mark: string): Promise<void> {
  const ours = await access(join(folder, mark)).then(
    () => true,
    () => false,
  )
  if (!ours) return
  // Another run may be writing into it right now.
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 40 }).catch((error: unknown) => {
    throw cannotKeep('clear', folder, error)
  })
}

/**
 * Returns the paths written.
 * @throws Fault MP-EVIDENCE (exit 3)
 */
export async function writeEvidenceFiles(folder: string, files: readonly EvidenceFile[]): Promise<string[]> {
  try {
    const paths: string[] = []
    for (const file of files) {
      const path = join(folder, file.name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, file.data, { mode: file.executable ? 0o755 : 0o644 })
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
