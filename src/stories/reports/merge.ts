import { readText } from '../../host/files/input.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { RunResult } from '../../kernel/result.js'
import { mergeEnv, mergeResults, type NamedResult } from '../../report/merge.js'
import { isResult, whyNoResult } from '../../report/result-shape.js'

/** Bytes of a report; a run of every scenario on every version stays far below. */
const largest = 256 * 1024 * 1024

/**
 * Reads JSON reports and makes one result of them.
 * @throws Fault MP-MERGE (exit 2): unreadable, not a result of mqtt-proxy, or results that do not belong together
 */
export async function mergeReports(files: readonly string[]): Promise<RunResult> {
  const parts: NamedResult[] = []
  for (const file of files) parts.push({ file, result: parseResult(file, await readText(file, largest)) })
  return mergeResults(await withLoadsMerged(parts))
}

/** Shards of a load become one group, in the first of them; of the others only that they were there is left. */
async function withLoadsMerged(parts: readonly NamedResult[]): Promise<readonly NamedResult[]> {
  // Histograms are only loaded where there are any.
  if (!parts.some(({ result }) => result.groups.some(({ load }) => load !== undefined))) return parts
  const { isLoadShard, mergeLoadShards } = await import('../../bench/merge-results.js')
  const shards = parts.filter(isLoadShard)
  if (shards.length === 0) return parts
  const merged = mergeLoadShards(shards)
  const env = mergeEnv(shards.map(({ result }) => result.env))
  const ok = merged.every(({ cases }) => cases.every(({ status }) => status === 'passed'))
  return parts.map((part) => {
    if (!shards.includes(part)) return part
    return { ...part, result: { ...part.result, ok, env, groups: part === shards[0] ? merged : [] } }
  })
}

function parseResult(file: string, text: string): RunResult {
  const fail = (why: string) =>
    new Fault('MP-MERGE', `${file} is not a result of mqtt-proxy: ${why}`, {
      exit: EXIT.usage,
      hints: ['make one with --reporter json=FILE or --json'],
    })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw fail('it is not JSON')
  }
  if (!isResult(value)) throw fail(whyNoResult(value) ?? '')
  return value
}
