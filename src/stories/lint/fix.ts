import { unifiedDiff } from '../../config/unified-diff.js'
import { writeOutput } from '../../host/files/output.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { Finding } from '../../kernel/result.js'
import { fixAll } from '../../lint/fix.js'
import type { Linted } from './lint.js'
import type { LintedPair } from './pair.js'
import { isAccepted } from './programs.js'

export interface FixReport {
  /** One `diff -u` a changed file. */
  readonly diffs: readonly string[]
  /** Paths of changed files. */
  readonly changed: readonly string[]
  readonly applied: readonly Finding[]
  /** Not applied: a real program refuses the files that would come of all fixes together. */
  readonly held: readonly Finding[]
}

/**
 * Applies what can be applied; nothing is written unless `write` is true.
 * @throws Fault MP-LINT-STDIN (exit 2) when stdin would have to be written
 */
export async function fixFiles(linted: Linted, write: boolean): Promise<FixReport> {
  const diffs: string[] = []
  const changed: string[] = []
  const applied: Finding[] = []
  const held: Finding[] = []
  for (const pair of linted.pairs) {
    const fixed = fixAll(pair.workspace.texts, pair.judge)
    if (fixed.texts.size > 0 && !(await programsAccept(pair, fixed.texts))) {
      held.push(...fixed.applied)
      continue
    }
    applied.push(...fixed.applied)
    for (const [path, text] of fixed.texts) {
      const before = pair.workspace.texts.get(path) ?? ''
      diffs.push(unifiedDiff({ name: path, text: before }, { name: path, text }))
      changed.push(path)
      if (!write) continue
      if (path === '<stdin>') {
        throw new Fault('MP-LINT-STDIN', 'stdin cannot be fixed in place', {
          exit: EXIT.usage,
          hints: ['use --diff, or name the file'],
        })
      }
      // Bytes that are no UTF-8 were read as one character each, and go back as they were.
      const notUtf8 = pair.files.some((one) => one.path === path && one.notUtf8)
      await writeOutput(path, notUtf8 ? Buffer.from(text, 'latin1') : text)
    }
  }
  return { diffs, changed, applied, held }
}

async function programsAccept({ ask, workspace }: LintedPair, changed: ReadonlyMap<string, string>): Promise<boolean> {
  if (ask === undefined) return true
  const before = await ask(workspace.texts)
  return isAccepted(before, await ask(new Map([...workspace.texts, ...changed])))
}
