import type { DoctorItem } from '../kernel/result.js'
import { plain, type Style } from './style.js'

export interface DoctorStyle {
  /** Every detail, not only of what is off. */
  readonly all: boolean
  /** Only what is off. */
  readonly quiet: boolean
  readonly style: Style
}

/** One line for each item; details and the next step where something is off. */
export function doctorLines(items: readonly DoctorItem[], { all, quiet, style }: DoctorStyle): string[] {
  const width = Math.max(...items.map((item) => item.id.length)) + 2
  const marks = { ok: style.good('✔'), warning: style.warn('!'), wrong: style.bad('✖'), '-': style.dim('-') }
  return items.flatMap((item) => {
    const off = item.status === 'wrong' || item.status === 'warning'
    if (quiet && !off) return []
    const line = ` ${marks[item.status]} ${item.id.padEnd(width)}${item.text}`
    const more = off || all ? [...item.details, ...item.next] : []
    return [line, ...more.map((text) => style.dim(`   ${' '.repeat(width)}${text}`))]
  })
}

/** A block to paste into a bug report: everything, without colour, the home folder spelled `~`. */
export function doctorReport(version: string, items: readonly DoctorItem[], verdict: string, home: string): string {
  const lines = doctorLines(items, { all: true, quiet: false, style: plain })
  const text = ['```', `mqtt-proxy ${version}`, ...lines, verdict, '```'].join('\n')
  return home.length > 1 ? text.replaceAll(home, '~') : text
}
