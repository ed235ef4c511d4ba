import { type ConformanceCase, sectionOf, sections } from '../../conformance/types.js'
import type { Progress } from '../../host/process/live.js'
import type { CaseResult } from '../../kernel/result.js'
import type { ConformanceRequest, ConformanceTarget } from './conformance.js'

/** Reports each section of each target when its last case is judged. */
export function followSections(
  targets: readonly ConformanceTarget[],
  cases: readonly ConformanceCase[],
  progress: Progress,
): NonNullable<ConformanceRequest['onCase']> {
  const rows = targets.flatMap((target) =>
    sections.flatMap((section) => {
      const all = cases.filter(({ id }) => sectionOf(id) === section).length
      return all === 0 ? [] : [{ target, section, all, seen: [] as CaseResult['status'][] }]
    }),
  )
  progress.planned(rows.map(({ target, section }) => `${target.name}  ${section}`))
  return (target, { id, status }) => {
    const section = sectionOf(id)
    const place = rows.findIndex((row) => row.target === target && row.section === section)
    const row = rows[place]
    if (row === undefined) return
    row.seen.push(status)
    if (row.seen.length < row.all) return
    const count = (wanted: CaseResult['status']) => row.seen.filter((one) => one === wanted).length
    const how = count('failed') + count('unknown') > 0 ? 'failed' : count('skipped') === row.all ? 'skipped' : 'ok'
    progress.done(place, how, `${count('passed')}/${row.all}`)
  }
}
