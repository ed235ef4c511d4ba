import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/kernel/result.js'
import { mergeResults } from '../../src/report/merge.js'
import { fullResult } from './full-result.js'
import { lintResult } from './results.js'

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
})
