import { applyEdits } from '../config/edit.js'
import type { Finding, TextEdit } from '../kernel/result.js'

export interface Fixed {
  /** Changed texts by path. */
  readonly texts: ReadonlyMap<string, string>
  /** What was done, in order: the findings whose edits were applied. */
  readonly applied: readonly Finding[]
  /** What is left after the last round. */
  readonly remaining: readonly Finding[]
}

/** More rounds than any file needs: a fix may bring up the next finding, never an endless row of them. */
const mostRounds = 10

/**
 * Applies the edits of findings until none is left. Of edits that overlap one is taken, the other comes up again in the
 * next round.
 * @param again findings of these texts
 */
export function fixAll(
  texts: ReadonlyMap<string, string>,
  again: (texts: ReadonlyMap<string, string>) => readonly Finding[],
): Fixed {
  const current = new Map(texts)
  const applied: Finding[] = []
  let findings = again(current)
  for (let round = 0; round < mostRounds; round++) {
    const taken = nonOverlapping(
      findings.filter((one) => (one.fix?.edits ?? []).every((edit) => current.has(edit.file))),
    )
    if (taken.length === 0) break
    const byFile = new Map<string, TextEdit[]>()
    for (const edit of taken.flatMap((one) => one.fix?.edits ?? [])) {
      byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit])
    }
    for (const [file, edits] of byFile) current.set(file, applyEdits(current.get(file) ?? '', edits))
    applied.push(...taken)
    findings = again(current)
  }
  const changed = new Map([...current].filter(([file, text]) => texts.get(file) !== text))
  return { texts: changed, applied, remaining: findings }
}

/** Findings with edits, first come first served; two that want the very same edit count both. */
function nonOverlapping(findings: readonly Finding[]): readonly Finding[] {
  const taken: TextEdit[] = []
  return findings.filter((finding) => {
    const edits = finding.fix?.edits ?? []
    if (edits.length === 0 || edits.some((edit) => taken.some((other) => overlaps(edit, other)))) return false
    taken.push(...edits)
    return true
  })
}

function overlaps(a: TextEdit, b: TextEdit): boolean {
  if (a.file !== b.file) return false
  if (same(a, b)) return a.newText !== b.newText && !isInsertion(a)
  return before(a.line, a.column, b.endLine, b.endColumn) && before(b.line, b.column, a.endLine, a.endColumn)
}

function isInsertion(edit: TextEdit): boolean {
  return edit.line === edit.endLine && edit.column === edit.endColumn
}

function same(a: TextEdit, b: TextEdit): boolean {
  return a.line === b.line && a.column === b.column && a.endLine === b.endLine && a.endColumn === b.endColumn
}

function before(line: number, column: number, otherLine: number, otherColumn: number): boolean {
  return line < otherLine || (line === otherLine && column < otherColumn)
}
