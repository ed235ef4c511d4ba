import type { HaproxyDocument, HaproxyLine } from './document.js'

/** The text of a document: lines that were read come out as they were, made or changed ones in our own layout. */
export function renderHaproxy(document: HaproxyDocument): string {
  const lines = [...document.preamble, ...document.sections.flatMap((section) => [section.header, ...section.lines])]
  const text = lines.map(renderLine).join('\n')
  return document.noFinalNewline ? text : `${text}\n`
}

function renderLine(line: HaproxyLine): string {
  if (line.raw !== undefined) return line.raw
  const words = line.words.map((word) => word.raw).join(' ')
  if (line.comment === undefined) return words === '' ? '' : `${line.indent}${words}`
  const note = line.comment === '' ? '#' : `# ${line.comment}`
  return words === '' ? `${line.indent}${note}` : `${line.indent}${words}  ${note}`
}
