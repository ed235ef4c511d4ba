import { escapeHtml } from './markup.js'
import { below, frame, level, polyline, round, swatch } from './plot.js'

export interface TimeSeries {
  readonly name: string
  /** Milliseconds from the begin, and the value there; in order. */
  readonly points: readonly (readonly [ms: number, value: number])[]
}

export interface TimeMark {
  readonly ms: number
  readonly text: string
}

const { width, left, right, top, bottom } = frame
const height = 240
/** More points than this are not told apart on a screen. */
const mostPoints = 400

/** Values over time from 0 upwards, with a vertical line where something was done. Empty without points. */
export function timeFigure(
  title: string,
  unit: string,
  series: readonly TimeSeries[],
  marks: readonly TimeMark[] = [],
): string {
  const drawn = series.filter(({ points }) => points.length > 0).map(thinned)
  const all = drawn.flatMap(({ points }) => points)
  if (all.length === 0) return ''
  const end = Math.max(1, ...all.map(([ms]) => ms), ...marks.map(({ ms }) => ms))
  const step = niceStep(Math.max(...all.map(([, value]) => value)) / 4)
  const highest = step * Math.max(1, Math.ceil(Math.max(...all.map(([, value]) => value)) / step))
  const x = (ms: number) => round(left + (ms / end) * (width - left - right))
  const y = (value: number) => round(height - bottom - (value / highest) * (height - top - bottom))
  const levels = Array.from({ length: Math.round(highest / step) + 1 }, (_, at) => at * step)
  const seconds = niceStep(end / 1000 / 8)
  const times = Array.from({ length: Math.floor(end / 1000 / seconds + 1e-9) + 1 }, (_, at) => at * seconds)
  const grid = [
    ...levels.map((value) => level(y(value), short(value))),
    ...times.map((at) => below(x(at * 1000), height, `${short(at)} s`)),
  ]
  const lines = drawn.map(({ points }, index) => {
    const places = points.map(([ms, value]) => `${x(ms)},${y(value)}`).join(' ')
    return polyline(index, places)
  })
  const done = marks.map(
    ({ ms, text }) =>
      `<line class="mark" x1="${x(ms)}" y1="${top}" x2="${x(ms)}" y2="${height - bottom}"><title>${escapeHtml(text)}</title></line>`,
  )
  const said = drawn.map(
    ({ name, points }) => `${name}: at most ${short(Math.max(...points.map(([, value]) => value)))}`,
  )
  const legend = drawn.map(({ name }, index) => legendRow(name, index)).join('')
  const what = marks.map(({ ms, text }) => `<li>${short(ms / 1000)} s: ${escapeHtml(text)}</li>`).join('')
  return `<figure class="plot"><figcaption><b>${escapeHtml(title)}</b> <span class="soft">${escapeHtml(unit)}</span></figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(said.join('; '))}">${grid.join('')}${lines.join('')}${done.join('')}</svg><table><tbody>${legend}</tbody></table>${what === '' ? '' : `<ul class="soft">${what}</ul>`}</figure>`
}

function legendRow(name: string, index: number): string {
  return `<tr><th scope="row">${swatch(index)}${escapeHtml(name)}</th></tr>`
}

/** Of neighbours that fall together the highest is kept: a peak is never drawn away. */
function thinned({ name, points }: TimeSeries): TimeSeries {
  const each = Math.ceil(points.length / mostPoints)
  if (each <= 1) return { name, points }
  const kept = Array.from({ length: Math.ceil(points.length / each) }, (_, at) => {
    const part = points.slice(at * each, (at + 1) * each)
    return part.reduce((best, point) => (point[1] > best[1] ? point : best))
  })
  return { name, points: kept }
}

/** 1, 2 or 5 times a power of ten, at least as much. */
function niceStep(least: number): number {
  if (!(least > 0)) return 1
  const ten = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((times) => times * ten).find((step) => step >= least * 0.999) ?? 10 * ten
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US')
}
