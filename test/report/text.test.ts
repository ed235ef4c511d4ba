import { describe, expect, it } from 'vitest'
import { type CaseGroup, type CaseResult, type RunResult, statsOf } from '../../src/kernel/result.js'
import { plain } from '../../src/report/style.js'
import { renderText } from '../../src/report/text.js'
import { checked } from './varied.js'

const one = (more: Partial<CaseResult> = {}): CaseResult => ({
  id: 'a/b',
  title: 'what it is',
  status: 'passed',
  ...more,
})
const group = (cases: readonly CaseResult[], more: Partial<CaseGroup> = {}): CaseGroup => ({
  id: 'a',
  title: 'a',
  durationMs: 1,
  cases,
  ...more,
})
const { run: _, unread: __, ...rest } = checked
const resultOf = (...groups: readonly CaseGroup[]): RunResult => ({ ...rest, groups, stats: statsOf(groups, 1) })
const linesOf = (result: RunResult, more = {}) =>
  renderText(result, { style: plain, ...more })
    .trimEnd()
    .split('\n')
/** Of one group with one case: its lines between the one of the group and the last. */
const caseLines = (more: Partial<CaseResult>, ofGroup: Partial<CaseGroup> = {}, options = {}) =>
  linesOf(resultOf(group([one(more)], ofGroup)), options)
    .slice(2, -1)
    .filter((line) => line !== '' && !/^\d/.test(line))

describe('which checks are listed', () => {
  it.each<[string, Partial<CaseResult>, Partial<CaseGroup>, readonly string[]]>([
    ['one that passed', {}, {}, []],
    ['one that passed at its first attempt', { attempts: 1 }, {}, []],
    ['one that passed late', { attempts: 2 }, {}, [' ✔ a/b  what it is: flaky: passed at attempt 2']],
    ['one that was skipped', { status: 'skipped', reason: 'r' }, {}, [' - a/b  what it is: r']],
    ['one of a group that cannot run', { status: 'skipped', reason: 'r' }, { cannot: 'no port' }, []],
    ['a deviation', { status: 'deviation' }, {}, [' ! a/b  what it is']],
    ['a deviation that took two attempts', { status: 'deviation', attempts: 2 }, {}, [' ! a/b  what it is']],
    ['a failure', { status: 'failed' }, {}, [' ✖ a/b  what it is']],
    ['a failure of a group with programs', { status: 'failed' }, { dims: { h: '3' } }, [' ✖ a/b  what it is  (h 3)']],
    ['an unknown outcome', { status: 'unknown' }, {}, [' ? a/b  what it is']],
  ])('%s', (_, more, ofGroup, lines) => {
    expect(caseLines(more, ofGroup)).toEqual(lines)
    const quiet = linesOf(resultOf(group([one(more)], ofGroup)), { quiet: true })
    const isBad = more.status === 'failed' || more.status === 'unknown'
    expect(quiet.slice(0, -1).filter((line) => line.includes('a/b'))).toEqual(isBad ? lines : [])
  })
})

describe('the first lines', () => {
  it('count groups and checks, and set groups below each other', () => {
    const long = group([one(), one({ status: 'failed' })], { id: 'a-long-name', durationMs: 12_345.6 })
    expect(linesOf(resultOf(group([one()]), long)).slice(0, 3)).toEqual([
      'haproxy 3.2.26, 2.6.12 · broker mosquitto 2.1.2 · 2 groups, 3 checks',
      ' ✔ a               1/1      1 ms',
      ' ✖ a-long-name     1/2  12346 ms',
    ])
  })

  it('say why a group cannot run, in one line', () => {
    const [, line] = linesOf(resultOf(group([], { cannot: 'port\ttaken\n' })))
    expect(line).toBe(' - a     0/0      1 ms  cannot run: port taken\\n')
  })
})

describe('what was left out of the files', () => {
  const left = (line: number, told = false) => ({ file: 'h.cfg', line, message: `m${line}`, told })
  const linesFor = (leftOut: CaseGroup['leftOut'], more = {}) =>
    linesOf(resultOf(group([one()], leftOut === undefined ? {} : { leftOut })), more).slice(2, -2)

  it.each([
    [[left(1)], ['', ' 1 part of the files that only is for the original machine was left out (-v lists them)']],
    [
      [left(1), left(2), left(1)],
      ['', ' 2 parts of the files that only are for the original machine were left out (-v lists them)'],
    ],
    [
      [left(1, true), left(1, true)],
      ['', ' h.cfg:1: m1'],
    ],
    [[], []],
    [undefined, []],
  ])('%j', (leftOut, lines) => {
    expect(linesFor(leftOut)).toEqual(lines)
  })

  it('is listed whole when asked, and not at all when quiet', () => {
    const all = [left(1), left(2, true)]
    expect(linesFor(all, { verbose: true }).slice(-2)).toEqual([' h.cfg:1: m1', ' h.cfg:2: m2'])
    expect(linesOf(resultOf(group([one()], { leftOut: all })), { quiet: true })).toHaveLength(1)
  })
})

it('says a cause of several failures once, with each of them once', () => {
  const likely = [{ file: 'h.cfg', line: 3, message: 'the line' }]
  const cases = [one({ status: 'failed', likely }), one({ status: 'failed', likely })]
  const lines = linesOf(resultOf(group(cases)))
  expect(lines.slice(-6, -1)).toEqual([
    '',
    ' 2 checks, one cause: h.cfg:3',
    '     Likely:     the line',
    '       a/b',
    '',
  ])
  expect(lines.filter((line) => line.includes('Likely'))).toHaveLength(1)
})
