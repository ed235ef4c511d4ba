import type { TimelineEvent } from '../../kernel/result.js'
import { escapeHtml } from './markup.js'

const lanes = { client: 150, haproxy: 420, broker: 690 } as const
const names = { client: 'client', haproxy: 'HAProxy', broker: 'broker' } as const
const top = 46
const step = 34
const width = 800

/** client - HAProxy - broker with what went between them, and when. Empty without events. */
export function sequenceFigure(events: readonly TimelineEvent[]): string {
  if (events.length === 0) return ''
  const height = top + events.length * step + 14
  const used = (['client', 'haproxy', 'broker'] as const).filter((lane) =>
    events.some(({ from, to }) => from === lane || to === lane || lane === 'haproxy'),
  )
  const heads = used.map(
    (lane) =>
      `<g class="lane"><rect x="${lanes[lane] - 52}" y="4" width="104" height="26" rx="13"/><text x="${lanes[lane]}" y="21.5" text-anchor="middle">${names[lane]}</text><line x1="${lanes[lane]}" y1="30" x2="${lanes[lane]}" y2="${height - 4}"/></g>`,
  )
  const words = events.map(
    (event) => `${formatAt(event.ms)} ${names[event.from]} to ${names[event.to]}: ${event.label}`,
  )
  return `<figure class="seq"><figcaption><b>What happened</b></figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(words.join('; '))}">${heads.join('')}${events.map(arrow).join('')}</svg><ol class="steps">${events.map(stepOf).join('')}</ol></figure>`
}

/** The same in words, where the page is too narrow for the picture. */
function stepOf({ ms, from, to, label }: TimelineEvent): string {
  const way = from === to ? names[from] : `${names[from]} → ${names[to]}`
  return `<li${isBad(label) ? ' class="bad"' : ''}><span class="ms">${formatAt(ms)}</span> ${way}: ${escapeHtml(label)}</li>`
}

function isBad(label: string): boolean {
  return /refus|reset|clos|fail|timeout|alert|✖/i.test(label)
}

function arrow(event: TimelineEvent, index: number): string {
  const y = top + index * step + 14
  const from = lanes[event.from]
  const to = lanes[event.to]
  const time = `<text class="time" x="4" y="${y + 4}">${formatAt(event.ms)}</text>`
  const bad = isBad(event.label) ? ' bad' : ''
  if (from === to) {
    return `<g class="ev${bad}">${time}<circle cx="${from}" cy="${y}" r="4"/><text x="${from + 10}" y="${y + 4}">${clip(event.label, 48)}</text></g>`
  }
  const back = to < from
  const tip = back ? to + 1 : to - 1
  const head = back
    ? `${tip},${y} ${tip + 9},${y - 4.5} ${tip + 9},${y + 4.5}`
    : `${tip},${y} ${tip - 9},${y - 4.5} ${tip - 9},${y + 4.5}`
  const room = Math.floor(Math.abs(to - from) / 6.6)
  return `<g class="ev${bad}">${time}<line x1="${from}" y1="${y}" x2="${back ? tip + 8 : tip - 8}" y2="${y}"/><polygon points="${head}"/><text x="${(from + to) / 2}" y="${y - 6}" text-anchor="middle">${clip(event.label, room)}</text></g>`
}

function clip(text: string, room: number): string {
  return escapeHtml(text.length > room ? `${text.slice(0, room - 1)}…` : text)
}

function formatAt(ms: number): string {
  return `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`
}
