import { describe, expect, it } from 'vitest'
import type { CaseGroup, CaseResult } from '../../../src/kernel/result.js'
import { finish } from '../../../src/stories/check/finish.js'
import { Programs } from '../../../src/stories/check/programs.js'
import { requestOf } from './request.js'

const passed: CaseResult = { id: 'a', title: 'a', status: 'passed' }
const groupOf = (...cases: readonly CaseResult[]): CaseGroup => ({ id: 'g', title: 'g', durationMs: 1, cases })
const exitOf = (strict: boolean, ...cases: readonly CaseResult[]) =>
  finish([groupOf(...cases)], new Programs(), requestOf({ strict }), 1, 0).exit

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
