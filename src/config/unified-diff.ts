import { printable } from '../kernel/printable.js'

/**
 * The difference of two texts as `diff -u` writes it; empty when they are equal.
 * @param context lines around each change, as `diff -U`
 */
export function unifiedDiff(
  before: { readonly name: string; readonly text: string },
  after: { readonly name: string; readonly text: string },
  context = 3,
): string {
  if (before.text === after.text) return ''
  const edits = editsOf(linesOf(before.text), linesOf(after.text))
  const hunks = hunksOf(edits, context).map(formatHunk)
  return [`--- ${printable(before.name)}`, `+++ ${printable(after.name)}`, ...hunks, ''].join('\n')
}

interface Edit {
  readonly sign: ' ' | '-' | '+'
  readonly line: string
  /** Line numbers from 1 before this edit is applied. */
  readonly oldLine: number
  readonly newLine: number
}

function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  else lines.push(`${lines.pop() ?? ''}\n\\ No newline at end of file`)
  return lines
}

/** Longest common subsequence; configuration files are short enough for the quadratic table once both ends are cut. */
function editsOf(a: readonly string[], b: readonly string[]): Edit[] {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const [m, n] = [a.length - head - tail, b.length - head - tail]
  const width = n + 1
  const common = new Uint32Array((m + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = m - 1; i >= 0; i--) {
    for (let j = n - 1; j >= 0; j--) {
      const same = a[head + i] === b[head + j]
      common[i * width + j] = same ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const edits: Edit[] = []
  let [i, j] = [0, 0]
  const push = (sign: Edit['sign'], line: string | undefined) =>
    edits.push({ sign, line: line ?? '', oldLine: i + 1, newLine: j + 1 })
  const same = () => {
    push(' ', a[i])
    i++
    j++
  }
  while (i < head) same()
  while (i < head + m || j < head + n) {
    if (i < head + m && j < head + n && a[i] === b[j]) same()
    else if (j >= head + n || (i < head + m && at(i - head + 1, j - head) >= at(i - head, j - head + 1))) {
      push('-', a[i])
      i++
    } else {
      push('+', b[j])
      j++
    }
  }
  while (i < a.length) same()
  return edits
}

function hunksOf(edits: readonly Edit[], context: number): Edit[][] {
  const hunks: Edit[][] = []
  let end = -1
  for (const [index, edit] of edits.entries()) {
    if (edit.sign === ' ') continue
    const from = Math.max(index - context, 0)
    const to = Math.min(index + context, edits.length - 1)
    const last = hunks.at(-1)
    if (last !== undefined && from <= end + 1) last.push(...edits.slice(end + 1, to + 1))
    else hunks.push(edits.slice(from, to + 1))
    end = Math.max(end, to)
  }
  return hunks
}

function formatHunk(hunk: readonly Edit[]): string {
  const count = (sign: '-' | '+') => hunk.filter((edit) => edit.sign === ' ' || edit.sign === sign).length
  const range = (start: number, length: number) => `${length === 0 ? start - 1 : start},${length}`
  const [oldCount, newCount] = [count('-'), count('+')]
  const head = `@@ -${range(hunk[0]?.oldLine ?? 1, oldCount)} +${range(hunk[0]?.newLine ?? 1, newCount)} @@`
  return [head, ...hunk.map((edit) => `${edit.sign}${edit.line}`)].join('\n')
}
