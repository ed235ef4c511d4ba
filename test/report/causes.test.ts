import { expect, it } from 'vitest'
import type { CaseResult } from '../../src/kernel/result.js'
import { renderHtml } from '../../src/report/html.js'
import { plain } from '../../src/report/style.js'
import { renderText } from '../../src/report/text.js'
import { resultOf } from './full-result.js'

const why = (line: number) => [{ file: 'lab/haproxy.cfg', line, message: `line ${line} sends version 1` }]
const failed = (id: string, line?: number): CaseResult => ({
  id,
  title: `what ${id} is about`,
  status: 'failed',
  actual: 'closed without a CONNACK',
  ...(line !== undefined && { likely: why(line) }),
})
const group = (id: string, cases: readonly CaseResult[]) => ({ id, title: id, durationMs: 1, cases })
const result = resultOf([
  group('proxy', [failed('proxy/a', 31), failed('proxy/b', 31), failed('proxy/c', 7), failed('proxy/d')]),
  group('tcp', [failed('tcp/a', 31), { id: 'tcp/b', title: 'b', status: 'passed' }]),
  group('tls', [{ id: 'tls/a', title: 'a', status: 'passed' }]),
])

it('says a cause once for all its failures, and a single one where it is', () => {
  const text = renderText(result, { style: plain })
  expect(text.match(/line 31 sends version 1/g)).toHaveLength(1)
  expect(text).toContain('3 checks, one cause: lab/haproxy.cfg:31\n')
  expect(text).toMatch(/proxy\/c {2}what[\s\S]*Likely: {5}lab\/haproxy\.cfg:7: line 7 sends version 1/)
  expect(text.trimEnd().split('\n').at(-1)).toMatch(/^2 passed, 5 failed, 0 skipped/)
})

it('groups the failures of a cause in the page, each with a link to its details', () => {
  const html = renderHtml(result, { version: '', style: plain })
  const causes = /<section aria-label="Causes">[\s\S]*?<\/section>/.exec(html)?.[0] ?? ''
  expect(causes).toContain('3 checks, one cause: lab/haproxy.cfg:31')
  const links = [...causes.matchAll(/href="#(c\d+)"><code>([^<]+)/g)].map(([, anchor, id]) => [anchor, id])
  expect(links.map(([, id]) => id)).toEqual(['proxy/a', 'proxy/b', 'tcp/a'])
  for (const [anchor, id] of links) {
    expect(html).toMatch(new RegExp(`id="${anchor}" data-status="failed"[^>]*><summary>.*?<code>${id}`))
  }
})

it('folds groups that passed, and no other', () => {
  const html = renderHtml(result, { version: '', style: plain })
  const folds = [...html.matchAll(/<details class="fold"( open)?><summary><h2>(\w+)/g)].map(([, open, id]) => [
    id,
    open,
  ])
  expect(folds).toEqual([
    ['proxy', ' open'],
    ['tcp', ' open'],
    ['tls', undefined],
  ])
})

it('offers only filters that match something', () => {
  const boxes = (of: typeof result) =>
    [...renderHtml(of, { version: '', style: plain }).matchAll(/type="checkbox" value="([\w-]+)"/g)].map(
      ([, one]) => one,
    )
  expect(boxes(result)).toEqual(['failed', 'passed'])
  expect(boxes(resultOf([group('tls', [{ id: 'tls/a', title: 'a', status: 'passed' }])]))).toEqual([])
  const finding = { code: 'MP407', severity: 'warning', message: 'm', at: { file: 'f' } } as const
  expect(boxes({ ...result, groups: [], findings: [finding, { ...finding, severity: 'error' }] })).toEqual([
    'failed',
    'deviation',
  ])
})
