import { describe, expect, it } from 'vitest'
import type { LoadFigures } from '../../src/kernel/load-figures.js'
import { type CaseGroup, type CaseResult, type RunResult, statsOf } from '../../src/kernel/result.js'
import { renderBench } from '../../src/report/bench.js'
import { plain } from '../../src/report/style.js'
import { figuresOf } from '../bench/load-figures.js'
import { marked } from './marked.js'
import { expectRecorded } from './recorded.js'

const seriesOf = (name: string, factor: number) => ({
  name,
  count: 1000,
  quantiles: [
    { q: 0, ms: 0.2 * factor },
    { q: 0.5, ms: 1.5 * factor },
    { q: 0.9, ms: 4 * factor },
    { q: 0.99, ms: 20 * factor },
    { q: 1, ms: 1500 * factor },
  ],
})

function groupOf(id: string, load: LoadFigures | undefined, more: Partial<CaseGroup> = {}): CaseGroup {
  return {
    id: `bench/${id}`,
    title: `2 clients through ${id}`,
    durationMs: 1000,
    cases: [],
    ...(load !== undefined && { load }),
    latencies: [seriesOf('when due', 2), seriesOf('from when it was sent', 1)],
    ...more,
  }
}

function resultOf(groups: readonly CaseGroup[], ok = true): RunResult {
  const env = { haproxy: '3.2.26', broker: 'mosquitto 2.1.2' }
  return { schema: 1, command: 'bench', ok, env, stats: statsOf(groups, 1), groups, findings: [] }
}

const figures: LoadFigures = {
  ...figuresOf([]),
  wantedRate: 500,
  durationMs: 2000,
  startedMs: 2000,
  spanMs: 2500,
  planned: 1000,
  started: 990,
  done: 1900,
  expected: 1980,
  failed: 3,
  reasons: [
    { why: 'connection\nreset', count: 1234 },
    { why: 'b', count: 2 },
    { why: 'c', count: 1 },
    { why: 'not shown', count: 1 },
  ],
  generator: { busy: 0.256, lagP99Ms: 0.4 },
  cpu: [
    { program: 'haproxy', ms: 500 },
    { program: 'mosquitto', ms: 250 },
  ],
}

const lineOf = (text: string, name: string) => text.split('\n').find((line) => line.trimStart().startsWith(name))

describe('renderBench', () => {
  it('tells a load of messages whole', () => {
    const result = { ...resultOf([groupOf('proxy', figures)]), shard: { index: 2, count: 3 } }
    expectRecorded('bench-one.txt', renderBench(result, marked))
  })

  it('sets loads that took turns side by side, with ratios to the first in both orders', () => {
    const turn = (order: 'forward' | 'backward', p50Ms: number) => ({ order, started: 1, done: 1, p50Ms, p99Ms: 9 })
    const first = { ...figures, rounds: [turn('forward', 1), turn('backward', 2), turn('forward', 3)] }
    const other = { ...first, rounds: [turn('forward', 4), turn('backward', 1)], cpu: [{ program: 'nginx', ms: 380 }] }
    const third = { ...figures, done: 0, expected: 0, cpu: [] }
    const text = renderBench(
      resultOf([
        groupOf('direct', first),
        groupOf('through a proxy', other, { latencies: [seriesOf('when due', 2), seriesOf('sent', 3)] }),
        groupOf('nothing', third, { latencies: [] }),
        groupOf('not measured', undefined),
      ]),
      plain,
    )
    expectRecorded('bench-compared.txt', text)
  })

  it('calls connections accepted, not arrived, and none of them lost', () => {
    const text = renderBench(resultOf([groupOf('tls', { ...figures, measure: 'connections' })]), plain)
    expect(lineOf(text, 'begun')).toContain('990 connections, 495/s (wanted: 500/s)')
    expect(lineOf(text, 'accepted')).toContain('1,900, 760/s')
    expect(text).not.toContain('lost ')
    expect(text).not.toContain('arrived')
  })

  it('tells nothing of what there was none of', () => {
    const calm = { ...figures, wantedRate: null, failed: 0, expected: 1900, reasons: [], cpu: [] }
    const text = renderBench(resultOf([groupOf('calm', calm, { latencies: [] })]), plain)
    expect(lineOf(text, 'begun')).toBe('  begun        990 messages, 495/s')
    for (const word of ['lost', 'failed', 'times', 'processor', 'shards', '50 %', 'Side by side']) {
      expect(text).not.toContain(word)
    }
  })

  it('says when the generator itself was the limit, and how late a calm one was at least measured', () => {
    const busy = { ...figures, generator: { busy: 1, lagP99Ms: 80, limited: 'one core was busy' } }
    const of = (load: LoadFigures) => lineOf(renderBench(resultOf([groupOf('x', load)]), plain), 'generator')
    expect(of(busy)).toBe('  generator    was the limit: one core was busy')
    const idle = { ...figures, generator: { busy: 0.256, lagP99Ms: 0 } }
    expect(of(idle)).toBe('  generator    was not the limit: busy 26 %, 99 of 100 starts no later than 0.01 ms')
  })

  it('says within which time the shards of a merged load began', () => {
    const text = renderBench(resultOf([groupOf('x', { ...figures, apartMs: 120 })]), plain)
    expect(lineOf(text, 'shards')).toBe('  shards       began within 120 ms')
  })

  it.each([
    [0.25, '0.3'],
    [99.94, '99.9'],
    [100, '100'],
    [12_345.6, '12,346'],
  ])('writes a rate of %d as %s', (planned, text) => {
    const load = { ...figures, planned, durationMs: 1000 }
    expect(renderBench(resultOf([groupOf('x', load)]), plain)).toContain(`(wanted: ${text}/s)`)
  })

  it('names the thresholds that held, each once', () => {
    const two = [groupOf('a', { ...figures, failOn: 'p99>1s' }), groupOf('b', { ...figures, failOn: 'p99>1s' })]
    expect(renderBench(resultOf(two), plain, true)).toBe('held: no threshold was crossed (p99>1s)\n')
    const none = [groupOf('a', { ...figures, failOn: '' })]
    expect(renderBench(resultOf(none), plain, true)).toBe('held: no threshold was crossed (none was set)\n')
    const both = [groupOf('a', { ...figures, failOn: 'p99>1s' }), groupOf('b', { ...figures, failOn: 'errors>0' })]
    expect(renderBench(resultOf(both), plain, true)).toBe('held: no threshold was crossed (p99>1s; errors>0)\n')
  })

  it('names what was crossed, where, and what it was', () => {
    const cases: readonly CaseResult[] = [
      { id: 'a', title: 'fails on p99>1s', status: 'failed', actual: '1.5 s' },
      { id: 'b', title: 'fails on errors>0', status: 'passed', actual: '0' },
      { id: 'c', title: 'fails on rate<95%', status: 'skipped', reason: 'this fails on purpose' },
    ]
    expect(renderBench(resultOf([groupOf('x', figures, { cases })], false), plain, true)).toBe(
      'did not hold:\n  x: p99>1s: 1.5 s\n  x: rate<95%: this fails on purpose\n',
    )
  })
})
