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

  it('says which Node.js it was once: with the run, or else with the programs', () => {
    const { run: _, ...library } = { ...allGood, env: { haproxy: '3.2', node: 'v20.20.2' } }
    const said = (result: RunResult) => all(pageOf(result), '.env')[0]?.text
    expect(said(library)).toBe('haproxy 3.2 · node v20.20.2')
    expect(said({ ...library, run })).toBe('haproxy 3.2')
    expect(said({ ...library, runs: [run] })).toBe('haproxy 3.2')
  })

  it('says of a group what checks of it have no room, by what became of them', () => {
    const cases = (['passed', 'skipped', 'deviation'] as const).flatMap((status) =>
      Array.from({ length: 500 }, (_, at) => ({ id: `a/${status}/${at}`, title: 'x'.repeat(200), status })),
    )
    const page = pageOf({ ...allGood, groups: [{ id: 'a', title: 'a', durationMs: 1, cases }] })
    const shown = (status: string) =>
      all(page, 'details.case').filter(({ attributes }) => attributes['data-status'] === status).length
    const left = ['deviation', 'skipped', 'passed'].flatMap((status) =>
      shown(status) === 500 ? [] : [`${500 - shown(status)} more ${status}`],
    )
    expect(left.length).toBeGreaterThan(0)
    expect(all(page, 'p.soft').at(-1)?.text).toBe(`${left.join(', ')}; the JSON report has them.`)
    const linked = all(page, 'a.tile').length
    expect(linked).toBe(shown('passed') + shown('skipped') + shown('deviation'))
    expect(all(page, 'span.tile')).toHaveLength(1500 - linked)
  })

  it('lists failures under their cause also where they have no line of their own', () => {
    const likely = [{ file: 'h.cfg', line: 3, message: 'x' }]
    const cases = Array.from({ length: 1400 }, (_, at) => ({
      id: `tcp/${at}`,
      title: 'x'.repeat(400),
      status: 'failed' as const,
      likely,
    }))
    const html = renderHtml(
      { ...checked, groups: [{ id: 'tcp', title: 'tcp', durationMs: 1, cases }] },
      { version: '1', style: plain },
    )
    expect(Buffer.byteLength(html)).toBeLessThan(300_000)
    const list = all(readHtml(html), '.likely')[0]
    if (list === undefined) throw new Error('no causes')
    expect(all(list, 'li')).toHaveLength(60)
  })

  it('shares the 60 places among all causes', () => {
    const failed = (file: string, at: number) => ({
      id: `${file}/${at}`,
      title: 't',
      status: 'failed' as const,
      likely: [{ file, line: 1, message: file }],
    })
    const cases = [
      ...Array.from({ length: 50 }, (_, at) => failed('a', at)),
      ...Array.from({ length: 20 }, (_, at) => failed('b', at)),
    ]
    const page = pageOf({ ...checked, groups: [{ id: 'x', title: 'x', durationMs: 1, cases }] })
    const section = all(page, 'section').find(({ attributes }) => attributes['aria-label'] === 'Causes')
    const lists = section === undefined ? [] : all(section, '.likely')
    expect(lists.map((list) => all(list, 'li').length)).toEqual([50, 10])
    expect(lists.map((list) => all(list, 'p.soft').map(({ text }) => text))).toEqual([[], ['and 10 more']])
    // Nothing else tells the runs apart.
    expect(all(lists[0] as (typeof lists)[number], 'span.soft')).toHaveLength(0)
  })

  it('opens a group that has measured something, and shows what', () => {
    const latencies = [
      {
        name: 'due',
        count: 2,
        quantiles: [
          { q: 0, ms: 1 },
          { q: 1, ms: 2 },
        ],
      },
    ]
    const curve = { binMs: 100, bins: [{ ms: 0, cut: 1, back: 0 }], steps: [] }
    const [tcp] = allGood.groups
    if (tcp === undefined) throw new Error('no group')
    const figures = (more: Partial<typeof tcp>) => {
      const page = pageOf({ ...allGood, groups: [{ ...tcp, ...more }] })
      return [texts(page, 'figcaption'), 'open' in only(page, 'details.fold').attributes]
    }
    expect(figures({})).toEqual([[], false])
    expect(figures({ latencies })).toEqual([[expect.stringMatching(/^How long it took /)], true])
    expect(figures({ curve })).toEqual([[expect.stringMatching(/^Sessions over time /)], true])
  })

  it('has no filters where there is one kind of check, and two boxes where there are two', () => {
    const boxes = (result: RunResult) => all(pageOf(result), 'label').length
    expect(boxes(allGood)).toBe(0)
    const [tcp] = checked.groups.slice(1)
    expect(boxes({ ...checked, groups: tcp === undefined ? [] : [tcp] })).toBe(2)
  })

  it('counts what it has in the singular where there is one', () => {
    const chips = (result: RunResult) => texts(only(pageOf(result), '.chips'), 'li')
    expect(chips({ ...linted, findings: linted.findings.slice(0, 1) })).toContain('1finding')
    expect(chips(linted)).toContain('5findings')
    expect(chips({ ...checked, stats: { ...checked.stats, deviations: 2 } })).toContain('2known deviations')
  })
})
