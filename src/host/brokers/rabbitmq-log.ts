import type { LineLog } from '../process/line-log.js'
import type { Sight } from '../types.js'

/** What RabbitMQ believed of the newest connection of a client, from its log at level debug. */
export async function rabbitmqSaw(log: LineLog, clientId: string, withinMs: number): Promise<Sight | undefined> {
  const isHis = (line: string) => parseAccepting(line)?.clientId === clientId
  await log.waitFor(isHis, withinMs)
  const lines = log.lines()
  const evidence = lines.findLast(isHis)
  const accepting = evidence === undefined ? undefined : parseAccepting(evidence)
  if (evidence === undefined || accepting === undefined) return undefined
  const { address, port, process } = accepting
  const username = lines.map((line) => usernameOf(line, process)).findLast((found) => found !== undefined)
  return { address, port, username: username === null ? undefined : username, tls: undefined, evidence }
}

/** `accepting MQTT connection <0.691.0> (198.51.100.7:4242 -> 192.0.2.1:1883, client id: one)`. */
export function parseAccepting(
  line: string,
): { process: string; address: string; port: number; clientId: string } | undefined {
  const match =
    /accepting (?:Web )?MQTT connection (<[\d.]+>) \((?:\[([^\]]+)\]|([^:\s]+)):(\d+) -> \S+, client id: (.*)\)$/.exec(
      line,
    )
  const [, process, v6, v4, port, clientId] = match ?? []
  const address = v6 ?? v4
  if (process === undefined || address === undefined || clientId === undefined) return undefined
  return { process, address, port: Number(port), clientId }
}

/** The username in the CONNECT that this process received; `null`: it had none. */
function usernameOf(line: string, process: string): string | null | undefined {
  if (!line.includes(`${process} Received a CONNECT`)) return undefined
  const match = /, username: (?:undefined|"((?:[^"\\]|\\.)*)"), clean session:/.exec(line)
  if (match === null) return undefined
  return match[1] ?? null
}
