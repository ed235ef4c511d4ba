import { expect, it } from 'vitest'
import type { CaseGroup, CaseResult } from '../../../src/kernel/result.js'
import { matrix } from '../../../src/report/html/matrix.js'
import { all, type HtmlNode, only, readHtml, texts } from '../read-html.js'

const one = (id: string, status: CaseResult['status'] = 'passed'): CaseResult => ({ id, title: id, status })
const group = (id: string, dims: CaseGroup['dims'], ...cases: readonly CaseResult[]): CaseGroup => ({
  id,
  title: id,
  durationMs: 1,
  cases,
  ...(dims !== undefined && { dims }),
})
function tableOf(groups: readonly CaseGroup[], hidden: readonly CaseResult[] = []): HtmlNode {
  const anchors = new Map(groups.map((each) => [each, each.cases.map((_, at) => `c${at + 1}`)]))
  const linked = new Set(groups.flatMap(({ cases }) => cases).filter((each) => !hidden.includes(each)))
  return readHtml(matrix(groups, anchors, linked))
}
const rowsOf = (table: HtmlNode) =>
  all(only(table, 'tbody'), 'tr').map((row) => [only(row, 'th').text, ...texts(row, 'td')])

it('has a row for what was tested, a column for what it ran with, a tile for each check', () => {
  const table = tableOf([
    group('tcp', { haproxy: '3.2' }, one('a'), one('b', 'failed')),
    group('tls', { haproxy: '3.2' }, one('c', 'unknown')),
    group('tcp', { haproxy: '2.6' }, one('d', 'skipped')),
    group('tcp', { haproxy: '3.2' }, one('e', 'deviation')),
  ])
  expect(texts(only(table, 'thead'), 'th')).toEqual(['', 'haproxy 3.2', 'haproxy 2.6'])
  expect(rowsOf(table)).toEqual([
    ['tcp', '✔✖!', '-'],
    ['tls', '?', 'not run'],
  ])
  expect(all(table, 'td').map(({ attributes }) => attributes['data-with'])).toEqual([
    ...['haproxy 3.2', 'haproxy 2.6', 'haproxy 3.2', 'haproxy 2.6'],
  ])
})

it('links each tile to its check, and names both for those who do not see it', () => {
  const table = tableOf([group('tcp', undefined, one('a<1>', 'failed'))])
  expect(only(table, 'a').attributes).toEqual({
    class: 'tile failed',
    href: '#c1',
    title: 'a<1>: failed',
    'aria-label': 'a<1>: failed',
  })
})

it('links no check that has no line on the page', () => {
  const cases = [one('a'), one('b')]
  const table = tableOf([group('tcp', undefined, ...cases)], cases.slice(1))
  expect(texts(table, 'a')).toEqual(['✔'])
  expect(only(table, 'span.tile').attributes).toEqual({ class: 'tile passed', title: 'b: passed' })
})

it('calls the only column "checks" where nothing tells runs apart', () => {
  expect(texts(only(tableOf([group('tcp', undefined, one('a'))]), 'thead'), 'th')).toEqual(['', 'checks'])
})

it('says why a group has no checks', () => {
  const table = tableOf([group('a', undefined), { ...group('b', undefined), cannot: 'port <1> is taken' }])
  expect(rowsOf(table)).toEqual([
    ['a', 'no checks'],
    ['b', 'port <1> is taken'],
  ])
})

it('takes the name of a target off the sections that ran on it', () => {
  const rows = rowsOf(
    tableOf([
      group('b1:4.1', { target: 'b1' }, one('a')),
      group('b2:4.1', { target: 'b2' }, one('b')),
      group('b1:x', { target: 'b2' }, one('c')),
    ]),
  )
  expect(rows.map(([name]) => name)).toEqual(['4.1', 'b1:x'])
})
