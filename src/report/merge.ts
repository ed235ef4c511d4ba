import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { type CaseGroup, type RunResult, statsOf } from '../kernel/result.js'

export interface NamedResult {
  readonly file: string
  readonly result: RunResult
}

/**
 * One result of several runs of the same command (shards, versions): groups and findings in order, counts again, time
 * added up. Versions that differ stand beside each other; where the same cases were run with different programs, the
 * groups say with which. It is ok when all of them are and no shard is missing. Results of `bench` may come along with those of any other command.
 * @throws Fault MP-MERGE (exit 2): nothing to merge, different commands, one group with the same cases twice
 */
export function mergeResults(parts: readonly NamedResult[]): RunResult {
  const [first] = [...parts.filter(({ result }) => result.command !== 'bench'), ...parts]
  if (first === undefined) throw new Fault('MP-MERGE', 'there is nothing to merge', { exit: EXIT.usage })
  const { command } = first.result
  const other = parts.find(({ result }) => result.command !== command && result.command !== 'bench')
  if (other !== undefined) {
    throw new Fault('MP-MERGE', `${first.file} is of ${command} and ${other.file} of ${other.result.command}`, {
      exit: EXIT.usage,
      hints: ['merge results of one command, with those of bench at most'],
    })
  }
  const given = parts.flatMap((part, at) => part.result.groups.map((group) => ({ at, file: part.file, group })))
  const groups = firstTwice(given) === undefined ? given : toldApart(given, parts)
  refuseTwice(groups)
  const lost = missingShards(parts)
  const all = [...mergeGroups(groups.map(({ group }) => group)), ...lost]
  const thresholds = new Set(parts.map(({ result }) => result.failOn))
  return {
    schema: 1,
    command,
    ok: lost.length === 0 && parts.every(({ result }) => result.ok),
    env: mergeEnv(parts.map(({ result }) => result.env)),
    stats: statsOf(
      all,
      parts.reduce((sum, { result }) => sum + result.stats.durationMs, 0),
    ),
    groups: all,
    findings: parts.flatMap(({ result }) => result.findings),
    ...runsOf(parts),
    ...(parts.some(({ result }) => result.unread !== undefined) && { unread: unreadIn(parts) }),
    ...(thresholds.size === 1 && first.result.failOn !== undefined && { failOn: first.result.failOn }),
  }
}

/** Every run that is in it, also those of results that were merged before. */
function runsOf(parts: readonly NamedResult[]): Pick<RunResult, 'runs'> {
  const runs = parts.flatMap(({ result: { run, runs } }) => runs ?? run ?? [])
  return runs.length === 0 ? {} : { runs }
}

/** Shards of one pair say the same of it. */
function unreadIn(parts: readonly NamedResult[]): NonNullable<RunResult['unread']> {
  const all = parts.flatMap(({ result }) => result.unread ?? [])
  return [...new Map(all.map((one) => [`${one.at.file}:${one.at.line} ${one.name}`, one])).values()]
}

/** Parts of a run that nobody gave: what would have come of them is unknown, and the whole is not ok. */
function missingShards(parts: readonly NamedResult[]): CaseGroup[] {
  const runs = new Map<string, Set<number>>()
  for (const { result } of parts) {
    if (result.shard === undefined) continue
    const run = JSON.stringify([result.shard.count, Object.entries(result.env).sort()])
    runs.set(run, (runs.get(run) ?? new Set()).add(result.shard.index))
  }
  return [...runs].flatMap(([run, given]) => {
    const [count, env]: [number, [string, string][]] = JSON.parse(run)
    const all = Array.from({ length: count }, (_, at) => at + 1)
    const cases = all
      .filter((index) => !given.has(index))
      .map((index) => ({
        id: `shard/${index}/${count}`,
        title: `what shard ${index} of ${count} found`,
        status: 'unknown' as const,
        reason: 'its report is missing',
      }))
    const dims = runs.size > 1 ? { dims: Object.fromEntries(env) } : {}
    return cases.length === 0 ? [] : [{ id: 'shard', title: 'Missing shards', durationMs: 0, cases, ...dims }]
  })
}

function keyOf(group: CaseGroup): string {
  return JSON.stringify([group.id, Object.entries(group.dims ?? {}).sort()])
}

interface GivenGroup {
  /** Which of the results it stands in. */
  readonly at: number
  readonly file: string
  readonly group: CaseGroup
}

/**
 * The groups with what tells their runs apart: a run with one HAProxy and one broker names them only once, for all of
 * its groups.
 */
function toldApart(groups: readonly GivenGroup[], parts: readonly NamedResult[]): readonly GivenGroup[] {
  const names = [...new Set(parts.flatMap(({ result }) => Object.keys(result.env)))]
  const differing = names.filter((name) => new Set(parts.map(({ result }) => result.env[name])).size > 1)
  return groups.map((one) => {
    const env = parts[one.at]?.result.env ?? {}
    const dims = Object.fromEntries(differing.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
    return { ...one, group: { ...one.group, dims: { ...dims, ...one.group.dims } } }
  })
}

/** The same case of the same group in two results means that one was given twice, or shards that overlap. */
function refuseTwice(groups: readonly GivenGroup[]): void {
  const twice = firstTwice(groups)
  if (twice === undefined) return
  throw new Fault('MP-MERGE', `${twice.id} stands in ${twice.files.join(' and in ')}, run with the same programs`, {
    exit: EXIT.usage,
    hints: ['give each shard once: check --shard 1/2, check --shard 2/2'],
  })
}

function firstTwice(groups: readonly GivenGroup[]): { readonly id: string; readonly files: string[] } | undefined {
  const seen = new Map<string, GivenGroup>()
  for (const one of groups) {
    for (const { id } of one.group.cases) {
      const key = `${keyOf(one.group)} ${id}`
      const before = seen.get(key)
      if (before !== undefined && before.at !== one.at) return { id, files: [before.file, one.file] }
      seen.set(key, one)
    }
  }
  return undefined
}

/** Parts of one group, run on different machines, become one again. */
function mergeGroups(groups: readonly CaseGroup[]): CaseGroup[] {
  const merged = new Map<string, CaseGroup>()
  for (const group of groups) {
    const before = merged.get(keyOf(group))
    if (before === undefined) merged.set(keyOf(group), group)
    else {
      const cases = [...before.cases, ...group.cases]
      merged.set(keyOf(group), { ...before, durationMs: before.durationMs + group.durationMs, cases })
    }
  }
  return [...merged.values()]
}

/** Versions that differ stand beside each other. */
export function mergeEnv(all: readonly RunResult['env'][]): Record<string, string> {
  const names = [...new Set(all.flatMap((env) => Object.keys(env)))]
  return Object.fromEntries(names.map((name) => [name, [...new Set(all.flatMap((env) => env[name] ?? []))].join(', ')]))
}
