import { unifiedDiff } from '../../config/unified-diff.js'
import { readIfThere, type WantedFile, writeWhole } from '../../host/files/generated-files.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { WrittenFile } from '../../scenarios/generated.js'

export interface WriteMode {
  readonly force: boolean
  readonly dryRun: boolean
  /** The command has no --diff. */
  readonly noDiff?: boolean
}

/** What is to be done with each file, given what is there. */
function planWrites(
  wanted: readonly WantedFile[],
  existing: readonly (string | undefined)[],
  mode: WriteMode,
): readonly WrittenFile[] {
  return wanted.map((file, index) => {
    const text = existing[index]
    if (text === file.text) return { path: file.path, status: 'unchanged' }
    if (text === undefined) return { path: file.path, status: mode.dryRun ? 'would create' : 'created' }
    return { path: file.path, status: mode.dryRun ? 'would replace' : 'replaced' }
  })
}

/**
 * Writes what is not there yet. A file that differs is left alone, and so are all the others, unless forced.
 * @throws Fault MP-GEN-EXISTS (exit 2), MP-WRITE (exit 3)
 */
export async function writeGenerated(wanted: readonly WantedFile[], mode: WriteMode): Promise<readonly WrittenFile[]> {
  const existing = await Promise.all(wanted.map((file) => readIfThere(file.path)))
  const plan = planWrites(wanted, existing, mode)
  const differing = plan.filter((one) => one.status === 'replaced').map((one) => one.path)
  if (differing.length > 0 && !mode.force) throw alreadyThere(differing, mode)
  if (!mode.dryRun) {
    for (const [index, file] of wanted.entries()) {
      if (plan[index]?.status !== 'unchanged') await writeWhole(file)
    }
  }
  return plan
}

/** What would change, as `diff -u` says it; empty when nothing would. */
export async function diffGenerated(wanted: readonly WantedFile[]): Promise<string> {
  const existing = await Promise.all(wanted.map((file) => readIfThere(file.path)))
  return wanted
    .map((file, index) => {
      const there = existing[index]
      const before = { name: there === undefined ? '/dev/null' : file.path, text: there ?? '' }
      return unifiedDiff(before, { name: file.path, text: file.text })
    })
    .join('')
}

function alreadyThere(paths: readonly string[], { noDiff }: WriteMode): Fault {
  const what = paths.length === 1 ? `${paths[0]} is there and differs` : `${paths.join(', ')} are there and differ`
  return new Fault('MP-GEN-EXISTS', `${what} from what would be written; nothing was written`, {
    exit: EXIT.usage,
    hints: [
      ...(noDiff === true ? [] : ['--diff shows the difference']),
      '--force replaces what is there',
      '-o chooses another place',
    ],
  })
}
