import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/kernel/result.js'
import { mergeResults } from '../../src/report/merge.js'
import { fullResult } from './full-result.js'
import { finding, lintResult } from './results.js'

/** The result with only the groups a shard would have. */
function shard(...groups: readonly number[]): RunResult {
  return { ...fullResult, groups: groups.flatMap((at) => fullResult.groups[at] ?? []), ok: !groups.includes(1) }
}

describe('mergeResults', () => {
  it('makes of all shards what one run would have been', () => {
    const parts = [
      { file: 'a.json', result: shard(0, 1) },
      { file: 'b.json', result: shard(2, 3) },
    ]
    const merged = mergeResults(parts)
    expect(merged.groups.map(({ id, dims }) => [id, dims])).toEqual(fullResult.groups.map(({ id, dims }) => [id, dims]))
    expect(merged.stats).toEqual({ ...fullResult.stats, durationMs: 2 * fullResult.stats.durationMs })
    expect(merged.ok).toBe(false)
  })

  it('joins the parts of one group, and the versions that took part', () => {
    const [group] = fullResult.groups
    if (group === undefined) throw new Error('no group')
    const half = (at: number, haproxy: string): RunResult => ({
      ...fullResult,
      env: { haproxy },
      groups: [{ ...group, cases: group.cases.slice(at, at + 1) }],
    })
    const merged = mergeResults([
      { file: 'a.json', result: half(0, '3.2.26') },
      { file: 'b.json', result: half(1, '2.6.12') },
    ])
    expect(merged.groups).toHaveLength(1)
    expect(merged.groups[0]?.cases).toEqual(group.cases)
    expect(merged.env).toEqual({ haproxy: '3.2.26, 2.6.12' })
  })

  it('tells runs of the same cases with different programs apart, shards of them as well', () => {
    const [group] = fullResult.groups
    if (group === undefined) throw new Error('no group')
    const [one, other] = group.cases
    const part = (broker: string, ...cases: (typeof one)[]): RunResult => ({
      ...fullResult,
      env: { broker, haproxy: '3.2.26' },
      groups: [{ ...group, dims: {}, cases: cases.flatMap((found) => found ?? []) }],
    })
    const results = [part('embedded', one), part('mosquitto', one, other), part('embedded', other)]
    const merged = mergeResults(results.map((result, at) => ({ file: `${at}.json`, result })))
    expect(merged.groups.map(({ dims, cases }) => [dims, cases.length])).toEqual([
      [{ broker: 'embedded' }, 2],
      [{ broker: 'mosquitto' }, 2],
    ])
    expect(merged.env).toEqual({ broker: 'embedded, mosquitto', haproxy: '3.2.26' })
  })

  it('takes the results of benchmarks along, whatever comes first', () => {
    const bench: RunResult = {
      ...fullResult,
      command: 'bench',
      ok: true,
      groups: [{ id: 'bench/x', title: 'x', durationMs: 1, cases: [] }],
    }
    const parts = [
      { file: 'bench.json', result: bench },
      { file: 'a.json', result: shard(0) },
    ]
    expect(mergeResults(parts)).toMatchObject({ command: 'check', ok: true })
    expect(mergeResults([{ file: 'bench.json', result: bench }]).command).toBe('bench')
  })

  it('is not ok without every shard, and names those that are missing', () => {
    const part = (index: number, ok = true) => ({
      file: `${index}.json`,
      result: { ...shard(index - 1), ok, shard: { index, count: 3 } },
    })
    const all = [part(1), part(2), part(3)]
    expect(mergeResults(all).ok).toBe(true)
    const merged = mergeResults([part(1), part(3)])
    expect(merged.ok).toBe(false)
    expect(merged.stats.unknown).toBe(mergeResults(all).stats.unknown + 1)
    expect(merged.groups.at(-1)?.cases).toEqual([
      expect.objectContaining({ id: 'shard/2/3', status: 'unknown', reason: 'its report is missing' }),
    ])
  })

  it('refuses the same file given twice', () => {
    const part = { file: 'a.json', result: shard(0) }
    expect(() => mergeResults([part, part])).toThrow('a.json and in a.json')
  })

  it.each([
    ['nothing', [], 'nothing to merge'],
    ['results of different commands', [shard(0), lintResult([])], 'of check and'],
    ['the same shard twice', [shard(0), shard(0)], 'stands in 0.json and in 1.json'],
  ])('refuses %s', (_, results, words) => {
    const parts = results.map((result, at) => ({ file: `${at}.json`, result }))
    expect(() => mergeResults(parts)).toThrow(
      expect.objectContaining({ exit: 2, message: expect.stringContaining(words) }),
    )
  })

  const groupOf = (id: string, more = {}) => ({ id, title: id, durationMs: 5, cases: [], ...more })
  const named = (...results: readonly RunResult[]) => results.map((result, at) => ({ file: `${at}.json`, result }))
  const empty: RunResult = { ...fullResult, ok: true, groups: [], findings: [] }

  it('keeps every finding, and adds up the time of a group that ran in parts', () => {
    const [one, other] = [groupOf('a', { dims: { x: '1', y: '2' } }), groupOf('a', { dims: { y: '2', x: '1' } })]
    const merged = mergeResults(
      named({ ...empty, groups: [one], findings: [finding] }, { ...empty, groups: [other], findings: [finding] }),
    )
    expect(merged.findings).toEqual([finding, finding])
    expect(merged.groups).toEqual([groupOf('a', { dims: { x: '1', y: '2' }, durationMs: 10 })])
  })

  it('says once what several shards did not judge', () => {
    const at = (line: number) => ({ what: 'host', name: 'h', why: 'w', at: { file: 'f', line } })
    const merged = mergeResults(named({ ...empty, unread: [at(1), at(2)] }, empty, { ...empty, unread: [at(1)] }))
    expect(merged.unread).toEqual([at(1), at(2)])
    expect(mergeResults(named(empty, empty))).not.toHaveProperty('unread')
    expect(mergeResults(named(empty, { ...empty, unread: [] })).unread).toEqual([])
  })

  it('keeps the threshold of the findings where all had the same', () => {
    const lint = (failOn?: RunResult['failOn']): RunResult => ({
      ...lintResult([]),
      ...(failOn !== undefined && { failOn }),
    })
    expect(mergeResults(named(lint('error'), lint('error'))).failOn).toBe('error')
    expect(mergeResults(named(lint(null), lint(null))).failOn).toBeNull()
    for (const parts of [named(lint(), lint()), named(lint('error'), lint('warning')), named(lint('error'), lint())])
      expect(mergeResults(parts)).not.toHaveProperty('failOn')
  })

  it('has no runs where no part says when it ran', () => {
    expect(mergeResults(named(empty, empty))).not.toHaveProperty('runs')
  })

  it('is not ok where one part is not', () => {
    expect(mergeResults(named(empty, { ...empty, ok: false })).ok).toBe(false)
    expect(mergeResults(named(empty, empty)).ok).toBe(true)
  })

  it('says of which programs a shard is missing where several runs were sharded', () => {
    const part = (haproxy: string, index: number): RunResult => ({
      ...empty,
      env: { haproxy, broker: 'b' },
      shard: { index, count: 2 },
    })
    const other = { ...part('2.6', 2), env: { broker: 'b', haproxy: '2.6' } }
    expect(mergeResults(named(part('3.2', 1), part('2.6', 1), other)).groups).toEqual([
      expect.objectContaining({
        id: 'shard',
        dims: { broker: 'b', haproxy: '3.2' },
        cases: [expect.objectContaining({ id: 'shard/2/2' })],
      }),
    ])
    expect(mergeResults(named(part('3.2', 1))).groups[0]).not.toHaveProperty('dims')
  })

  it('tells runs apart only by what differs, and by what a run names', () => {
    const one = { id: 'x/a', title: 'a', status: 'passed' as const }
    const part = (env: RunResult['env']): RunResult => ({ ...empty, env, groups: [groupOf('x', { cases: [one] })] })
    const merged = mergeResults(named(part({ node: '20' }), part({ node: '20', broker: 'm' })))
    expect(merged.groups.map(({ dims }) => dims)).toEqual([{}, { broker: 'm' }])
    expect(merged.env).toEqual({ node: '20', broker: 'm' })
  })

  it('takes a case that stands twice in one result as it is', () => {
    const one = { id: 'x/a', title: 'a', status: 'passed' as const }
    const twice = { ...empty, groups: [groupOf('x', { cases: [one, one] })] }
    expect(mergeResults(named(twice)).groups[0]?.cases).toEqual([one, one])
  })

  it('says what to do where it refuses', () => {
    expect(thrown(() => mergeResults(named(empty, lintResult([]))))).toMatchObject({
      code: 'MP-MERGE',
      message: '0.json is of check and 1.json of lint',
      hints: ['merge results of one command, with those of bench at most'],
    })
    expect(thrown(() => mergeResults(named(shard(0), shard(0))))).toMatchObject({
      hints: ['give each shard once: check --shard 1/2, check --shard 2/2'],
    })
    const bench: RunResult = { ...empty, command: 'bench' }
    expect(thrown(() => mergeResults(named(bench, empty, lintResult([]))))).toMatchObject({
      message: '1.json is of check and 2.json of lint',
    })
  })
})

function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
