import { linesOf } from '../../check/whose.js'
import { parseTrafficLine } from '../../explain/traffic-line.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'

/** Lines of one log that are shown with one failure: from its beginning, and from its end. */
const shown = { first: 8, last: 4 }

/** The beginning and the end of many lines. */
export function aFew(lines: readonly string[]): readonly string[] {
  const left = lines.length - shown.first - shown.last
  if (left <= 0) return lines
  return [...lines.slice(0, shown.first), `(${left} more lines)`, ...lines.slice(-shown.last)]
}

/** HAProxy writes a connection's line when it ends; that is worth a short wait. */
const haproxyMs = 300

/** What every HAProxy of the sandbox wrote about these clients. */
export async function haproxyLines(sandbox: RunningSandbox, clients: readonly string[]): Promise<readonly string[]> {
  const asked = clients.flatMap((client) => sandbox.haproxy.map((one) => one.logOf(client, haproxyMs)))
  return [...new Set((await Promise.all(asked)).flat())]
}

/** HAProxy's ends of the connections that it opened to servers, by its own lines. */
export function outsOf(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => parseTrafficLine(line)?.out ?? [])
}

/** What the programs wrote about one client of many, and HAProxy's end of the connection to the broker. */
export async function ownLines(
  sandbox: RunningSandbox,
  client: string | undefined,
  clientId: string | undefined,
): Promise<{
  readonly haproxy: readonly string[]
  readonly broker: readonly string[]
  readonly out: string | undefined
}> {
  const ends = client === undefined ? [] : [client]
  const haproxy = await haproxyLines(sandbox, ends)
  const outs = outsOf(haproxy)
  const said = sandbox.brokers.flatMap((one) => one.log())
  const broker = aFew(linesOf(said, { ends: [...ends, ...outs], clientId }))
  return { haproxy, broker, out: outs.at(-1) }
}
