import type { CaseGroup, CaseResult } from '../../kernel/result.js'
import { symbols } from '../markdown.js'
import { dimsOf } from '../problem.js'
import { escapeHtml } from './markup.js'

/** Where each case stands on the page, by group and position. */
export type Anchors = ReadonlyMap<CaseGroup, readonly string[]>

/** What was tested against what it ran with; a tile a check, each a link to it. */
export function matrix(groups: readonly CaseGroup[], anchors: Anchors, linked: ReadonlySet<CaseResult>): string {
  const columns = [...new Set(groups.map((group) => dimsOf(group.dims)))]
  const rows = [...new Set(groups.map(rowOf))]
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column === '' ? 'checks' : column)}</th>`).join('')
  const body = rows.map((row) => {
    const cells = columns.map((column) => {
      const here = groups.filter((group) => rowOf(group) === row && dimsOf(group.dims) === column)
      return `<td data-with="${escapeHtml(column)}">${here.map((group) => tiles(group, anchors.get(group) ?? [], linked)).join('') || '<span class="soft">not run</span>'}</td>`
    })
    return `<tr><th scope="row">${escapeHtml(row)}</th>${cells.join('')}</tr>`
  })
  return `<div class="scroll"><table class="matrix"><thead><tr><th scope="col"></th>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
}

/** With several targets a section is `name:section`; the name is its column already. */
function rowOf(group: CaseGroup): string {
  const prefix = Object.values(group.dims ?? {}).find((value) => group.id.startsWith(`${value}:`))
  return prefix === undefined ? group.id : group.id.slice(prefix.length + 1)
}

function tiles(group: CaseGroup, anchors: readonly string[], linked: ReadonlySet<CaseResult>): string {
  if (group.cases.length === 0) return `<span class="soft">${escapeHtml(group.cannot ?? 'no checks')}</span>`
  return group.cases
    .map((one, index) => {
      const name = escapeHtml(`${one.id}: ${one.status}`)
      if (!linked.has(one)) return `<span class="tile ${one.status}" title="${name}">${symbols[one.status]}</span>`
      return `<a class="tile ${one.status}" href="#${anchors[index] ?? ''}" title="${name}" aria-label="${name}">${symbols[one.status]}</a>`
    })
    .join('')
}
