import { EXIT } from '../../kernel/exit.js'
import { type CaseGroup, type RunResult, statsOf } from '../../kernel/result.js'
import type { CheckRequest, CheckRun } from './check.js'
import type { Programs } from './programs.js'

/** The result of a run and its exit code; `impossible` groups were no pair at all. */
export function finish(
  groups: readonly CaseGroup[],
  programs: Programs,
  request: CheckRequest,
  ms: number,
  impossible: number,
): Omit<CheckRun, 'recordings'> {
  const stats = statsOf(groups, Math.round(ms))
  const cannot = groups.filter((one) => one.cannot !== undefined).length
  const named = request.select.length > 0
  // A pair that can never be is skipped aloud; what this machine lacks, or what was asked for by name, is an error.
  const lacking = cannot - (named ? 0 : impossible)
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
    ...(request.shard !== undefined && { shard: request.shard }),
  }
  return { result, exit }
}
