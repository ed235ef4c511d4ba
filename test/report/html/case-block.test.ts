import { describe, expect, it } from 'vitest'
import type { CaseResult, CaseStatus } from '../../../src/kernel/result.js'
import { caseBlock } from '../../../src/report/html/case-block.js'
import { all, only, outline, readHtml, texts } from '../read-html.js'
import { expectRecorded } from '../recorded.js'
import { checked } from '../varied.js'

const one: CaseResult = { id: 'a/<b>', title: 'what & why', status: 'failed' }
const blockOf = (more: Partial<CaseResult> = {}, full = true) => readHtml(caseBlock({ ...one, ...more }, 'c7', full))
const summaryOf = (more: Partial<CaseResult> = {}) => all(blockOf(more), 'summary')[0]

describe('the line of a check', () => {
  it.each<[CaseStatus, string, boolean]>([
    ['failed', '✖', true],
    ['unknown', '?', false],
    ['skipped', '-', false],
    ['non-strict', '~', false],
    ['deviation', '!', false],
    ['passed', '✔', false],
  ])('of one that is %s has its sign and its word, and is open only where it failed', (status, sign, open) => {
    const block = only(blockOf({ status }), 'details.case')
    expect(block.attributes).toMatchObject({ id: 'c7', 'data-status': status })
    expect('open' in block.attributes).toBe(open)
    expect(texts(block, '.sym')).toEqual([sign])
    expect(texts(block, '.tag')).toEqual(status === 'passed' ? [] : [status])
    expect(all(block, 'code')[0]?.text).toBe('a/<b>')
    expect(only(block, '.title').text).toBe('what & why')
  })

  it('has the time where it is known', () => {
    expect(all(blockOf(), '.ms')).toHaveLength(0)
    expect(only(blockOf({ durationMs: 0 }), '.ms').text).toBe('0 ms')
    expect(only(blockOf({ durationMs: 999.4 }), '.ms').text).toBe('999 ms')
    expect(only(blockOf({ durationMs: 1000 }), '.ms').text).toBe('1.0 s')
  })

  it('says of what passed late that it is flaky, and at which attempt', () => {
    expect(summaryOf({ status: 'passed', attempts: 2 })?.text).toContain('flaky')
    expect(only(blockOf({ status: 'passed', attempts: 2 }), '.why').text).toBe('Flaky passed at attempt 2')
    for (const more of [
      { status: 'passed', attempts: 1 },
      { status: 'failed', attempts: 2 },
    ] as const) {
      expect(summaryOf(more)?.text).not.toContain('flaky')
      expect(all(blockOf(more), '.why')).toHaveLength(0)
    }
  })

  it('says so where its details have no room', () => {
    const block = blockOf({ actual: 'x' }, false)
    expect(only(block, '.body').text).toBe('Details left out to keep this page small; the JSON report has them.')
    expect(only(blockOf({ actual: 'x' }), '.body').text).toBe('Actualx')
  })
})

describe('what stands behind a check', () => {
  it('is nothing where nothing is known', () => {
    expect(only(blockOf(), '.body').children).toEqual([])
  })

  it('of everything is what was read and found right', () => {
    const cases = checked.groups.flatMap((group) => group.cases).slice(0, 1)
    expectRecorded('case-block.txt', cases.map((each) => outline(readHtml(caseBlock(each, 'c1', true)))).join(''))
  })

  it.each<[CaseStatus, string]>([
    ['failed', 'card bad'],
    ['passed', 'card good'],
    ['deviation', 'card '],
  ])('colours what was seen of one that is %s', (status, look) => {
    const cards = all(blockOf({ status, expected: 'e', actual: 'a' }), '.card')
    expect(cards.map(({ attributes }) => attributes.class)).toEqual(['card ', look])
  })

  it('has cards for what was required, expected and seen, with the client below', () => {
    const block = blockOf({ level: 'should', requirement: { text: 'r <1>', ref: 'clause 2' }, client: 'c:1' })
    expect(texts(block, '.card')).toEqual(['Required (should)r <1>clause 2'])
    const seen = blockOf({
      requirement: { text: 'r', ref: 'x' },
      expected: 'e',
      actual: 'a',
      client: 'c:1',
      out: 'o:2',
    })
    expect(texts(seen, '.card')).toEqual([
      'Requiredrx',
      'Expectede',
      'Actualaclient c:1; HAProxy to the broker from o:2',
    ])
  })

  it('has logs by their writer, and in words what their lines mean, each once', () => {
    const haproxy = ['127.0.0.1:1 [x] f b/<NOSRV> -1/-1/0 0 SC 1/1/0/0/0 0/0']
    const known = blockOf({ logs: { haproxy }, explained: [] })
    const words = texts(only(known, '.words'), 'li')
    expect(words.length).toBeGreaterThan(0)
    const block = blockOf({
      logs: { haproxy: [...haproxy, ...haproxy], broker: ['one', '<two>'], client: [] },
      explained: ['first', ...words],
    })
    expect(texts(block, 'h4')).toEqual(['HAProxy log', 'broker log'])
    expect(texts(block, 'pre')[1]).toBe('one\n<two>')
    expect(texts(only(block, '.words'), 'li')).toEqual(['first', ...words])
    // A broker's line is not one of HAProxy's, whatever stands in it.
    expect(all(blockOf({ logs: { broker: haproxy } }), '.words')).toHaveLength(0)
    expect(all(blockOf(), 'h4')).toHaveLength(0)
  })

  it.each<[Partial<CaseResult>, string]>([
    [{}, 'The capture is of a second run of this check alone'],
    [{ timeline: [] }, 'The picture and the capture are of a second run of this check alone'],
    [{ headerHex: '' }, 'The header and the capture are of a second run of this check alone'],
    [
      { timeline: [], headerHex: '' },
      'The picture, the header and the capture are of a second run of this check alone',
    ],
  ])('says what is of a second run: %j', (more, words) => {
    const secondRun = { logs: { haproxy: [], broker: [] } }
    expect(only(blockOf({ ...more, secondRun }), '.why').text).toBe(`Second run ${words}`)
    expect(only(blockOf({ ...more, secondRun: { ...secondRun, client: 'c:1' } }), '.why').text).toBe(
      `Second run ${words}: client c:1`,
    )
  })

  it('opens the logs of a second run where the first has none of the broker', () => {
    const secondRun = { logs: { haproxy: ['h'], broker: ['b <1>'] } }
    const folded = (more: Partial<CaseResult>) => only(blockOf({ ...more, secondRun }), 'details.art')
    expect(folded({}).attributes).toHaveProperty('open')
    expect(folded({ logs: { broker: [] } }).attributes).toHaveProperty('open')
    expect(folded({ logs: { broker: ['mine'] } }).attributes).not.toHaveProperty('open')
    expect(texts(folded({}), 'h4')).toEqual(['HAProxy log', 'broker log'])
    expect(texts(folded({}), 'pre')).toEqual(['h', 'b <1>'])
    const broker = { logs: { haproxy: [], broker: ['b'] } }
    expect(texts(blockOf({ secondRun: broker }), 'h4')).toEqual(['broker log'])
    const none = { logs: { haproxy: [], broker: [] } }
    expect(all(blockOf({ secondRun: none }), 'details.art')).toHaveLength(0)
  })

  it('ends with the command that repeats it, and the files it left', () => {
    const block = blockOf({ again: 'mqtt-proxy check "a"', artifacts: ['x/<1>', 'x/2'] })
    expect(only(block, '.again').text).toBe('Again mqtt-proxy check "a"')
    expect(texts(only(block, 'details.art'), 'li')).toEqual(['x/<1>', 'x/2'])
    expect(only(block, 'details.art').attributes).not.toHaveProperty('open')
    expect(all(blockOf({ artifacts: [] }), '.art')).toHaveLength(0)
    expect(all(blockOf({ artifacts: ['x'] }), '.again')).toHaveLength(0)
  })

  it('names the lines at fault', () => {
    const likely = [{ file: 'h.cfg', line: 3, column: 4, message: 'a & b' }]
    expect(only(blockOf({ likely }), '.likely').text).toBe('Likelyh.cfg:3:4 a & b')
    expect(all(blockOf({ likely: [] }), '.likely')).toHaveLength(0)
  })
})
