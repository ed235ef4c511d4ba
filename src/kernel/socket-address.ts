/** An address that a socket is bound to or connects to, with nothing left open: an IP address and a port, or a unix path. */
export type SocketAddress = TcpAddress | UnixAddress

interface TcpAddress {
  /** Without brackets. */
  readonly host: string
  readonly port: number
}

interface UnixAddress {
  readonly path: string
}

/** `127.0.0.1:1884`, `[::1]:1884`, or the path. */
export function formatSocketAddress(address: SocketAddress): string {
  if (!('host' in address)) return address.path
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}
