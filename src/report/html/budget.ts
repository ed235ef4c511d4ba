import type { CaseGroup, CaseResult, CaseStatus, RunResult } from '../../kernel/result.js'
import { caseBlock } from './case-block.js'
import { groupFiles } from './files.js'

/** The page stays under 300 kB; this is what may be spent on its contents, beside its own style and script. */
const contents = 262_000

/** Bytes that are still free. */
export class Budget {
  private left: number

  constructor(result: RunResult) {
    // A tile of the matrix for every case is always there.
    const cases = result.groups.reduce((sum, group) => sum + group.cases.length, 0)
    const groups = result.groups.length * 400
    this.left = contents - groups - cases * 110
  }

  /** Whether a text still fits; then its room is taken. */
  take(text: string): boolean {
    const bytes = new TextEncoder().encode(text).length
    if (bytes > this.left) return false
    this.left -= bytes
    return true
  }
}

export interface Chosen {
  /** Cases with a line of their own. */
  readonly lines: ReadonlySet<CaseResult>
  /** Cases with everything behind it. */
  readonly full: ReadonlySet<CaseResult>
  readonly files: ReadonlySet<CaseGroup>
}

const order: readonly CaseStatus[] = ['failed', 'unknown', 'deviation', 'non-strict', 'skipped', 'passed']

/** What is shown: failures and the files they ran with first, then the others as long as there is room. */
export function choose(groups: readonly CaseGroup[], budget: Budget): Chosen {
  const lines = new Set<CaseResult>()
  const full = new Set<CaseResult>()
  const files = new Set<CaseGroup>()
  for (const status of order) {
    const here = groups.flatMap((group) =>
      group.cases.filter((one) => one.status === status).map((one) => [group, one] as const),
    )
    for (const [, one] of here) if (budget.take(caseBlock(one, 'c1000', false))) lines.add(one)
    for (const [group, one] of here) {
      if (lines.has(one) && budget.take(caseBlock(one, '', true))) full.add(one)
      if (!files.has(group) && budget.take(groupFiles(group))) files.add(group)
    }
  }
  return { lines, full, files }
}
