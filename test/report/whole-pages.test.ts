import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/kernel/result.js'
import { renderHtml } from '../../src/report/html.js'
import { plain } from '../../src/report/style.js'
import { all, only, outline, readHtml, texts } from './read-html.js'
import { expectRecorded } from './recorded.js'
import { allGood, checked, linted, nothing, probed, run } from './varied.js'

const rules = [
  { code: 'MP407', summary: 'Anyone can <connect>', help: 'Close "it" & be well.' },
  { code: 'MP999', summary: 'never found', help: 'never shown' },
]
const pageOf = (result: RunResult) => readHtml(renderHtml(result, { version: '1.2.3', style: plain, rules }))
const results = { checked, linted, probed, nothing, allGood }

describe('a whole page', () => {
  it.each(Object.keys(results) as (keyof typeof results)[])('of %s is what was read and found right', (name) => {
    expectRecorded(`page-${name}.txt`, outline(pageOf(results[name])))
  })

  it('says of a merged result when and where each part ran', () => {
    const runs = [run, { ...run, host: 'ci-8', command: 'mqtt-proxy check <b>' }]
    const page = pageOf({ ...allGood, runs })
    const [env, ...ran] = all(page, '.env')
    expect(env?.text).toBe('haproxy 3.2.26, 2.6.12 · broker mosquitto 2.1.2')
    expect(ran.map(({ text }) => text)).toEqual([
      '2026-11-27 03:12:00 UTC · ci-7 · Linux 6.1.0 x64 · mqtt-proxy 0.1.0 · node v20.20.2 · commit 0123456789abmqtt-proxy check all',
      expect.stringMatching(/ci-8 .*mqtt-proxy check <b>$/),
    ])
    const { run: _, ...library } = allGood
    expect(all(pageOf(library), '.env')).toHaveLength(1)
  })

  it('has a target for every link', () => {
    for (const result of Object.values(results)) {
      const page = pageOf(result)
      const links = all(page, 'a').map(({ attributes }) => attributes.href)
      const ids = [page, ...all(page, '')].flatMap(({ attributes }) => attributes.id ?? [])
      expect(new Set(ids).size).toBe(ids.length)
      for (const link of links) expect(ids.map((id) => `#${id}`)).toContain(link)
    }
  })

  it('lists the first 60 failures of a cause, and counts the rest', () => {
    const likely = [{ file: 'h.cfg', line: 3, message: 'the line at fault' }]
    const cases = Array.from({ length: 63 }, (_, at) => ({
      id: `tcp/${at}`,
      title: 't',
      status: 'failed' as const,
      likely,
    }))
    const group = { id: 'tcp', title: 'tcp', durationMs: 1, cases }
    const causes = all(pageOf({ ...checked, groups: [group] }), 'section').find(
      ({ attributes }) => attributes['aria-label'] === 'Causes',
    )
    if (causes === undefined) throw new Error('no causes')
    expect(texts(causes, 'h3')).toEqual(['63 checks, one cause: h.cfg:3'])
    expect(all(causes, 'li')).toHaveLength(60)
    expect(only(causes, '.soft').text).toBe('and 3 more')
  })
})
