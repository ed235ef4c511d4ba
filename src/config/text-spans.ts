import type { Span } from './span.js'

/** Spans of a text by offsets into it; lines and columns count from 1. Looking one up takes the logarithm of the lines. */
export function textSpans(text: string, file: string): (from: number, to: number) => Span {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const place = (offset: number) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
  return (from, to) => {
    const [start, end] = [place(from), place(to)]
    return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
  }
}
