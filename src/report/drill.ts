import { type Bin, binMs } from '../drill/curve.js'
import { type MetricName, metricFigures } from '../drill/metrics.js'
import { type DrillResult, type DrillRun, drillHolds } from '../drill/run.js'
import type { Crossed } from '../drill/thresholds.js'
import { printable } from '../kernel/printable.js'
import type { Style } from './style.js'

/** A drill for `--json`: figures and bins instead of every moment. */
export function drillDocument({ runs, ...head }: DrillResult) {
  return {
    ...head,
    runs: runs.map(({ name, record, metrics, bins, steps, crossed, reasons, unproven, struck }) => ({
      name,
      watchedMs: Math.round(record.watchedMs),
      // JSON has no infinity: null is what never came to an end.
      metrics: { ...metrics, 'back-in': metrics['not-back'] === 0 ? (metrics['back-in'] ?? null) : null },
      messages: record.messages,
      identity: record.identity,
      bins: bins.filter(({ cut, back }) => cut + back > 0),
      steps: steps.map(({ ms, text }) => ({ ms: Math.round(ms), text })),
      crossed: crossed.map(({ threshold }) => threshold.text),
      reasons: reasons.map(([why, count]) => ({ why, count })),
      ...(unproven !== undefined && { unproven }),
      ...(struck !== undefined && { struck }),
    })),
  }
}

/** What a person reads of a drill: the curve second by second, the figures, the verdict. */
export function renderDrill(result: DrillResult, style: Style): string {
  const lines = [head(result, style), '', `Expected: ${result.hypothesis}.`]
  for (const { name, what, healthy } of result.faults) lines.push(`Fault: ${name} (${what}); then ${healthy}.`)
  for (const run of result.runs) lines.push('', ...runLines(run, result, style))
  if (result.runs.length > 1) lines.push('', ...comparison(result, style))
  lines.push('', verdict(result, style))
  return `${lines.join('\n')}\n`
}

function head({ event, way, env, clients, rate, reconnect }: DrillResult, style: Style): string {
  const programs = Object.entries(env).map(([name, version]) => `${name} ${version}`)
  const talk = rate > 0 ? `${rate} messages/s at QoS 1` : 'no messages'
  const back = `${reconnect.name} comes back ${reconnect.says}`
  return style.dim([`drill ${event} (${way})`, ...programs, `${clients} clients, ${talk}`, back].join(' · '))
}

function runLines(run: DrillRun, { clients }: DrillResult, style: Style): string[] {
  const steps = run.steps.map(({ ms, text }) => `  ${seconds(ms).padStart(7)}  ${printable(text)}`)
  return [
    style.bold(printable(run.name)),
    ...steps,
    ...curve(run.bins, style),
    ...figures(run, clients).map(([name, text]) => `  ${name.padEnd(13)} ${text}`),
    ...run.reasons
      .slice(0, 3)
      .map(([why, count]) => style.dim(`  ${count} ${count === 1 ? 'time' : 'times'}: ${printable(why)}`)),
  ]
}

const bars = ' ▁▂▃▄▅▆▇█'
const perSecond = 1000 / binMs

/** A line a second, a bar a tenth of it; seconds in which nothing happened are left out. */
function curve(bins: readonly Bin[], style: Style): string[] {
  const highest = Math.max(...bins.map(({ cut, back }) => Math.max(cut, back)), 1)
  const bar = (count: number) => bars[count === 0 ? 0 : Math.max(1, Math.round((count / highest) * 8))] ?? ' '
  const rows: string[] = []
  for (let at = 0; at < bins.length; at += perSecond) {
    const part = bins.slice(at, at + perSecond)
    const sum = (kind: 'cut' | 'back') => part.reduce((all, bin) => all + bin[kind], 0)
    const [cut, back] = [sum('cut'), sum('back')]
    if (cut + back === 0) continue
    const drawn = (kind: 'cut' | 'back') =>
      part
        .map((bin) => bar(bin[kind]))
        .join('')
        .padEnd(perSecond)
    const counts = `${style.bad(`cut |${drawn('cut')}|`)} ${String(cut).padStart(5)}   ${style.good(`back |${drawn('back')}|`)} ${String(back).padStart(5)}`
    rows.push(`  ${seconds(part[0]?.ms ?? 0).padStart(7)}  ${counts}`)
  }
  return rows.length === 0 ? ['  nobody was cut'] : rows
}

function figures({ metrics, record, struck }: DrillRun, clients: number): [string, string][] {
  const { messages, identity } = record
  const of = (count: number | undefined) => `${count ?? 0} of ${clients} (${percent((count ?? 0) / clients)})`
  const cut = metrics.cut ?? 0
  const rows: [string, string][] = [['cut', of(cut)]]
  if (cut > 0) {
    rows.push(
      ['densest', `${of(metrics['cut-in-100ms'])} within 100 ms, from ${seconds(metrics.densest.in100ms)} on`],
      ['', `${of(metrics['cut-in-1s'])} within 1 s, from ${seconds(metrics.densest.in1s)} on`],
      [
        'back',
        metrics['not-back'] === 0
          ? `all, the last at ${seconds(metrics['back-in'] ?? 0)}`
          : `${metrics['not-back']} ${metrics['not-back'] === 1 ? 'is' : 'are'} not back`,
      ],
      ['offline', `${seconds(metrics.offline ?? 0)} at most`],
    )
  }
  if (messages.published > 0) {
    const open = messages.unacknowledged > 0 ? `, ${messages.unacknowledged} not acknowledged` : ''
    rows.push(
      ['messages', `${messages.published} sent, ${messages.lost} lost, ${messages.duplicated} twice${open}`],
      ['slowest', `${seconds(messages.slowestMs)} from publisher to subscriber`],
      ['silence', `${seconds(metrics.silence ?? 0)} without any message`],
    )
  }
  rows.push([
    'identity',
    identity.asked === 0
      ? 'the broker was not asked'
      : `${identity.asked - identity.wrong} of ${identity.asked} as before in the eyes of the broker`,
  ])
  if (struck !== undefined) rows.push(['struck', `${struck} connections to the broker`])
  if (metrics['old-sessions'] !== undefined) rows.push(['old processes', `hold ${metrics['old-sessions']} sessions`])
  return rows
}

function comparison({ runs, clients }: DrillResult, style: Style): string[] {
  const width = Math.max(...runs.map(({ name }) => printable(name).length), 8)
  const columns: [string, (run: DrillRun) => string][] = [
    ['cut', ({ metrics }) => `${metrics.cut}`],
    ['in 100 ms', ({ metrics }) => percent((metrics['cut-in-100ms'] ?? 0) / clients)],
    ['offline', ({ metrics }) => seconds(metrics.offline ?? 0)],
    ['lost', ({ metrics }) => `${metrics.lost}`],
    ['not back', ({ metrics }) => `${metrics['not-back']}`],
  ]
  const row = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(width)}${cells.map((one) => one.padStart(11)).join('')}`
  return [
    style.bold('Side by side'),
    style.dim(
      row(
        '',
        columns.map(([name]) => name),
      ),
    ),
    ...runs.map((run) =>
      row(
        printable(run.name),
        columns.map(([, cell]) => cell(run)),
      ),
    ),
  ]
}

function verdict(result: DrillResult, style: Style): string {
  if (drillHolds(result)) return `${style.good('held')}: no threshold was crossed (${result.failOn || 'none was set'})`
  const [first] = result.runs
  const lines = (first?.crossed ?? []).map((one) => `  ${one.threshold.text}: ${crossedAt(one, result.clients)}`)
  const proof = first?.unproven === undefined ? [] : [`  ${first.unproven}`]
  return [style.bad('did not hold:'), ...lines, ...proof].join('\n')
}

function crossedAt({ threshold, value }: Crossed, clients: number): string {
  if (value === undefined) return 'not known'
  return formatMetric(threshold.metric, value, clients)
}

/** A figure as a person reads it: `12 of 500 clients (2 %)`, `1.3 s`. */
export function formatMetric(name: MetricName, value: number, clients: number): string {
  switch (metricFigures[name].unit) {
    case 'ms':
      return Number.isFinite(value) ? seconds(value) : 'some never came back'
    case 'clients':
      return `${value} of ${clients} clients (${percent(value / clients)})`
    default:
      return `${value} messages`
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
