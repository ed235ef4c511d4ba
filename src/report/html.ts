import type { CaseGroup, CaseStatus, RunResult } from '../kernel/result.js'
import { behaviour } from './html/behaviour.js'
import { Budget, type Chosen, choose } from './html/budget.js'
import { caseBlock } from './html/case-block.js'
import { groupFiles } from './html/files.js'
import { findingList } from './html/findings.js'
import { latencyFigure } from './html/latency.js'
import { look } from './html/look.js'
import { escapeHtml, formatMs } from './html/markup.js'
import { type Anchors, matrix } from './html/matrix.js'
import { dimsOf } from './problem.js'
import type { RenderContext } from './render-context.js'
import { runLine } from './run-facts.js'

/**
 * One self-contained page: it needs no server and no network (its own policy forbids both), fits light and dark, paper
 * and keyboard. What failed comes with everything; when there is very much, details of what passed are left out first.
 */
export function renderHtml(result: RunResult, context: RenderContext): string {
  const anchors = anchorsOf(result.groups)
  const budget = new Budget(result)
  const plots = plotsOf(result.groups, budget)
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
    filters(result),
    `<div id="results" tabindex="-1">${findings(result, context, budget)}${result.groups.map((group) => section(group, anchors, chosen, plots.get(group))).join('')}</div>`,
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
    [stats.deviations, 'known deviations'],
    [stats.unknown, 'unknown'],
    [stats.flaky, 'flaky'],
    [findings.length, 'findings'],
  ]
  const shown = all.filter(([count, word]) => count > 0 || word === 'passed' || word === 'failed')
  const items = shown.map(([count, word]) => `<li><b>${count}</b>${word}</li>`).join('')
  return `<ul class="chips">${items}<li><b>${formatMs(stats.durationMs)}</b></li></ul>`
}

function env(result: RunResult): string {
  return Object.entries(result.env)
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

function filters(result: RunResult): string {
  const used =
    result.findings.length > 0
      ? statuses
      : statuses.filter((status) => result.groups.some(({ cases }) => cases.some((one) => one.status === status)))
  const words = (status: CaseStatus) => (status === 'deviation' ? 'deviation, warning' : status)
  const boxes = used.map(
    (status) =>
      `<label><input type="checkbox" value="${status}" checked> ${result.findings.length > 0 ? words(status) : status}</label>`,
  )
  return `<div class="filters" role="search">${boxes.join('')}<input type="search" id="find" placeholder="Search checks" aria-label="Search checks"><button type="button" id="expand">Expand / fold</button><span class="soft" id="said" role="status"></span></div>`
}

function findings(result: RunResult, { rules = [] }: RenderContext, budget: Budget): string {
  const list = findingList(result, rules, budget)
  return list === '' ? '' : `<section class="group"><h2>Findings</h2>${list}</section>`
}

/** The picture of each group that has measured something. */
function plotsOf(groups: readonly CaseGroup[], budget: Budget): ReadonlyMap<CaseGroup, string> {
  const drawn = groups.map((group) => [group, latencyFigure(group.latencies ?? [])] as const)
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
  return `<section class="group"><h2>${escapeHtml(group.id)} <span class="soft">${escapeHtml(about.join(' · '))}</span></h2>${cannot}${plot}${lines.join('')}${more}${chosen.files.has(group) ? groupFiles(group) : ''}</section>`
}

function anchorsOf(groups: readonly CaseGroup[]): Anchors {
  let count = 0
  return new Map(groups.map((group) => [group, group.cases.map(() => `c${++count}`)]))
}
