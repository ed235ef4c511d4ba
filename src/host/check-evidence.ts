import { access, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault, messageOf } from '../errors.js'
import { EXIT } from '../exit.js'

export interface EvidenceFile {
  readonly name: string
  readonly data: string | Uint8Array
  readonly executable?: boolean
}

/** Removes a folder, but only one that we made: it holds `mark`. */
export async function clearEvidence(folder: string, mark: string): Promise<void> {
  const ours = await access(join(folder, mark)).then(
    () => true,
    () => false,
  )
  if (ours) await rm(folder, { recursive: true, force: true })
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
    throw new Fault('MP-EVIDENCE', `cannot write the evidence to ${folder}: ${messageOf(error)}`, {
      exit: EXIT.environment,
      hints: ['choose another folder: --artifacts DIR'],
      cause: error,
    })
  }
}
