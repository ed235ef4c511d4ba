import type { CaseGroup, CaseResult, CaseStatus, RunResult } from '../../kernel/result.js'
import { caseBlock } from './case-block.js'
import { groupFiles } from './files.js'

/** The page stays under 300 kB; this is what may be spent on its contents, beside its own style and script. */
const contents = 262_000

/** Bytes that are still free. */
export class PageBudget {
  private left: number

  constructor(result: RunResult) {
    // A tile of the matrix for every case is always there.
    const cases = result.groups.reduce((sum, group) => sum + group.cases.length, 0)
    const groups = result.groups.length * 400
    this.left = contents - groups - cases * 110
  }

  get free(): number {
    return Math.max(0, this.left)
  }

  /** Whether a text still fits beside `kept` bytes that are meant for something else; then its room is taken. */
  take(text: string, kept = 0): boolean {
    const bytes = bytesOf(text)
    if (bytes > this.left - kept) return false
    this.left -= bytes
    return true
  }
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}

export interface Chosen {
  /** Cases with a line of their own. */
  readonly lines: ReadonlySet<CaseResult>
  /** Cases with everything behind it. */
  readonly full: ReadonlySet<CaseResult>
  readonly files: ReadonlySet<CaseGroup>
}

const order: readonly CaseStatus[] = ['failed', 'unknown', 'deviation', 'non-strict', 'skipped', 'passed']

/**
 * What is shown: failures with everything and the files they ran with first, then a line for each of the others, then
 * what stands behind those lines, as long as there is room. Failures leave half of the room to those lines.
 */
export function choose(groups: readonly CaseGroup[], budget: PageBudget): Chosen {
  const lines = new Set<CaseResult>()
  const full = new Set<CaseResult>()
  const files = new Set<CaseGroup>()
  const all = order.flatMap((status) =>
    groups.flatMap((group) => group.cases.filter((one) => one.status === status).map((one) => [group, one] as const)),
  )
  const isBad = ([, { status }]: (typeof all)[number]) => status === 'failed' || status === 'unknown'
  const [bad, others] = [all.filter(isBad), all.filter((one) => !isBad(one))]
  const asked = others.reduce((sum, [, one]) => sum + bytesOf(lineOf(one)), 0)
  const show = (some: typeof all, kept: number) => {
    for (const [group, one] of some) {
      if (lines.has(one) && budget.take(caseBlock(one, '', true), kept)) full.add(one)
      if (!files.has(group) && budget.take(groupFiles(group), kept)) files.add(group)
    }
  }
  for (const [, one] of bad) if (budget.take(lineOf(one))) lines.add(one)
  show(bad, Math.min(asked, budget.free / 2))
  for (const [, one] of others) if (budget.take(lineOf(one))) lines.add(one)
  show(others, 0)
  return { lines, full, files }
}

function lineOf(one: CaseResult): string {
  return caseBlock(one, 'c1000', false)
}
