import type { Place } from '../../kernel/errors.js'

/** One of HAProxy's own messages about itself (not a traffic log line). */
export interface HaproxyMessage {
  readonly severity: 'ALERT' | 'WARNING' | 'NOTICE' | 'DIAG'
  /** Without the process id and the time; the place is kept in the text as HAProxy wrote it. */
  readonly text: string
  readonly at: Place | undefined
}

/** `[ALERT]    (5891) : config : parsing [f.cfg:9] : unknown keyword ...`; the form is the same from 2.4 to 3.4. */
export function parseHaproxyMessage(line: string): HaproxyMessage | undefined {
  const match = /^\[(ALERT|WARNING|NOTICE|DIAG)\]\s+\(\d+\) : (.*)$/.exec(line)
  const severity = match?.[1]
  const text = match?.[2]?.trim()
  if (text === undefined || !isSeverity(severity)) return undefined
  return { severity, text, at: placeIn(text) }
}

export function parseHaproxyMessages(lines: readonly string[]): HaproxyMessage[] {
  return lines.flatMap((line) => parseHaproxyMessage(line) ?? [])
}

/** The address in `cannot bind socket (Address already in use) [127.0.0.1:1883]`, when that is what the lines say. */
export function boundElsewhere(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const match = /cannot bind (?:UNIX )?socket \(Address already in use\)[^[]*\[([^\]]+)\]/i.exec(line)
    if (match?.[1] !== undefined) return match[1]
  }
  return undefined
}

function isSeverity(text: string | undefined): text is HaproxyMessage['severity'] {
  return text === 'ALERT' || text === 'WARNING' || text === 'NOTICE' || text === 'DIAG'
}

/** `[file:line]` in front (`parsing [h.cfg:9] :`, `[h.cfg:9] : 'server b/s' :`), or `(file:line)` behind a proxy's name. */
function placeIn(text: string): Place | undefined {
  const match =
    /^(?:config : )?(?:parsing )?\[([^\]]+):(\d+)\]/i.exec(text) ??
    /parsing \[([^\]]+):(\d+)\]/i.exec(text) ??
    /\(([^()]*\/[^()]*?):(\d+)\)/.exec(text)
  const [, file, line] = match ?? []
  return file === undefined ? undefined : { file, line: Number(line) }
}
