import { formatPlace } from '../../kernel/errors.js'
import type { CaseStatus, Finding, RunResult } from '../../kernel/result.js'
import type { RuleText } from '../sarif.js'
import type { PageBudget } from './budget.js'
import { escapeHtml } from './markup.js'

/** What rules and probes found, the worst first. */
export function findingList(result: RunResult, rules: readonly RuleText[], budget: PageBudget): string {
  if (result.findings.length === 0) {
    const none = result.command === 'lint' || result.command === 'probe'
    return none ? '<p class="why">Nothing found.</p>' : ''
  }
  const sorted = result.findings.toSorted((a, b) => rank(a) - rank(b))
  const blocks = sorted.map((one) =>
    block(
      one,
      rules.find(({ code }) => code === one.code),
    ),
  )
  const fitting = blocks.filter((text) => budget.take(text))
  const missing = blocks.length - fitting.length
  return `${fitting.join('')}${missing === 0 ? '' : `<p class="soft">${missing} more; the JSON report has them.</p>`}`
}

const ranks = ['CRITICAL', 'HIGH', 'error', 'MEDIUM', 'warning', 'WARN', 'LOW', 'INFO', 'info', 'style', 'OK']

function rank({ severity }: Finding): number {
  return ranks.indexOf(severity)
}

/** Bad, worth a look, or good: which colour a severity has. Its word is always written. */
export function tone({ severity }: Pick<Finding, 'severity'>): CaseStatus {
  if (['CRITICAL', 'HIGH', 'error'].includes(severity)) return 'failed'
  return severity === 'OK' ? 'passed' : ['MEDIUM', 'warning', 'WARN'].includes(severity) ? 'deviation' : 'skipped'
}

function block(one: Finding, rule: RuleText | undefined): string {
  const kind = tone(one)
  const parts = [
    rule === undefined ? '' : `<p><a href="#rule-${rule.code}">What ${rule.code} means</a></p>`,
    list(
      'Also',
      (one.related ?? []).map((place) => `<code>${escapeHtml(formatPlace(place))}</code> ${escapeHtml(place.message)}`),
    ),
    one.fix === undefined ? '' : `<p class="again"><b>Fix</b> <code>${escapeHtml(one.fix.text)}</code></p>`,
    one.evidence === undefined
      ? ''
      : `<h4>Evidence</h4><pre tabindex="0">${one.evidence.map(escapeHtml).join('\n')}</pre>`,
    one.ref === undefined ? '' : `<p class="soft">${escapeHtml(one.ref)}</p>`,
  ].join('')
  return `<details class="case" data-status="${kind}"${kind === 'failed' ? ' open' : ''}><summary><span class="tag ${kind}">${escapeHtml(one.severity)}</span><code>${escapeHtml(one.code)}</code><span class="title">${escapeHtml(one.message)}</span><span class="ms">${escapeHtml(formatPlace(one.at))}</span></summary><div class="body">${parts}</div></details>`
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `<h4>${title}</h4><ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`
}
