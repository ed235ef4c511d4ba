import { Fault, messageOf } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import type { LoadFigures } from '../kernel/load-figures.js'
import type { CaseGroup, RunResult } from '../kernel/result.js'
import { parseLoadThresholds } from './figures.js'
import { loadGroup } from './judge.js'
import { mergeFigures } from './merge.js'

interface Part {
  readonly file: string
  readonly result: RunResult
}

interface Loaded {
  readonly file: string
  readonly shard: number
  readonly count: number
  readonly group: CaseGroup
  readonly load: LoadFigures
}

/** Whether it is one of several shards of a load. */
export function isLoadShard({ result }: Part): boolean {
  return result.shard !== undefined && result.groups.some(({ load }) => load !== undefined)
}

/**
 * The groups of shards of one load, merged and judged by the thresholds that each of them had.
 * @throws Fault MP-MERGE (exit 2): a shard twice, shards of different loads, figures that cannot be read
 */
export function mergeLoadShards(parts: readonly Part[]): CaseGroup[] {
  const all = parts.flatMap(({ file, result: { shard, groups } }) =>
    groups.flatMap((group): Loaded[] =>
      group.load === undefined || shard === undefined
        ? []
        : [{ file, shard: shard.index, count: shard.count, group, load: group.load }],
    ),
  )
  const ids = [...new Set(all.map(({ group }) => group.id))]
  return ids.map((id) => mergeOne(all.filter(({ group }) => group.id === id)))
}

function mergeOne(shards: readonly Loaded[]): CaseGroup {
  const [first, ...others] = [...shards].sort((a, b) => a.shard - b.shard)
  if (first === undefined) throw new Error('there is nothing to merge')
  const foreign = others.find(
    ({ group, count, load }) =>
      group.title !== first.group.title || count !== first.count || load.failOn !== first.load.failOn,
  )
  if (foreign !== undefined) {
    throw refused(
      `${first.file} and ${foreign.file} are not shards of one load`,
      'every shard is run with the same flags but for --shard',
    )
  }
  const twice = others.find(({ shard }, index) => shard === [first, ...others][index]?.shard)
  if (twice !== undefined)
    throw refused(`shard ${twice.shard} of ${twice.count} is there twice`, 'give each shard once')
  const { id, title, durationMs } = first.group
  try {
    const load = mergeFigures(
      [first, ...others].map((one) => one.load),
      'shards',
    )
    return loadGroup({ name: id.replace(/^bench\//, ''), title, durationMs }, load, parseLoadThresholds(load.failOn))
  } catch (error) {
    if (error instanceof Fault) throw error
    throw refused(`the figures of ${shards.map(({ file }) => file).join(', ')} cannot be read: ${messageOf(error)}`)
  }
}

function refused(message: string, ...hints: readonly string[]): Fault {
  return new Fault('MP-MERGE', message, { exit: EXIT.usage, hints })
}
