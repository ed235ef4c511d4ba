import { describe, expect, it } from 'vitest'
import { whyNoResult } from '../../src/report/result-shape.js'
import { fullResult } from './full-result.js'
import { checkResult, finding, lintResult } from './results.js'

const group = { id: 'x', title: 'x', durationMs: 1, cases: [{ id: 'x/a', title: 'a', status: 'passed' }] }

describe('whyNoResult', () => {
  it.each([fullResult, checkResult, lintResult([finding])])('has nothing to say of our own', (result) => {
    expect(whyNoResult(JSON.parse(JSON.stringify(result)))).toBeUndefined()
  })

  it.each([
    [{ ...checkResult, schema: 2 }, 'its schema is 2'],
    [{}, 'its schema is missing'],
    [[], 'its schema is missing'],
    [null, 'its schema is missing'],
    [{ ...checkResult, command: 'doctor' }, 'no run'],
    [{ ...checkResult, env: { a: {} } }, 'env'],
    [{ ...checkResult, stats: { durationMs: '1' } }, 'stats'],
    [{ ...checkResult, groups: undefined }, 'groups are missing'],
    [{ ...checkResult, groups: [group, null] }, 'group 2 is broken'],
    [{ ...checkResult, groups: [{ ...group, cases: [null] }] }, 'group 1 is broken'],
    [{ ...checkResult, groups: [{ ...group, cases: [{ ...group.cases[0], status: 'fine' }] }] }, 'group 1 is broken'],
    [{ ...checkResult, findings: [finding, {}] }, 'finding 2 is broken'],
    [{ ...checkResult, findings: [{ ...finding, severity: 'bad' }] }, 'finding 1 is broken'],
  ])('says what is wrong with %j', (value, why) => {
    expect(whyNoResult(value)).toContain(why)
  })
})
