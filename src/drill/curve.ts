/** What became of a client's session, milliseconds from the event (before it: negative). */
export interface SessionMoment {
  readonly ms: number
  readonly client: number
  readonly kind: 'cut' | 'back'
}

/** Width of a bar of the curve, milliseconds. */
export const binMs = 100

export interface Bin {
  /** Where it begins, milliseconds from the event; it is `binMs` wide. */
  readonly ms: number
  readonly cut: number
  readonly back: number
}

/** One bin after the other from `from` to `to` (milliseconds, `to` excluded); what lies outside is left out. */
export function binsOf(moments: readonly SessionMoment[], from: number, to: number): Bin[] {
  const first = Math.floor(from / binMs)
  const bins = Array.from({ length: Math.max(0, Math.ceil(to / binMs) - first) }, (_, index) => ({
    ms: (first + index) * binMs,
    cut: 0,
    back: 0,
  }))
  for (const { ms, kind } of moments) {
    const bin = bins[Math.floor(ms / binMs) - first]
    if (bin !== undefined) bin[kind] += 1
  }
  return bins
}

/** The most moments in any span of `widthMs`, wherever it begins, and where that is. */
export function densest(times: readonly number[], widthMs: number): { readonly count: number; readonly ms: number } {
  const sorted = [...times].sort((a, b) => a - b)
  let best = { count: 0, ms: 0 }
  let tail = 0
  for (const [head, ms] of sorted.entries()) {
    while (ms - (sorted[tail] ?? ms) >= widthMs) tail += 1
    if (head - tail + 1 > best.count) best = { count: head - tail + 1, ms: sorted[tail] ?? ms }
  }
  return best
}

/** The longest time between two moments that follow each other; `from` and `to` count as moments. */
export function longestGap(times: readonly number[], from: number, to: number): { ms: number; at: number } {
  const sorted = [from, ...times.filter((ms) => ms > from && ms < to), to].sort((a, b) => a - b)
  let best = { ms: 0, at: from }
  for (const [index, ms] of sorted.entries()) {
    const next = sorted[index + 1]
    if (next !== undefined && next - ms > best.ms) best = { ms: next - ms, at: ms }
  }
  return best
}
