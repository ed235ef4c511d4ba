/** What FlashMQ logs about a client that it accepted; it does not say the port. */
interface LoggedIn {
  readonly clientId: string
  readonly address: string
  readonly username: string | undefined
}

/**
 * `[NOTICE] [T 0] Client '[ClientID='one', username='bob', fd=12, keepalive=60s, transport='TCP/HAProxy/Non-SSL',
 * address='203.0.113.9', prot=3.1.1, clean=1]' logged in successfully`
 */
export function parseLoggedIn(line: string): LoggedIn | undefined {
  const match =
    /Client '\[(?:\w+ )?ClientID='(.*)', (?:fmq_client_group_id='.*', )?username='(.*)', fd=\d+, keepalive=\d+s, transport='[^']*', address='([^']*)', prot=[^,]*, clean=\d\]' logged in successfully$/.exec(
      line,
    )
  const [, clientId, username, address] = match ?? []
  if (clientId === undefined || address === undefined) return undefined
  return { clientId, address, username: username === '' ? undefined : username }
}
