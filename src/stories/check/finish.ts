import type { Unread } from '../../config/unread.js'
import { EXIT } from '../../kernel/exit.js'
import { type CaseGroup, type RunResult, statsOf, type UnreadPlace } from '../../kernel/result.js'
import type { Programs } from './programs.js'
import type { CheckRequest, CheckRun } from './request.js'

export interface Counts {
  readonly ms: number
  /** Groups that were no pair at all. */
  readonly impossible: number
  /** Behaviours that this machine could not run. */
  readonly lacking: number
}

function placeOf({ what, span: { file, line }, name, why }: Unread): readonly [string, UnreadPlace] {
  return [`${file}:${line} ${name}`, { what, name, why, at: { file, line } }]
}

/** The result of a run and its exit code. */
export function finish(
  groups: readonly CaseGroup[],
  programs: Programs,
  request: CheckRequest,
  { ms, impossible, lacking: behaviours }: Counts,
  unread: readonly Unread[] = [],
): Omit<CheckRun, 'recordings'> {
  const stats = statsOf(groups, Math.round(ms))
  const cannot = groups.filter((one) => one.cannot !== undefined).length
  const named = request.select.length > 0
  // A pair that can never be is skipped aloud; what this machine lacks, or what was asked for by name, is an error.
  const lacking = cannot - (named ? 0 : impossible) + behaviours
  const strictly = request.strict ? stats.skipped + stats.deviations + stats.flaky : 0
  const judged = stats.passed + stats.failed + stats.deviations
  const failed = stats.failed + stats.unknown + strictly
  const none = judged === 0 && request.shard === undefined
  const exit = failed > 0 ? EXIT.wrong : lacking > 0 || none ? EXIT.environment : EXIT.ok
  const result: RunResult = {
    schema: 1,
    command: 'check',
    ok: exit === EXIT.ok,
    env: { ...programs.env(), ...request.env },
    stats,
    groups,
    findings: [],
    ...(unread.length > 0 && { unread: [...new Map(unread.map(placeOf)).values()] }),
    ...(request.shard !== undefined && { shard: request.shard }),
  }
  return { result, exit }
}
