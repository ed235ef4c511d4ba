import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/kernel/result.js'
import { PageBudget } from '../../../src/report/html/budget.js'
import { findingList, tone } from '../../../src/report/html/findings.js'
import { all, only, readHtml, texts } from '../read-html.js'
import { checked, linted, probed } from '../varied.js'

const listOf = (result: typeof linted, rules = [{ code: 'MP407', summary: 's', help: 'h' }]) =>
  readHtml(findingList(result, rules, new PageBudget(result)))

describe('findingList', () => {
  it('has the worst first, open, and the others folded', () => {
    expect(texts(listOf(probed), '.tag')).toEqual(['CRITICAL', 'HIGH', 'MEDIUM', 'WARN', 'LOW', 'INFO', 'OK'])
    expect(texts(listOf(linted), '.tag')).toEqual(['error', 'warning', 'warning', 'info', 'style'])
    const open = all(listOf(probed), 'details').map(({ attributes }) => 'open' in attributes)
    expect(open).toEqual([true, true, false, false, false, false, false])
  })

  it('says where it is, what else belongs to it, what to do and how that is known', () => {
    const [first] = all(listOf(linted), 'details')
    if (first === undefined) throw new Error('no finding')
    expect(only(first, '.ms').text).toBe('conf/my haproxy.cfg:11:24')
    expect(texts(first, 'h4')).toEqual(['Also', 'Evidence'])
    expect(texts(first, 'li')).toEqual(['mosquitto.conf:1:1 listener 1883', 'other.conf nothing <here>'])
    expect(only(first, '.again').text).toBe('Fix listener 1884\nin both files')
    expect(only(first, 'pre').text).toBe('haproxy -c: "fine"\n1 < 2')
    expect(only(first, '.soft').text).toBe('configuration manual, 5.2')
    expect(all(first, 'a')).toHaveLength(0)
  })

  it('links a code to what it means, where that is known', () => {
    expect(all(listOf(linted), 'a').map(({ attributes, text }) => [attributes.href, text])).toEqual([
      ['#rule-MP407', 'What MP407 means'],
      ['#rule-MP407', 'What MP407 means'],
    ])
    expect(all(listOf(linted, []), 'a')).toHaveLength(0)
  })

  it('has nothing behind a finding of which no more is known', () => {
    const [, , , info] = all(listOf(linted), '.body')
    expect(info?.children).toEqual([])
  })

  it('counts what has no room', () => {
    const findings = Array.from({ length: 1500 }, () => ({ ...linted.findings[0], evidence: [] }) as Finding)
    const list = listOf({ ...linted, findings })
    const shown = all(list, 'details').length
    expect(all(list, 'p.soft').at(-1)?.text).toBe(`${1500 - shown} more; the JSON report has them.`)
    expect(shown).toBeGreaterThan(100)
  })

  it.each([
    ['lint', 'Nothing found.'],
    ['probe', 'Nothing found.'],
    ['check', ''],
  ] as const)('says of a %s without findings: %j', (command, text) => {
    expect(listOf({ ...checked, command }).text).toBe(text)
  })
})

it.each<[Finding['severity'], string]>([
  ['CRITICAL', 'failed'],
  ['HIGH', 'failed'],
  ['error', 'failed'],
  ['MEDIUM', 'deviation'],
  ['warning', 'deviation'],
  ['WARN', 'deviation'],
  ['LOW', 'skipped'],
  ['INFO', 'skipped'],
  ['info', 'skipped'],
  ['style', 'skipped'],
  ['OK', 'passed'],
])('%s has the colour of %s', (severity, status) => {
  expect(tone({ severity })).toBe(status)
})
