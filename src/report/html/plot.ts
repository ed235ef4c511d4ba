/** The frame that the figures of a report share, in the units of their picture. */
export const frame = { width: 800, left: 64, right: 16, top: 14, bottom: 46 } as const

/** Lines a reader can tell apart without colour: each has a dash of its own, in the picture and in the table beside it. */
const dashes = ['', '7 4', '2 3', '12 4 2 4', '1 5', '14 6'] as const

/** What makes a line the n-th of a figure, wherever it is drawn. */
function lineStyle(index: number): { readonly name: string; readonly dash: string } {
  const pattern = dashes[index % dashes.length]
  return { name: `s${index % dashes.length}`, dash: pattern ? ` stroke-dasharray="${pattern}"` : '' }
}

/** A piece of the n-th line, for the table beside the picture. */
export function swatch(index: number): string {
  const { name, dash } = lineStyle(index)
  return `<svg viewBox="0 0 44 10" aria-hidden="true"><line class="${name}" x1="1" y1="5" x2="43" y2="5"${dash}/></svg>`
}

export function polyline(index: number, points: string): string {
  const { name, dash } = lineStyle(index)
  return `<polyline class="${name}" points="${points}"${dash}/>`
}

/** What stands below the picture at this place. */
export function below(x: number, height: number, label: string): string {
  return `<text x="${round(x)}" y="${height - frame.bottom + 18}" text-anchor="middle">${label}</text>`
}

/** A line across the picture, and what stands beside it. */
export function level(y: number, label: string): string {
  const { left, right, width } = frame
  return `<line class="grid" x1="${left}" y1="${round(y)}" x2="${width - right}" y2="${round(y)}"/><text x="${left - 8}" y="${round(y + 4)}" text-anchor="end">${label}</text>`
}

export function round(value: number): number {
  return Math.round(value * 10) / 10
}
