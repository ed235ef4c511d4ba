import { printable } from '../kernel/printable.js'
import type { Change, WatchReading } from '../live/watch/reading.js'
import type { Style } from './style.js'

const heads = ['target', 'verdict', 'connect', 'broker', 'address', 'spoofable', 'certificate', 'behind it'] as const

/** The last round as a table. */
export function watchTable(readings: readonly WatchReading[], style: Style): readonly string[] {
  const rows = readings.map(cells)
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => (row[at] ?? '').length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  const marked = (one: WatchReading, text: string) => {
    if (!one.up || one.behind?.fits === false) return style.bad(text)
    return one.addressRight === false || one.spoofable ? style.warn(text) : text
  }
  return [
    style.dim(line(heads.map((head) => head.toUpperCase()))),
    ...readings.map((one, at) => marked(one, line(rows[at] ?? []))),
  ]
}

function cells(one: WatchReading): readonly string[] {
  const { behind } = one
  const ms = (value: number | undefined) => (value === undefined ? '-' : `${value.toFixed(1)} ms`)
  const said = (value: boolean | undefined, yes: string, no: string) => (value === undefined ? '-' : value ? yes : no)
  return [
    one.target,
    one.verdict,
    ms(one.connectMs),
    ms(behind?.connectMs),
    said(one.addressRight, 'right', 'WRONG'),
    said(one.spoofable || behind?.spoofable === true, 'yes', 'no'),
    one.certificateDays === undefined ? '-' : `${one.certificateDays} days`,
    printable(behind?.text ?? ''),
  ]
}

/** `2026-11-27T04:10:00Z worse 127.0.0.1:1883 verdict: haproxy-frontend -> no-backend`. */
export function changeLine(at: number, { target, what, from, to, worse }: Change, style: Style): string {
  const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
  const mark = worse ? style.bad('worse ') : style.good('better')
  return `${style.dim(time)} ${mark} ${target} ${what}: ${printable(from)} -> ${printable(to)}`
}
