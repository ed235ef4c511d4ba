import { describe, expect, it } from 'vitest'
import type { CaseResult, Finding, RunResult } from '../../src/kernel/result.js'
import { closingLine, detailsOf, endsOf, isFailure } from '../../src/report/problem.js'
import { checked } from './varied.js'

const one: CaseResult = { id: 'a/b', title: 't', status: 'failed' }

describe('isFailure', () => {
  it.each<[RunResult['failOn'], readonly Finding['severity'][]]>([
    ['error', ['error']],
    ['warning', ['error', 'warning']],
    ['style', ['error', 'warning', 'info', 'style']],
    ['CRITICAL', ['CRITICAL']],
    ['MEDIUM', ['CRITICAL', 'HIGH', 'MEDIUM']],
    ['LOW', ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']],
    [null, []],
  ])('from %s on', (failOn, failing) => {
    const same: readonly Finding['severity'][] =
      failOn === null || failOn === undefined || failOn.toLowerCase() === failOn
        ? ['error', 'warning', 'info', 'style']
        : ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']
    const found = same.filter((severity) => isFailure({ severity } as Finding, { failOn: failOn ?? null }))
    expect(found).toEqual(failing)
  })

  it('never what only informs, whatever the threshold', () => {
    for (const severity of ['OK', 'INFO', 'WARN'] as const) {
      for (const failOn of ['LOW', 'style', 'error'] as const)
        expect(isFailure({ severity } as Finding, { failOn })).toBe(false)
      expect(isFailure({ severity } as Finding, {})).toBe(false)
    }
  })

  it('whatever was found where no threshold was named', () => {
    for (const severity of ['style', 'error', 'LOW', 'CRITICAL'] as const)
      expect(isFailure({ severity } as Finding, {})).toBe(true)
  })
})

describe('endsOf', () => {
  it.each([
    [{}, undefined],
    [{ client: 'c:1' }, 'c:1'],
    [{ out: 'o:2' }, 'HAProxy to the broker from o:2'],
    [{ client: 'c:1', out: 'o:2' }, 'c:1; HAProxy to the broker from o:2'],
    [{ out: 'o:2', recorder: 'r:3' }, 'HAProxy to the broker from o:2, through the recorder from r:3'],
    [{ recorder: 'r:3' }, undefined],
  ])('%j', (ends, text) => {
    expect(endsOf(ends)).toBe(text)
  })
})

describe('detailsOf', () => {
  it('leaves out what is not known or empty', () => {
    expect(detailsOf(one)).toEqual([])
    expect(detailsOf({ ...one, expected: '', actual: 'x\ty\u001b' })).toEqual(['Actual:     x y\\x1b'])
  })

  const second = (broker: readonly string[]) => ({ logs: { haproxy: [], broker } })
  it('shows the log of a second run where the first has no line of this client', () => {
    const logs = { broker: [] }
    expect(detailsOf({ ...one, logs, secondRun: second(['a', 'b']) })).toEqual([
      'broker:     no line names this client; a second run, this check alone:',
      '            a',
      '            b',
    ])
    expect(detailsOf({ ...one, logs, secondRun: second([]) })).toEqual([])
    expect(detailsOf({ ...one, logs: { broker: ['mine'] }, secondRun: second(['a']) })).toEqual(['broker:     mine'])
    expect(detailsOf({ ...one, logs: {}, secondRun: second(['a']) })).toEqual([])
    expect(detailsOf({ ...one, secondRun: second(['a']) })).toEqual([])
  })

  it('names each folder of artifacts once', () => {
    expect(detailsOf({ ...one, artifacts: ['a/x', 'a/y', 'a/b/z', 'plain'] })).toEqual([
      'Files:      a/',
      'Files:      a/b/',
    ])
  })
})

describe('closingLine', () => {
  const stats = { passed: 1, failed: 2, skipped: 3, unknown: 0, nonStrict: 0, deviations: 0, flaky: 0, durationMs: 0 }
  it.each([
    [{}, '1 passed, 2 failed, 3 skipped'],
    [{ deviations: 1 }, '1 known deviation\n1 passed, 2 failed, 3 skipped'],
    [
      { nonStrict: 4, deviations: 2, unknown: 6, flaky: 5 },
      '4 non-strict, 2 known deviations, 6 unknown, 5 flaky\n1 passed, 2 failed, 3 skipped',
    ],
  ])('with %j', (more, text) => {
    expect(closingLine({ ...checked, stats: { ...stats, ...more } })).toBe(text)
  })
})
