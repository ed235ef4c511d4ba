import { replaceAt } from './edit.js'
import type { ConfigProblem } from './span.js'

/** The byte order mark that some editors put before the first character. */
const mark = '\ufeff'

/** The first line with a blank in place of the mark, so that places stay where they are. */
export function withoutMark(content: string, line: number): string {
  return line === 1 && content.startsWith(mark) ? ` ${content.slice(1)}` : content
}

/** What a byte order mark does: the program takes it for a part of the first word (HAProxy 2.6 to 3.4, Mosquitto 2.1.2). */
export function markProblem(first: string, file: string, program: string): readonly ConfigProblem[] {
  if (!first.startsWith(mark)) return []
  const span = { file, line: 1, column: 1, endLine: 1, endColumn: 2 }
  return [
    {
      code: 'byte-order-mark',
      message: `the file begins with a byte order mark, which ${program} takes for a part of the first word`,
      span,
      expected: 'UTF-8 without a byte order mark',
      edits: [replaceAt(span, '')],
    },
  ]
}
