import type { LatencySeries } from '../../kernel/result.js'
import { escapeHtml } from './markup.js'
import { below, frame, level, polyline, round, swatch } from './plot.js'

const { width, left, right, top, bottom } = frame
const height = 300

/**
 * How long something took, as HdrHistogram draws it: to the right the share of samples, a further digit of it with every
 * step, so that the slow end is seen; upwards milliseconds, equal ratios equally far apart. Empty without samples.
 */
export function latencyFigure(series: readonly LatencySeries[]): string {
  const drawn = series.filter(({ quantiles }) => quantiles.length > 0)
  if (drawn.length === 0) return ''
  const x = shares(Math.max(10, ...drawn.map(({ count }) => count)))
  const y = durations(drawn.flatMap(({ quantiles }) => quantiles.map(({ ms }) => ms)))
  const said = drawn.map(
    (one) => `${one.name}: half within ${formatLatency(at(one, 0.5))}, all within ${formatLatency(at(one, 1))}`,
  )
  const grid = [
    ...x.ticks.map(([place, label]) => upright(place, label)),
    ...y.ticks.map(([place, label]) => level(place, label)),
  ]
  const lines = drawn.map((one, index) => {
    const points = one.quantiles.map(({ q, ms }) => `${round(x.place(q, one.count))},${round(y.place(ms))}`)
    return polyline(index, points.join(' '))
  })
  return `<figure class="plot"><figcaption><b>How long it took</b> <span class="soft">share of all samples; milliseconds, equal ratios equally far apart</span></figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(said.join('; '))}">${grid.join('')}${lines.join('')}</svg>${table(drawn)}</figure>`
}

function table(series: readonly LatencySeries[]): string {
  const rows = series.map((one, index) => {
    const cells = columns.map(([, q]) => `<td>${formatLatency(at(one, q))}</td>`)
    return `<tr><th scope="row">${swatch(index)}${escapeHtml(one.name)}</th><td>${one.count}</td>${cells.join('')}</tr>`
  })
  const head = columns.map(([name]) => `<th scope="col">${name}</th>`)
  return `<div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col">samples</th>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

const columns = [
  ['least', 0],
  ['50 %', 0.5],
  ['90 %', 0.9],
  ['99 %', 0.99],
  ['most', 1],
] as const

/** The first quantile that covers the share: what was not kept is never told better than it was. */
function at({ quantiles }: LatencySeries, share: number): number {
  return (quantiles.find(({ q }) => q >= share) ?? quantiles.at(-1))?.ms ?? Number.NaN
}

interface Axis {
  readonly ticks: readonly (readonly [number, string])[]
}

/** 0, 90 %, 99 %, ... in equal steps; the last sample of `count` stands where its share of the samples is. */
function shares(most: number): Axis & { place(q: number, count: number): number } {
  const digits = (q: number, count: number) =>
    Math.min(q >= 1 ? Number.POSITIVE_INFINITY : -Math.log10(1 - q), Math.log10(count))
  const end = Math.log10(most)
  const across = (value: number) => left + (value / end) * (width - left - right)
  const whole = Array.from({ length: Math.floor(end + 1e-9) + 1 }, (_, digit) => digit)
  const ticks = whole.map((digit) => [across(digit), `${Number((100 * (1 - 10 ** -digit)).toFixed(6))} %`] as const)
  return {
    place: (q, count) => across(digits(q, count)),
    ticks: [...ticks, [across(Math.log10(2)), '50 %']],
  }
}

/** From a 1-2-5 step below the least to one above the most. */
function durations(all: readonly number[]): Axis & { place(ms: number): number } {
  const least = Math.max(0.001, Math.min(...all))
  const most = Math.max(least, ...all)
  const first = Math.floor(Math.log10(least))
  const decades = Array.from({ length: Math.ceil(Math.log10(most)) - first + 1 }, (_, at) => 10 ** (first + at))
  const steps = decades.flatMap((ten) => [ten, 2 * ten, 5 * ten])
  const from = steps.findLast((step) => step <= least) ?? least
  const to = steps.find((step) => step > most) ?? most * 2
  const up = (ms: number) =>
    height - bottom - (Math.log(Math.max(ms, from) / from) / Math.log(to / from)) * (height - top - bottom)
  const all125 = steps.filter((step) => step >= from && step <= to)
  const within = all125.length <= 14 ? all125 : all125.filter((step) => Number.isInteger(Math.log10(step)))
  return { place: up, ticks: within.map((step) => [up(step), formatLatency(step)]) }
}

function upright(x: number, label: string): string {
  return `<line class="grid" x1="${round(x)}" y1="${top}" x2="${round(x)}" y2="${height - bottom}"/>${below(x, height, label)}`
}

/** Two or three digits: `0.34 ms`, `12.5 ms`, `1.53 s`. */
export function formatLatency(ms: number): string {
  if (ms >= 1000) return `${Number((ms / 1000).toPrecision(3))} s`
  return `${Number(ms.toPrecision(ms < 10 ? 2 : 3))} ms`
}
