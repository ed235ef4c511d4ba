import type { CaseGroup, CaseStatus, RunResult } from '../kernel/result.js'
import { causeTitle, sharedCauses } from './causes.js'
import { behaviour } from './html/behaviour.js'
import { type Chosen, choose, PageBudget } from './html/budget.js'
import { caseBlock } from './html/case-block.js'
import { groupFiles } from './html/files.js'
import { findingList, tone } from './html/findings.js'
import { latencyFigure } from './html/latency.js'
import { curveFigure, loadFigure } from './html/load.js'
import { look } from './html/look.js'
import { escapeHtml, formatMs } from './html/markup.js'
import { type Anchors, matrix } from './html/matrix.js'
import { worst } from './markdown.js'
import { dimsOf } from './problem.js'
import type { RenderContext } from './render-context.js'
import { runLine } from './run-facts.js'

/**
 * One self-contained page: it needs no server and no network (its own policy forbids both), fits light and dark, paper
 * and keyboard. What failed comes with everything; when there is very much, details of what passed are left out first.
 */
export function renderHtml(result: RunResult, context: RenderContext): string {
  const anchors = anchorsOf(result.groups)
  const budget = new PageBudget(result)
  const plots = plotsOf(result.groups, budget)
  if (sharedCauses(result).length > 0) budget.take('x'.repeat(listed * 300))
  const chosen = choose(result.groups, budget)
  const title = `mqtt-proxy ${result.command}`
  const verdict = result.ok
    ? '<span class="verdict passed">✔ ok</span>'
    : '<span class="verdict failed">✖ failed</span>'
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline'">`,
    `<title>${result.ok ? '✔' : '✖'} ${title}</title><style>${look}</style></head><body>`,
    '<a class="skip" href="#results">Skip to the results</a>',
    `<header><h1>${title} ${verdict}</h1>${chips(result)}<p class="env">${env(result)}</p>${ran(result)}</header><main>`,
    result.groups.length === 0
      ? ''
      : `<section aria-label="Matrix"><h2>At a glance</h2>${matrix(result.groups, anchors, chosen.lines)}</section>`,
    failures(result, anchors, chosen),
    filters(result),
    `<div id="results" tabindex="-1">${findings(result, context, budget)}${rulePages(result, context, budget)}${result.groups.map((group) => section(group, anchors, chosen, plots.get(group))).join('')}</div>`,
    `</main><footer>mqtt-proxy ${escapeHtml(context.version)} · one file, no network · “/” searches, Tab and Enter open a check</footer>`,
    `<script>${behaviour}</script></body></html>\n`,
  ].join('\n')
}

function chips({ stats, findings }: RunResult): string {
  const all: readonly (readonly [number, string])[] = [
    [stats.passed, 'passed'],
    [stats.failed, 'failed'],
    [stats.skipped, 'skipped'],
    [stats.nonStrict, 'non-strict'],
    [stats.deviations, stats.deviations === 1 ? 'known deviation' : 'known deviations'],
    [stats.unknown, 'unknown'],
    [stats.flaky, 'flaky'],
    [findings.length, findings.length === 1 ? 'finding' : 'findings'],
  ]
  const shown = all.filter(([count, word]) => count > 0 || word === 'passed' || word === 'failed')
  const items = shown.map(([count, word]) => `<li><b>${count}</b>${word}</li>`).join('')
  return `<ul class="chips">${items}<li><b>${formatMs(stats.durationMs)}</b></li></ul>`
}

function env(result: RunResult): string {
  // The line below says which Node.js it was.
  const told = result.run !== undefined || result.runs !== undefined
  return Object.entries(result.env)
    .filter(([name]) => !told || name !== 'node')
    .map(([name, value]) => escapeHtml(`${name} ${value}`))
    .join(' · ')
}

/** When, where and by which command it was made. */
function ran(result: RunResult): string {
  const runs = result.runs ?? (result.run === undefined ? [] : [result.run])
  return runs
    .map((run) => `<p class="env">${escapeHtml(runLine(run))}<br><code>${escapeHtml(run.command)}</code></p>`)
    .join('')
}

const statuses: readonly CaseStatus[] = ['failed', 'unknown', 'deviation', 'non-strict', 'skipped', 'passed']

/** Only what is there can be chosen; a finding counts by the colour that its severity has. */
function filters(result: RunResult): string {
  const here = new Set<CaseStatus>([
    ...result.groups.flatMap(({ cases }) => cases.map((one) => one.status)),
    ...result.findings.map(tone),
  ])
  const used = statuses.filter((status) => here.has(status))
  if (used.length === 0) return ''
  const words = new Map<CaseStatus, string>(result.findings.length > 0 ? [['deviation', 'deviation, warning']] : [])
  const boxes =
    used.length < 2
      ? ''
      : used
          .map(
            (status) =>
              `<label><input type="checkbox" value="${status}" checked> ${words.get(status) ?? status}</label>`,
          )
          .join('')
  return `<div class="filters" role="search">${boxes}<input type="search" id="find" placeholder="Search checks" aria-label="Search checks"><button type="button" id="expand">Expand / fold</button><span class="soft" id="said" role="status"></span></div>`
}

/** So many failures are listed under their causes; all of them stand below. */
const listed = 60

/** Failures with one cause, grouped under it; each leads to its details. */
function failures({ groups, ...result }: RunResult, anchors: Anchors, chosen: Chosen): string {
  const places = new Map(groups.flatMap((group) => group.cases.map((one, at) => [one, anchors.get(group)?.[at] ?? ''])))
  let room = listed
  const blocks = sharedCauses({ groups, ...result }).map((cause) => {
    const shown = cause.problems.slice(0, room)
    room -= shown.length
    const items = shown.map(({ one, dims }) => {
      const id = `<code>${escapeHtml(one.id)}</code>`
      const linked = chosen.lines.has(one) ? `<a href="#${places.get(one) ?? ''}">${id}</a>` : id
      return `<li>${linked} ${escapeHtml(one.title)}${dims === '' ? '' : ` <span class="soft">${escapeHtml(dims)}</span>`}</li>`
    })
    return `<div class="likely"><h3>${escapeHtml(causeTitle(cause))}</h3><p>${escapeHtml(cause.likely.message)}</p><ul>${items.join('')}</ul>${shown.length < cause.problems.length ? `<p class="soft">and ${cause.problems.length - shown.length} more</p>` : ''}</div>`
  })
  return blocks.length === 0 ? '' : `<section aria-label="Causes"><h2>Causes</h2>${blocks.join('')}</section>`
}

/** What the codes of the findings mean, a block a code, which the codes link to. */
function rulePages(result: RunResult, { rules = [] }: RenderContext, budget: PageBudget): string {
  const codes = new Set(result.findings.map(({ code }) => code))
  const pages = rules
    .filter(({ code }) => codes.has(code))
    .map(
      ({ code, summary, help }) =>
        `<details class="art" id="rule-${code}"><summary><code>${code}</code> ${escapeHtml(summary)}</summary><p>${escapeHtml(help)}</p></details>`,
    )
    .filter((text) => budget.take(text))
  return pages.length === 0 ? '' : `<section><h2>Rules</h2>${pages.join('')}</section>`
}

function findings(result: RunResult, { rules = [] }: RenderContext, budget: PageBudget): string {
  const list = findingList(result, rules, budget)
  return list === '' ? '' : `<section class="group"><h2>Findings</h2>${list}</section>`
}

/** The picture of each group that has measured something. */
function plotsOf(groups: readonly CaseGroup[], budget: PageBudget): ReadonlyMap<CaseGroup, string> {
  const drawn = groups.map((group) => {
    const { load, curve } = group
    const time = `${load === undefined ? '' : loadFigure(load)}${curve === undefined ? '' : curveFigure(curve)}`
    return [group, `${latencyFigure(group.latencies ?? [])}${time}`] as const
  })
  return new Map(drawn.filter(([, figure]) => budget.take(figure)))
}

function section(group: CaseGroup, anchors: Anchors, chosen: Chosen, plot = ''): string {
  const dims = dimsOf(group.dims)
  const about = [group.title === group.id ? '' : group.title, dims, formatMs(group.durationMs)].filter(
    (text) => text !== '',
  )
  const cannot = group.cannot === undefined ? '' : `<p class="why"><b>Cannot run</b> ${escapeHtml(group.cannot)}</p>`
  const lines = group.cases.flatMap((one, index) =>
    chosen.lines.has(one) ? [caseBlock(one, anchors.get(group)?.[index] ?? '', chosen.full.has(one))] : [],
  )
  const missing = group.cases.filter((one) => !chosen.lines.has(one))
  const counts = statuses.flatMap((status) => {
    const count = missing.filter((one) => one.status === status).length
    return count === 0 ? [] : [`${count} more ${status}`]
  })
  const more = counts.length === 0 ? '' : `<p class="soft">${counts.join(', ')}; the JSON report has them.</p>`
  const passed = group.cases.filter((one) => one.status === 'passed').length
  const open = group.cases.length === 0 || passed < group.cases.length || plot !== '' ? ' open' : ''
  const count =
    group.cases.length === 0 ? '' : `<span class="tag ${worst(group)}">${passed}/${group.cases.length}</span>`
  return `<section class="group"><details class="fold"${open}><summary><h2>${escapeHtml(group.id)} ${count} <span class="soft">${escapeHtml(about.join(' · '))}</span></h2></summary>${cannot}${plot}${lines.join('')}${more}${chosen.files.has(group) ? groupFiles(group) : ''}</details></section>`
}

function anchorsOf(groups: readonly CaseGroup[]): Anchors {
  let count = 0
  return new Map(groups.map((group) => [group, group.cases.map(() => `c${++count}`)]))
}
