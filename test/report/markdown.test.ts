import { expect, it } from 'vitest'
import type { CaseStatus } from '../../src/kernel/result.js'
import { renderMarkdown, worst } from '../../src/report/markdown.js'
import { linted, nothing } from './varied.js'

const group = (...statuses: readonly CaseStatus[]) => ({
  id: 'g',
  title: 'g',
  durationMs: 1,
  cases: statuses.map((status) => ({ id: status, title: status, status })),
})

it.each<[readonly CaseStatus[], CaseStatus]>([
  [['passed', 'failed', 'unknown'], 'failed'],
  [['passed', 'unknown', 'skipped'], 'unknown'],
  [['deviation', 'skipped', 'passed'], 'skipped'],
  [['non-strict', 'deviation'], 'deviation'],
  [['passed', 'non-strict'], 'non-strict'],
  [['passed'], 'passed'],
  [[], 'skipped'],
])('%j together are %s', (statuses, all) => {
  expect(worst(group(...statuses))).toBe(all)
})

it('keeps a cell of a table in one line, whatever stands in it', () => {
  const [finding] = linted.findings
  if (finding === undefined) throw new Error('no finding')
  const cell = (message: string) =>
    renderMarkdown({ ...linted, findings: [{ ...finding, message }] })
      .split('\n')
      .find((line) => line.startsWith('| error'))
      ?.split(' | ')
      .slice(3)
      .join(' | ')
  expect(cell('one  \n  two\n\nthree')).toBe('one two three |')
  // CommonMark 2.4: a backslash before ASCII punctuation makes it literal.
  expect(cell('a|b `c` *d* _e_ [f] <g> \\')).toBe('a\\|b \\`c\\` \\*d\\* \\_e\\_ \\[f\\] \\<g\\> \\\\ |')
})

it('lets no text end the block of details', () => {
  const one = { id: 'a', title: 'a', status: 'failed' as const, actual: 'x ``` y' }
  const text = renderMarkdown({ ...nothing, groups: [{ ...group(), cases: [one] }] })
  expect(text.match(/```/g)).toHaveLength(2)
  expect(text).toContain("Actual:     x ''' y")
})
