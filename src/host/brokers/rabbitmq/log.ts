import { parseAccepting, usernameOf } from '../../../brokers/rabbitmq/accepting-line.js'
import type { LineLog } from '../../process/line-log.js'
import type { Sight } from '../../types.js'

/** What RabbitMQ saw of the newest connection of a client, from its log at level debug. */
export async function rabbitmqSaw(log: LineLog, clientId: string, withinMs: number): Promise<Sight | undefined> {
  const isHis = (line: string) => parseAccepting(line)?.clientId === clientId
  await log.waitFor(isHis, withinMs)
  const lines = log.lines()
  const evidence = lines.findLast(isHis)
  const accepted = evidence === undefined ? undefined : parseAccepting(evidence)
  if (evidence === undefined || accepted === undefined) return undefined
  const { address, port, process } = accepted
  const username = lines.map((line) => usernameOf(line, process)).findLast((found) => found !== undefined)
  return { address, port, username: username === null ? undefined : username, tls: undefined, evidence }
}
