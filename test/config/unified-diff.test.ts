import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unifiedDiff } from '../../src/config/unified-diff.js'

const diff = (before: string, after: string, context?: number) =>
  unifiedDiff({ name: 'a', text: before }, { name: 'b', text: after }, context)

describe('unifiedDiff', () => {
  it('is empty for equal texts', () => {
    expect(diff('x\ny\n', 'x\ny\n')).toBe('')
  })

  it('shows a change with three lines around it', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9', ''].join('\n')
    expect(diff(before, before.replace('5', 'five'))).toBe(
      ['--- a', '+++ b', '@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8', ''].join('\n'),
    )
  })

  it('keeps far changes apart and joins near ones', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`)
    const changed = (...at: number[]) => lines.map((line, index) => (at.includes(index) ? `${line}!` : line)).join('\n')
    const hunks = (...at: number[]) => diff(changed(), changed(...at)).match(/^@@/gm)?.length
    expect(hunks(2, 20)).toBe(2)
    expect(hunks(2, 8)).toBe(1)
    expect(hunks(2, 9)).toBe(1)
    expect(hunks(2, 10)).toBe(2)
  })

  it('shows a new and a removed file', () => {
    expect(diff('', 'x\n')).toBe('--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n')
    expect(diff('x\n', '')).toBe('--- a\n+++ b\n@@ -1,1 +0,0 @@\n-x\n')
  })

  it('says when the last line has no end', () => {
    expect(diff('x\n', 'x')).toContain('\\ No newline at end of file')
  })

  it('is what git needs to make one text from the other', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-diff-'))
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
      .map((lines) => lines.map((l) => `${l}\n`).join(''))
    try {
      fc.assert(
        fc.property(text, text, (before, after) => {
          fc.pre(before !== after)
          writeFileSync(join(folder, 'a'), before)
          const patch = unifiedDiff({ name: 'a/a', text: before }, { name: 'b/a', text: after })
          const applied = spawnSync('git', ['apply', '--unidiff-zero', '-p1'], {
            cwd: folder,
            input: patch,
            encoding: 'utf8',
          })
          expect(applied.stderr).toBe('')
          expect(readBack(folder)).toBe(after)
        }),
        { numRuns: 60 },
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

function readBack(folder: string): string {
  return spawnSync('cat', ['a'], { cwd: folder, encoding: 'utf8' }).stdout
}
