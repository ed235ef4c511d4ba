/** How one connection is known in logs: its ends as HAProxy and the broker may name them, and its client id. */
export interface Marks {
  /** `127.0.0.2:48014`. */
  readonly ends: readonly string[]
  readonly clientId?: string | undefined
}

/**
 * The lines that are about this connection. A line that names neither an end nor the client id belongs to it when the
 * process that wrote it also wrote one that does: Erlang brokers serve each connection by a process of its own.
 */
export function linesOf(lines: readonly string[], marks: Marks): readonly string[] {
  const named = lines.map((line) => isNamed(line, marks))
  const processes = new Set(lines.flatMap((line, index) => (named[index] ? processesIn(line) : [])))
  return lines.filter((line, index) => named[index] || processesIn(line).some((one) => processes.has(one)))
}

/** What a log gets beyond these lines, but for processes that are in them: they serve no new connection. */
export function newLines(before: readonly string[]): (log: readonly string[]) => readonly string[] {
  const from = before.length
  const old = new Set(before.flatMap(processesIn))
  return (log) => log.slice(from).filter((line) => !processesIn(line).some((one) => old.has(one)))
}

function isNamed(line: string, { ends, clientId }: Marks): boolean {
  // A check that needs two clients calls them `-s` and `-p`.
  return ends.some((end) => has(line, end, '')) || (clientId !== undefined && has(line, clientId, '(?:-[sp])?'))
}

/** As a whole: 127.0.0.1:4022 is not in 127.0.0.1:40221. */
function has(line: string, text: string, more: string): boolean {
  const exact = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return text !== '' && new RegExp(`(?<![\\w.:-])${exact}${more}(?![\\w-]|[.:]\\w)`).test(line)
}

function processesIn(line: string): readonly string[] {
  return line.match(/<\d+\.\d+\.\d+>/g) ?? []
}
