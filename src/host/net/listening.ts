import { readFile } from 'node:fs/promises'

/** A TCP socket of this machine in state LISTEN. */
export interface Listening {
  readonly port: number
  /** It can be reached from this machine alone. */
  readonly loopback: boolean
}

/** All that listen on TCP here; `undefined` where the system does not say. */
export async function listeningHere(): Promise<readonly Listening[] | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'latin1').catch(() => undefined)),
  )
  if (tables[0] === undefined) return undefined
  return tables.flatMap((table) => parseListening(table ?? ''))
}

/** The rows in state 0A (LISTEN) of `/proc/net/tcp` and `tcp6`: 32-bit words in the byte order of the machine. */
export function parseListening(table: string): Listening[] {
  return table.split('\n').flatMap((row) => {
    const match = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(row)
    const [, address, port] = match ?? []
    if (address === undefined || port === undefined) return []
    return [{ port: Number.parseInt(port, 16), loopback: loopbacks.some((one) => one.test(address)) }]
  })
}

const loopbacks = [/^[0-9A-F]{6}7F$/, /^0{24}01000000$/, /^0{16}(?:0000FFFF|FFFF0000)[0-9A-F]{6}7F$/]

/** Whether a port of this machine can be reached from elsewhere; `undefined` where the system does not say. */
export async function isReachable(port: number): Promise<boolean | undefined> {
  const here = (await listeningHere())?.filter((one) => one.port === port)
  // A listener in another network namespace (a container) is not in the table.
  return here === undefined || here.length === 0 ? undefined : here.some((one) => !one.loopback)
}
