import type { LoadFigures } from '../kernel/load-figures.js'
import { printable } from '../kernel/printable.js'
import type { CaseGroup, LatencySeries, RunResult } from '../kernel/result.js'
import { formatLatency } from './html/latency.js'
import type { Style } from './style.js'

/** What a person reads of a load: rates, latencies, processor time, and whether the generator was the limit. */
export function renderBench(result: RunResult, style: Style, quiet = false): string {
  const loads = loadsOf(result)
  const lines = quiet ? [] : [head(result, style)]
  for (const one of quiet ? [] : loads) lines.push('', ...groupLines(one, style))
  if (!quiet && loads.length > 1) lines.push('', ...sideBySide(loads, style))
  if (!quiet) lines.push('')
  lines.push(...verdict(result, style))
  return `${lines.join('\n')}\n`
}

interface Loaded {
  readonly group: CaseGroup
  readonly load: LoadFigures
}

function loadsOf({ groups }: RunResult): Loaded[] {
  return groups.flatMap((group) => (group.load === undefined ? [] : [{ group, load: group.load }]))
}

function head(result: RunResult, style: Style): string {
  const shard = result.shard === undefined ? [] : [`shard ${result.shard.index} of ${result.shard.count}`]
  const env = Object.entries(result.env).map(([name, value]) => `${name} ${value}`)
  return style.dim(['bench', ...env, ...shard].join(' · '))
}

function groupLines({ group, load }: Loaded, style: Style): string[] {
  const row = (name: string, text: string) => `  ${name.padEnd(12)} ${text}`
  const seconds = load.durationMs / 1000
  const wanted = load.wantedRate === null ? '' : ` (wanted: ${count(load.planned / seconds)}/s)`
  const unit = load.measure
  const lines = [
    `${style.bold(nameOf(group))}  ${style.dim(printable(group.title))}`,
    row('begun', `${count(load.started)} ${unit}, ${count((load.started * 1000) / load.startedMs)}/s${wanted}`),
    row(
      unit === 'messages' ? 'arrived' : 'accepted',
      `${count(load.done)}, ${count((load.done * 1000) / load.spanMs)}/s`,
    ),
  ]
  const lost = load.expected - load.done
  if (unit === 'messages' && lost > 0) lines.push(row('lost', `${count(lost)} of ${count(load.expected)}`))
  if (load.failed > 0) lines.push(row('failed', count(load.failed)))
  for (const { why, count: times } of load.reasons.slice(0, 3)) {
    lines.push(row('', `${count(times)} ${times === 1 ? 'time' : 'times'}: ${printable(why)}`))
  }
  lines.push(...latencyLines(group.latencies ?? [], style))
  for (const { program, ms } of load.cpu) {
    const each = load.done > 0 ? `, ${((ms * 1000) / load.done).toFixed(0)} µs each` : ''
    lines.push(row('processor', `${program} ${Math.round((ms / load.spanMs) * 100)} %${each}`))
  }
  if (load.apartMs !== undefined) lines.push(row('shards', `began within ${formatLatency(load.apartMs)}`))
  lines.push(generatorLine(load, style))
  return lines
}

function generatorLine({ generator }: LoadFigures, style: Style): string {
  const { busy, lagP99Ms, limited } = generator
  if (limited !== undefined) return `  ${style.warn('generator'.padEnd(12))} was the limit: ${limited}`
  const late = `99 of 100 starts no later than ${formatLatency(Math.max(lagP99Ms, 0.01))}`
  return `  ${'generator'.padEnd(12)} ${style.dim(`was not the limit: busy ${Math.round(busy * 100)} %, ${late}`)}`
}

const columns = [
  ['50 %', 0.5],
  ['90 %', 0.9],
  ['99 %', 0.99],
  ['most', 1],
] as const

function latencyLines(series: readonly LatencySeries[], style: Style): string[] {
  const drawn = series.filter(({ quantiles }) => quantiles.length > 0)
  if (drawn.length === 0) return []
  const width = Math.max(...drawn.map(({ name }) => name.length))
  const cells = (one: LatencySeries) => columns.map(([, q]) => formatLatency(at(one, q)).padStart(11)).join('')
  return [
    style.dim(`  ${''.padEnd(width)}${columns.map(([name]) => name.padStart(11)).join('')}`),
    ...drawn.map((one) => `  ${one.name.padEnd(width)}${cells(one)}`),
  ]
}

function at({ quantiles }: LatencySeries, q: number): number {
  return (quantiles.find((one) => one.q >= q) ?? quantiles.at(-1))?.ms ?? Number.NaN
}

/** Each beside the first, in both orders: a difference that turns with the order is none. */
function sideBySide(loads: readonly Loaded[], style: Style): string[] {
  const [first] = loads
  if (first === undefined) return []
  const width = Math.max(...loads.map(({ group }) => nameOf(group).length), 8)
  const row = (name: string, texts: readonly string[]) =>
    `  ${name.padEnd(width)}${texts.map((text) => text.padStart(12)).join('')}`
  const one = (loaded: Loaded) =>
    row(nameOf(loaded.group), [
      measured(sent(loaded, 0.5)),
      ratio(sent(loaded, 0.5), sent(first, 0.5)),
      ratio(inOrder(loaded, 'forward'), inOrder(first, 'forward')),
      ratio(inOrder(loaded, 'backward'), inOrder(first, 'backward')),
      measured(sent(loaded, 0.99)),
      ratio(sent(loaded, 0.99), sent(first, 0.99)),
      Number.isFinite(cpuEach(loaded)) ? cpuEach(loaded).toFixed(0) : '-',
      ratio(cpuEach(loaded), cpuEach(first)),
    ])
  return [
    style.bold(`Side by side, from when it was sent; ratios to ${nameOf(first.group)}`),
    style.dim(row('', ['50 %', 'ratio', 'forward', 'backward', '99 %', 'ratio', 'CPU µs each', 'ratio'])),
    ...loads.map(one),
  ]
}

function sent({ group }: Loaded, q: number): number {
  const series = group.latencies?.[1]
  return series === undefined ? Number.NaN : at(series, q)
}

/** Microseconds of all programs together. */
function cpuEach({ load }: Loaded): number {
  return (load.cpu.reduce((sum, { ms }) => sum + ms, 0) * 1000) / load.done
}

/** Mean of the medians of the turns in that order. */
function inOrder({ load }: Loaded, order: 'forward' | 'backward'): number {
  const turns = (load.rounds ?? []).filter((one) => one.order === order)
  return turns.reduce((sum, { p50Ms }) => sum + p50Ms, 0) / turns.length
}

/** Where nothing arrived, nothing was measured. */
function measured(ms: number): string {
  return Number.isFinite(ms) ? formatLatency(ms) : '-'
}

function ratio(value: number, base: number): string {
  const of = value / base
  return Number.isFinite(of) ? of.toFixed(2) : '-'
}

function verdict(result: RunResult, style: Style): string[] {
  const cases = result.groups.flatMap((group) => group.cases.map((one) => ({ group, one })))
  const limits = [...new Set(loadsOf(result).flatMap(({ load }) => (load.failOn === '' ? [] : [load.failOn])))]
  if (result.ok) return [`${style.good('held')}: no threshold was crossed (${limits.join('; ') || 'none was set'})`]
  const lines = cases
    .filter(({ one }) => one.status !== 'passed')
    .map(({ group, one }) => `  ${nameOf(group)}: ${one.title.replace(/^fails on /, '')}: ${one.actual ?? one.reason}`)
  return [style.bad('did not hold:'), ...lines]
}

function nameOf({ id }: CaseGroup): string {
  return printable(id.replace(/^bench\//, ''))
}

function count(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toFixed(1)))
}
