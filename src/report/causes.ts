import { formatPlace } from '../kernel/errors.js'
import type { CaseResult, Likely, RunResult } from '../kernel/result.js'
import { type Problem, problemsOf } from './problem.js'

/** Failures that one line of the configuration explains. */
export interface SharedCause {
  readonly likely: Likely
  readonly problems: readonly Problem[]
}

/** The causes that explain more than one failure, in the order of their first. */
export function sharedCauses(result: RunResult): readonly SharedCause[] {
  const causes = new Map<string, { likely: Likely; problems: Problem[] }>()
  for (const problem of problemsOf(result)) {
    const likely = problem.one.likely?.[0]
    if (likely === undefined) continue
    const known = causes.get(keyOf(likely)) ?? { likely, problems: [] }
    known.problems.push(problem)
    causes.set(keyOf(likely), known)
  }
  return [...causes.values()].filter(({ problems }) => problems.length > 1)
}

/** `5 checks, one cause: lab/haproxy.cfg:31:74`. */
export function causeTitle({ likely, problems }: SharedCause): string {
  return `${problems.length} checks, one cause: ${formatPlace(likely)}`
}

/** A failure without the causes that are said elsewhere, for all that they explain. */
export function withoutShared(one: CaseResult, causes: readonly SharedCause[]): CaseResult {
  const said = new Set(causes.map(({ likely }) => keyOf(likely)))
  const likely = one.likely?.filter((each) => !said.has(keyOf(each)))
  if (likely === undefined || likely.length === one.likely?.length) return one
  const { likely: _, ...rest } = one
  return likely.length === 0 ? rest : { ...rest, likely }
}

function keyOf(likely: Likely): string {
  return `${formatPlace(likely)} ${likely.message}`
}
