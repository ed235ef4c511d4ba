import { applyEdits } from '../config/edit.js'
import type { Finding, TextEdit } from '../kernel/result.js'

type Texts = ReadonlyMap<string, string>
type Look = (texts: Texts) => readonly Finding[]

/** A remedy may bring up the next finding, whose own remedy belongs to it; never a long row of them. */
const mostRounds = 5

/**
 * Findings with only those edits after which the same rules judge the files sound: this finding is gone, and none is new
 * that an edit of its own does not take away again. Where that is not so, the remedy stays a sentence.
 */
export function withSoundEdits(texts: Texts, look: Look): readonly Finding[] {
  const findings = look(texts)
  const fixable = findings.filter((one) => hasEdits(one, texts))
  if (fixable.length === 0) return findings
  const before = countOf(findings)
  const sound = new Set(soundOf(fixable, before, texts, look))
  return findings.map((one) => (hasEdits(one, texts) && !sound.has(one) ? withoutEdits(one) : one))
}

/** Most files are sound after all their edits together; else the halves are tried, down to single ones. */
function soundOf(group: readonly Finding[], before: Counts, texts: Texts, look: Look): readonly Finding[] {
  if (isSound(group, before, texts, look)) return group
  if (group.length <= 1) return []
  const half = group.length >> 1
  return [...soundOf(group.slice(0, half), before, texts, look), ...soundOf(group.slice(half), before, texts, look)]
}

function isSound(group: readonly Finding[], before: Counts, texts: Texts, look: Look): boolean {
  const gone = countOf(group)
  let now = edited(texts, group)
  for (let round = 0; round < mostRounds; round++) {
    const left = look(now)
    const after = countOf(left)
    const fresh = left.filter((one) => (after.get(keyOf(one)) ?? 0) > (before.get(keyOf(one)) ?? 0))
    const still = [...gone].some(([key, count]) => (after.get(key) ?? 0) > (before.get(key) ?? 0) - count)
    if (fresh.length === 0 && !still) return true
    const followed = fresh.filter((one) => hasEdits(one, now))
    // Two edits of one group may overlap: what was left of it comes again.
    const again = left.filter((one) => gone.has(keyOf(one)) && hasEdits(one, now))
    if (followed.length < fresh.length || followed.length + again.length === 0 || (group.length === 1 && still))
      return false
    now = edited(now, [...followed, ...again])
  }
  return false
}

type Counts = ReadonlyMap<string, number>

function countOf(findings: readonly Finding[]): Counts {
  const counts = new Map<string, number>()
  for (const one of findings) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1)
  return counts
}

/** Without its line and its words, which an edit elsewhere may change (a port in the name of a listener). */
function keyOf({ code, at }: Finding): string {
  return `${code} ${at.file}`
}

function hasEdits({ fix }: Finding, texts: Texts): boolean {
  return (fix?.edits?.length ?? 0) > 0 && (fix?.edits ?? []).every((edit) => texts.has(edit.file))
}

function edited(texts: Texts, group: readonly Finding[]): Texts {
  const byFile = new Map<string, TextEdit[]>()
  for (const edit of group.flatMap((one) => one.fix?.edits ?? [])) {
    const known = byFile.get(edit.file)
    if (known === undefined) byFile.set(edit.file, [edit])
    else known.push(edit)
  }
  return new Map([...texts].map(([file, text]) => [file, applyEdits(text, byFile.get(file) ?? [])]))
}

function withoutEdits(finding: Finding): Finding {
  const { fix, ...rest } = finding
  return fix === undefined ? finding : { ...rest, fix: { text: fix.text } }
}
