import { describe, expect, it } from 'vitest'
import { type CaseGroup, type CaseResult, type RunResult, statsOf } from '../../../src/kernel/result.js'
import { choose, PageBudget } from '../../../src/report/html/budget.js'

const resultOf = (...groups: readonly CaseGroup[]): RunResult => ({
  schema: 1,
  command: 'check',
  ok: true,
  env: {},
  stats: statsOf(groups, 1),
  groups,
  findings: [],
})
const one = (status: CaseResult['status'], length = 0): CaseResult => ({
  id: status,
  title: 't',
  status,
  ...(length > 0 && { actual: 'x'.repeat(length) }),
})
const group = (cases: readonly CaseResult[], text = ''): CaseGroup => ({
  id: 'g',
  title: 'g',
  durationMs: 1,
  cases,
  ...(text !== '' && { files: [{ name: 'f', kind: 'log' as const, text }] }),
})

describe('the room of a page', () => {
  it('keeps room for the tile of every check and the head of every group', () => {
    const empty = new PageBudget(resultOf()).free
    expect(empty - new PageBudget(resultOf(group([]))).free).toBe(400)
    expect(empty - new PageBudget(resultOf(group([one('passed'), one('failed')]))).free).toBe(400 + 2 * 110)
  })

  it('takes what fits, to the last byte, and counts bytes, not letters', () => {
    const budget = new PageBudget(resultOf())
    const room = budget.free
    expect(budget.take('é'.repeat(100))).toBe(true)
    expect(budget.free).toBe(room - 200)
    expect(budget.take('x'.repeat(room - 199))).toBe(false)
    expect(budget.free).toBe(room - 200)
    expect(budget.take('x'.repeat(10), room - 210)).toBe(true)
    expect(budget.take('x', room - 210)).toBe(false)
    expect(budget.take('x'.repeat(room - 210))).toBe(true)
    expect(budget.free).toBe(0)
    expect(budget.take('x')).toBe(false)
  })

  it('has no room where the tiles alone are too many', () => {
    const budget = new PageBudget(resultOf(group(Array.from({ length: 3000 }, () => one('passed')))))
    expect(budget.free).toBe(0)
    expect(budget.take('')).toBe(false)
  })
})

describe('choose', () => {
  const chosen = (...groups: readonly CaseGroup[]) => choose(groups, new PageBudget(resultOf(...groups)))

  it('shows everything where there is room', () => {
    const cases = (['passed', 'failed', 'unknown', 'skipped', 'deviation', 'non-strict'] as const).map((status) =>
      one(status),
    )
    const all = group(cases, 'text')
    const { lines, full, files } = chosen(all)
    expect(lines).toEqual(new Set(cases))
    expect(full).toEqual(new Set(cases))
    expect(files).toEqual(new Set([all]))
  })

  it('shows what failed first, then what is known, and what passed last', () => {
    const order = ['passed', 'skipped', 'non-strict', 'deviation', 'unknown', 'failed'] as const
    const cases = order.map((status) => one(status, 60_000))
    const full = [...chosen(group(cases)).full].map(({ status }) => status)
    // Failures leave half of what is free to the others, which ask for little here.
    expect(full).toEqual(['failed', 'unknown', 'deviation', 'non-strict'])
  })

  it('keeps a line for every check beside failures that would fill the page', () => {
    const bad = Array.from({ length: 40 }, () => one('failed', 20_000))
    const good = Array.from({ length: 300 }, () => one('passed'))
    const { lines, full } = chosen(group([...bad, ...good]))
    expect(lines.size).toBe(340)
    expect(bad.filter((each) => full.has(each)).length).toBeGreaterThan(5)
    expect(bad.every((each) => full.has(each))).toBe(false)
  })

  it('leaves to lines of what passed half of the room at most', () => {
    const good = Array.from({ length: 1500 }, () => one('passed', 1))
    const { full, lines } = chosen(group([one('failed', 20_000), ...good]))
    expect([...full].map(({ status }) => status)).toContain('failed')
    expect(lines.size).toBeLessThan(1501)
  })

  it('shows the details of no check without a line', () => {
    const many = Array.from({ length: 2000 }, () => one('passed', 10))
    const { lines, full } = chosen(group(many))
    for (const each of full) expect(lines.has(each)).toBe(true)
    expect(lines.size).toBeGreaterThan(0)
    expect(lines.size).toBeLessThan(2000)
  })

  it('shows the files of a group that failed before those of one that passed', () => {
    const large = 'x'.repeat(150_000)
    const [good, bad] = [group([one('passed')], large), group([one('failed')], large)]
    expect(chosen(good, bad).files).toEqual(new Set([bad]))
    const alone = group([one('passed')], large)
    expect(chosen(alone).files).toEqual(new Set([alone]))
  })
})
