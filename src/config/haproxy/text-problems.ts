import { replaceAt } from '../edit.js'
import type { ConfigProblem } from '../span.js'
import type { HaproxyDocument } from './document.js'

/** Problems of a file as a whole that HAProxy 2.6 to 3.4 refuse, before any keyword is looked at. */
export function textProblems(text: string, document: HaproxyDocument): readonly ConfigProblem[] {
  const { file } = document
  const odd = text.includes('\0') || text.includes('\r') || document.noFinalNewline === true
  // Most files have nothing of the kind: then no list of all lines is made.
  if (!odd && hasSetting(document)) return []
  const lines = [...document.preamble, ...document.sections.flatMap((one) => [one.header, ...one.lines])]
  const problems: ConfigProblem[] = []
  for (const { raw = '', span } of text.includes('\0') || text.includes('\r') ? lines : []) {
    const at = (column: number) => ({ ...span, column: column + 1, endColumn: column + 2 })
    const nul = raw.indexOf('\0')
    if (nul >= 0) {
      problems.push({ code: 'nul-byte', message: 'a NUL byte: HAProxy refuses the line', span: at(nul) })
      break
    }
    const carriage = raw.indexOf('\r')
    if (carriage >= 0 && carriage < endBeforeReturns(raw)) {
      const message = 'HAProxy stops at this carriage return: the rest of the line is not read'
      problems.push({ code: 'carriage-return', message, span: at(carriage), expected: 'a line feed' })
    }
  }
  const last = lines.at(-1)
  if (document.noFinalNewline && last !== undefined) {
    const { endLine } = last.span
    const column = (last.raw?.length ?? 0) + 1
    const span = { file, line: endLine, column, endLine, endColumn: column }
    problems.push({
      code: 'no-final-newline',
      message: 'the last line does not end with a line feed: HAProxy takes the file for a truncated one and refuses it',
      span: { ...last.span },
      expected: 'a line feed at the end of the file',
      edits: [replaceAt(span, '\n')],
    })
  }
  if (!lines.some((one) => one.words.length > 0)) {
    const span = { file, line: 1, column: 1, endLine: 1, endColumn: 1 }
    problems.push({ code: 'no-settings', message: 'there is no setting in this file, only blanks and comments', span })
  }
  return problems
}

function hasSetting({ preamble, sections }: HaproxyDocument): boolean {
  return sections.length > 0 || preamble.some((one) => one.words.length > 0)
}

function endBeforeReturns(raw: string): number {
  let end = raw.length
  while (raw[end - 1] === '\r') end--
  return end
}
