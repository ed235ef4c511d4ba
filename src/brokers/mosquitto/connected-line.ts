/** `New client connected from 192.0.2.5:4242 as ID (p5, c1, k60, u'alice').`; IPv6 addresses come without brackets. */
export interface ConnectedLine {
  readonly clientId: string
  readonly address: string
  readonly port: number
  readonly username: string | undefined
  /** The protocol level of its CONNECT: 3, 4 or 5. */
  readonly level: number
  /** Seconds; 0: none. */
  readonly keepalive: number
}

/** What Mosquitto and the embedded broker log when a client is accepted. */
export function parseConnectedLine(line: string): ConnectedLine | undefined {
  const match = /New client connected from (\S+):(\d+) as (.*) \(p(\d+), c\d+, k(\d+)(?:, u'(.*)')?\)\.$/.exec(line)
  const [, address, port, clientId, level, keepalive, username] = match ?? []
  if (address === undefined || clientId === undefined) return undefined
  return { clientId, address, port: Number(port), username, level: Number(level), keepalive: Number(keepalive) }
}
