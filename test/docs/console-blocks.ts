/** Command blocks of the documentation: what is typed after `$ `, and the output below it. */
export interface ConsoleStep {
  readonly command: string
  readonly output: readonly string[]
}

export interface ConsoleBlock {
  /** Line of the opening fence, from 1. */
  readonly line: number
  /** Lines of the block without its fences: first and last index in the file, end exclusive. */
  readonly from: number
  readonly to: number
  readonly steps: readonly ConsoleStep[]
}

/** All ```console blocks of a Markdown text. A command may go on in the next lines behind a backslash. */
export function consoleBlocks(markdown: string): readonly ConsoleBlock[] {
  const lines = markdown.split('\n')
  return lines.flatMap((text, at) => {
    if (text !== '```console') return []
    const to = lines.indexOf('```', at + 1)
    if (to < 0) throw new Error(`line ${at + 1}: the block has no end`)
    return [{ line: at + 1, from: at + 1, to, steps: stepsOf(lines.slice(at + 1, to)) }]
  })
}

function stepsOf(lines: readonly string[]): ConsoleStep[] {
  const steps: { command: string; output: string[] }[] = []
  let open = false
  for (const line of lines) {
    const last = steps.at(-1)
    if (open && last !== undefined) last.command += `\n${line}`
    else if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: [] })
    else if (last === undefined) throw new Error(`"${line}" stands before the first command`)
    else last.output.push(line)
    open = (open || line.startsWith('$ ')) && line.endsWith('\\')
  }
  return steps
}

/** A line without what differs from run to run: times, ports above 1024 that the kernel chose, versions, column widths. */
export function masked(line: string): string {
  return (
    line
      .replace(/\b\d\d\/\w{3}\/\d{4}:(?=\d\d:)/g, '')
      .replace(/\b\d\d:\d\d:\d\d(?:\.\d+)?\b/g, '<clock>')
      .replace(/\b\d+d \d+h\d\dm\d\ds\b/g, '<time>')
      .replace(/\b(?:\d+(?:\.\d+)? (?:ms|s|kB|MB)|\d+s)\b/g, '<time>')
      .replace(/\/\S+\/(?=(?:mqtt-proxy-)?check-)/g, '')
      .replace(/\b(?:mqtt-proxy-)?check-\w+-\w+-\w+(?=\/|$)/g, '<folder>')
      // What the machine allows.
      .replace(/\b\d{4,}(?= allowed| for \d| connections)|\b(?<=of )\d{5}(?=,)/g, '<n>')
      .replace(/\b(packet|pid) \d+/g, '$1 <n>')
      .replace(/(?<![\d.])\d+\.\d+\.\d+(?!\.?\d)(?:[-+~]\S*)?/g, '<version>')
      .replace(/(?<=[\d\]]:|from :)[3-6]\d{4}\b/g, '<port>')
      .replace(/\bmp[-\w]{6,}\b/g, '<id>')
      .replace(/\d{4}-\d{2}-\d{2}/g, '<date>')
      .replace(/\s+/g, ' ')
      .trim()
  )
}

/** Whether an output is what the documentation shows; a line `...` stands for any number of lines. */
export function matches(shown: readonly string[], actual: readonly string[]): boolean {
  const [first, ...rest] = shown
  if (first === undefined) return actual.every((line) => line.trim() === '')
  if (first.trim() === '...') return actual.some((_, at) => matches(rest, actual.slice(at))) || matches(rest, [])
  const [seen, ...others] = actual
  return seen !== undefined && masked(first) === masked(seen) && matches(rest, others)
}
