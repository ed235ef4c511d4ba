/** A client that `emqx ctl clients list` names. */
export interface ClientLine {
  readonly clientId: string
  readonly username: string | undefined
  readonly address: string
  readonly port: number
}

/**
 * `Client(c1, username=alice, peername=192.0.2.5:4242, clean_start=true, keepalive=60, ..., connected=true, ...)`, as the
 * source of EMQX 5 and 6 prints it. Sessions of clients that have gone are listed too.
 */
export function parseClientLine(line: string): ClientLine | undefined {
  const match = /^Client\((.*), username=(.*?), peername=(\S+):(\d+), clean_start=\w+, .*\bconnected=true, /.exec(
    line.trim(),
  )
  const [, clientId, username, address, port] = match ?? []
  if (clientId === undefined || address === undefined) return undefined
  return { clientId, username: username === 'undefined' ? undefined : username, address, port: Number(port) }
}
