import { applyEdits } from '../../config/edit.js'
import type { AskedPrograms } from '../../host/sandbox/asked.js'
import type { Finding, TextEdit } from '../../kernel/result.js'
import type { LintedPair, Texts } from './pair.js'

/**
 * Takes away the edits after which `haproxy -c` or the broker's own test, asked about copies, says an error that it did not
 * say before: their remedy stays a sentence, here and when the fixes are written.
 * @param said what the programs say of the files as they are; undefined: they are not to be asked
 */
export async function acceptedFixes(pair: LintedPair, said: AskedPrograms | undefined) {
  const own = pair.judge(pair.workspace.texts)
  if (said === undefined || pair.ask === undefined) return { own, pair }
  const { ask } = pair
  const fixable = own.filter((one) => (one.fix?.edits ?? []).length > 0)
  const refused = new Set<string>()
  const test = async (group: readonly Finding[]): Promise<void> => {
    if (group.length === 0 || isAccepted(said, await ask(edited(pair.workspace.texts, group)))) return
    const [only, ...others] = group
    if (only !== undefined && others.length === 0) {
      refused.add(keyOf(only))
      return
    }
    const half = group.length >> 1
    await test(group.slice(0, half))
    await test(group.slice(half))
  }
  await test(fixable)
  if (refused.size === 0) return { own, pair }
  const judge = (texts: Texts) => pair.judge(texts).map((one) => (refused.has(keyOf(one)) ? withoutEdits(one) : one))
  return { own: own.map((one) => (refused.has(keyOf(one)) ? withoutEdits(one) : one)), pair: { ...pair, judge } }
}

/** Whether the programs say no error that they did not say before; of the rest of a file they may say nothing yet. */
export function isAccepted(before: AskedPrograms, after: AskedPrograms): boolean {
  const count = ({ findings }: AskedPrograms) => {
    const counts = new Map<string, number>()
    for (const { code, severity, at } of findings) {
      if (severity === 'error') counts.set(`${code} ${at.file}`, (counts.get(`${code} ${at.file}`) ?? 0) + 1)
    }
    return counts
  }
  const had = count(before)
  return [...count(after)].every(([key, now]) => now <= (had.get(key) ?? 0))
}

function keyOf({ code, at, message }: Finding): string {
  return `${code} ${at.file}:${at.line} ${message}`
}

function edited(texts: Texts, group: readonly Finding[]): Texts {
  const byFile = new Map<string, TextEdit[]>()
  for (const edit of group.flatMap((one) => one.fix?.edits ?? [])) {
    byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit])
  }
  return new Map([...texts].map(([file, text]) => [file, applyEdits(text, byFile.get(file) ?? [])]))
}

function withoutEdits(finding: Finding): Finding {
  const { fix, ...rest } = finding
  return fix === undefined ? finding : { ...rest, fix: { text: fix.text } }
}
