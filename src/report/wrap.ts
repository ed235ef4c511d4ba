/** No line of text gets longer than this, however wide the terminal is. */
export const widest = 100

/** Bytes, source lines and what is to be pasted stay in one piece: broken, they would be wrong. */
const whole =
  /^\s*(?:[\da-f]{4,} {2,}[\da-f]{2}(?: |$)|\d* ?\||(?:\S+:\s+)?(?:\d+ .* {3})?(?:\$ )?(?:mqtt-proxy|haproxy|mosquitto|docker|sudo|openssl) \S)/

/**
 * Text at a width: broken between words, never inside one, the following lines as far in as the text of the first:
 * behind its label or its table cells, else two further than the line itself. Colours take no room.
 */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (lengthOf(line) <= width || whole.test(plainOf(line)) ? [line] : wrapped(line, width)))
    .join('\n')
}

/** How many rows of a terminal a text takes, which breaks what is longer than a row. */
export function rowsOf(text: string, columns: number): number {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(lengthOf(line) / columns)), 0)
}

function wrapped(line: string, width: number): string[] {
  const hang = hangOf(plainOf(line), width)
  const lines: string[] = []
  let current = ''
  // The blanks in front of a word belong to it, so that columns of the first line stay where they are.
  for (const piece of line.match(/^\s*\S+|\s+\S+/g) ?? []) {
    if (current !== '' && lengthOf(current) + lengthOf(piece) > width && lengthOf(current) > hang) {
      lines.push(current)
      current = `${' '.repeat(hang)}${piece.trimStart()}`
    } else current += piece
  }
  return [...lines, current]
}

/** Where the text of a line begins, of which labels, marks and cells stand in front. */
function hangOf(line: string, width: number): number {
  const indent = line.length - line.trimStart().length
  const cells = [...line.slice(0, Math.floor(width / 2)).matchAll(/\S {2,}(?=\S)|^\s*\S+: +(?=\S)/g)]
  const last = cells.at(-1)
  return last === undefined ? Math.min(indent + 2, Math.floor(width / 2)) : last.index + last[0].length
}

function lengthOf(text: string): number {
  return plainOf(text).length
}

/** Colours are the only controls that text for a terminal still has. */
function plainOf(text: string): string {
  return text.replace(/\x1b\[[\d;]*m/g, '')
}
