import { describe, expect, it } from 'vitest'
import type { CaseGroup, CaseResult } from '../../../src/kernel/result.js'
import { plain } from '../../../src/report/style.js'
import { renderText } from '../../../src/report/text.js'
import { finish } from '../../../src/stories/check/finish.js'
import { Programs } from '../../../src/stories/check/programs.js'
import { requestOf } from './request.js'

const passed: CaseResult = { id: 'a', title: 'a', status: 'passed' }
const groupOf = (...cases: readonly CaseResult[]): CaseGroup => ({ id: 'g', title: 'g', durationMs: 1, cases })
const exitOf = (strict: boolean, ...cases: readonly CaseResult[]) =>
  finish([groupOf(...cases)], new Programs(), requestOf({ strict }), counts).exit
const counts = { ms: 1, impossible: 0, lacking: 0 }

describe('what fails a run', () => {
  it.each<[string, Partial<CaseResult>, number, number]>([
    ['a passed case', {}, 0, 0],
    ['a case that passed on a retry', { attempts: 2 }, 0, 1],
    ['a skipped case', { status: 'skipped' }, 0, 1],
    ['a known deviation', { status: 'deviation' }, 0, 1],
    ['a failed case', { status: 'failed' }, 1, 1],
    ['a case that could not be judged', { status: 'unknown' }, 1, 1],
  ])('%s', (_, more, plain, strict) => {
    expect(exitOf(false, passed, { ...passed, id: 'b', ...more })).toBe(plain)
    expect(exitOf(true, passed, { ...passed, id: 'b', ...more })).toBe(strict)
  })
})

describe('what a run says beside its verdict', () => {
  const span = { file: 'haproxy.cfg', line: 9, column: 15, endLine: 9, endColumn: 28 }
  const unread = { what: 'host', name: '10.0.0.9:1883', why: 'no given file describes it', span } as const

  it('what was not judged stands in it, once', () => {
    const { result } = finish([groupOf(passed)], new Programs(), requestOf({}), counts, [unread, unread])
    expect(result.unread).toEqual([
      { what: 'host', name: '10.0.0.9:1883', why: 'no given file describes it', at: { file: 'haproxy.cfg', line: 9 } },
    ])
    expect(renderText(result, { style: plain })).toContain(
      'not judged: haproxy.cfg:9: 10.0.0.9:1883: no given file describes it',
    )
  })

  it('what this machine could not run is no failure of the files, and no success', () => {
    const cannot = { ...groupOf({ ...passed, status: 'skipped' }), cannot: 'port 4711 is taken by another program' }
    expect(finish([groupOf(passed), cannot], new Programs(), requestOf({}), counts).exit).toBe(3)
    expect(finish([groupOf(passed)], new Programs(), requestOf({}), { ...counts, lacking: 1 }).exit).toBe(3)
    expect(finish([groupOf({ ...passed, status: 'failed' }), cannot], new Programs(), requestOf({}), counts).exit).toBe(
      1,
    )
  })
})
