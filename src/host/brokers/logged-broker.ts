import type { Child } from '../process/children.js'
import type { RunningBroker, Sight } from '../types.js'

/** What one line of a broker's log says about an accepted client. */
interface LoggedClient {
  readonly clientId: string
}

/** A broker in a process of its own that writes into its log whom it took each client for. */
export function loggedBroker<Client extends LoggedClient>(
  child: Child,
  parse: (line: string) => Client | undefined,
  sightOf: (client: Client, lines: readonly string[]) => Omit<Sight, 'evidence'>,
): RunningBroker {
  const saw = async (clientId: string, withinMs = 1000): Promise<Sight | undefined> => {
    const isHis = (line: string) => parse(line)?.clientId === clientId
    await child.log.waitFor(isHis, withinMs)
    const lines = child.log.lines()
    const evidence = lines.findLast(isHis)
    const client = evidence === undefined ? undefined : parse(evidence)
    return evidence === undefined || client === undefined ? undefined : { ...sightOf(client, lines), evidence }
  }
  return {
    what: child.what,
    pid: child.pid,
    saw,
    log: () => child.log.lines(),
    alive: child.alive,
    stop: () => child.stop(),
  }
}
