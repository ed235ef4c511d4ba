import { explainLogLine } from '../../explain/log-line.js'
import { formatPlace } from '../../kernel/errors.js'
import type { CaseResult } from '../../kernel/result.js'
import { symbols } from '../markdown.js'
import { endsOf } from '../problem.js'
import { caseFiles } from './files.js'
import { headerFigure } from './header-bytes.js'
import { escapeHtml, formatMs } from './markup.js'
import { sequenceFigure } from './sequence.js'

/** One check: a line, and behind it what was required, expected and seen. */
export function caseBlock(one: CaseResult, anchor: string, full: boolean): string {
  const open = one.status === 'failed' ? ' open' : ''
  const time = one.durationMs === undefined ? '' : `<span class="ms">${formatMs(one.durationMs)}</span>`
  const flaky = one.status === 'passed' && (one.attempts ?? 1) > 1
  const tag = one.status === 'passed' ? (flaky ? tagOf('flaky') : '') : tagOf(one.status)
  return `<details class="case" id="${anchor}" data-status="${one.status}"${open}><summary><span class="sym ${one.status}" aria-hidden="true">${symbols[one.status]}</span><code>${escapeHtml(one.id)}</code><span class="title">${escapeHtml(one.title)}</span>${tag}${time}</summary><div class="body">${full ? bodyOf(one) : left}</div></details>`
}

const left = '<p class="soft">Details left out to keep this page small; the JSON report has them.</p>'

function tagOf(word: string): string {
  return `<span class="tag ${word}">${word}</span>`
}

function bodyOf(one: CaseResult): string {
  return [
    triple(one),
    one.reason === undefined ? '' : `<p class="why"><b>Reason</b> ${escapeHtml(one.reason)}</p>`,
    flakyNote(one),
    likelyList(one),
    logBlock(one),
    secondRunBlock(one),
    sequenceFigure(one.timeline ?? []),
    one.headerHex === undefined ? '' : headerFigure(one.headerHex),
    caseFiles(one),
    again(one),
  ].join('')
}

function triple(one: CaseResult): string {
  const cards: string[] = []
  const add = (title: string, text: string | undefined, extra = '', kind = '') => {
    if (text !== undefined)
      cards.push(`<div class="card ${kind}"><h4>${title}</h4><p>${escapeHtml(text)}</p>${extra}</div>`)
  }
  const ref = one.requirement ? `<p class="soft">${escapeHtml(one.requirement.ref)}</p>` : ''
  add(one.level === undefined ? 'Required' : `Required (${one.level})`, one.requirement?.text, ref)
  add('Expected', one.expected)
  const ends = endsOf(one)
  const client = ends === undefined ? '' : `<p class="soft">client ${escapeHtml(ends)}</p>`
  add('Actual', one.actual, client, one.status === 'failed' ? 'bad' : one.status === 'passed' ? 'good' : '')
  return cards.length === 0 ? '' : `<div class="cards">${cards.join('')}</div>`
}

function flakyNote(one: CaseResult): string {
  return one.status === 'passed' && (one.attempts ?? 1) > 1
    ? `<p class="why"><b>Flaky</b> passed at attempt ${one.attempts}</p>`
    : ''
}

function likelyList(one: CaseResult): string {
  const rows = (one.likely ?? []).map(
    (at) => `<li><code>${escapeHtml(formatPlace(at))}</code> ${escapeHtml(at.message)}</li>`,
  )
  return rows.length === 0 ? '' : `<div class="likely"><h4>Likely</h4><ul>${rows.join('')}</ul></div>`
}

function logBlock(one: CaseResult): string {
  const said = new Set(one.explained ?? [])
  const parts = (['haproxy', 'broker', 'client'] as const).flatMap((who) => {
    const lines = one.logs?.[who] ?? []
    if (lines.length === 0) return []
    for (const line of who === 'haproxy' ? lines : []) for (const words of explainLogLine(line)) said.add(words)
    return [
      `<h4>${who === 'haproxy' ? 'HAProxy' : who} log</h4><pre class="log" tabindex="0">${lines.map(escapeHtml).join('\n')}</pre>`,
    ]
  })
  const words = [...said].map((text) => `<li>${escapeHtml(text)}</li>`).join('')
  return `${parts.join('')}${words === '' ? '' : `<ul class="words">${words}</ul>`}`
}

/** What follows is of another run, with other ports than those above. */
function secondRunBlock({ secondRun, timeline, headerHex, logs: first }: CaseResult): string {
  if (secondRun === undefined) return ''
  const ends = endsOf(secondRun)
  const what = [
    ...(timeline === undefined ? [] : ['the picture']),
    ...(headerHex === undefined ? [] : ['the header']),
    'the capture',
  ]
  const logs = (['haproxy', 'broker'] as const).flatMap((who) =>
    secondRun.logs[who].length === 0
      ? []
      : [
          `<h4>${who === 'haproxy' ? 'HAProxy' : who} log</h4><pre class="log" tabindex="0">${secondRun.logs[who].map(escapeHtml).join('\n')}</pre>`,
        ],
  )
  const open = (first?.broker ?? []).length === 0 ? ' open' : ''
  const folded =
    logs.length === 0
      ? ''
      : `<details class="art"${open}><summary>Logs of the second run</summary>${logs.join('')}</details>`
  return `<p class="why"><b>Second run</b> ${escapeHtml(`${sentence(what)} ${what.length === 1 ? 'is' : 'are'} of a second run of this check alone${ends === undefined ? '' : `: client ${ends}`}`)}</p>${folded}`
}

function sentence(words: readonly string[]): string {
  const [first = '', ...rest] = words
  const all = [`${first.charAt(0).toUpperCase()}${first.slice(1)}`, ...rest]
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

function again(one: CaseResult): string {
  const command =
    one.again === undefined ? '' : `<p class="again"><b>Again</b> <code>${escapeHtml(one.again)}</code></p>`
  const files = (one.artifacts ?? []).map((file) => `<li><code>${escapeHtml(file)}</code></li>`).join('')
  return `${command}${files === '' ? '' : `<details class="art"><summary>Files</summary><ul>${files}</ul></details>`}`
}
