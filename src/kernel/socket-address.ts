/** An address that a socket is bound to or connects to, with nothing left open: an IP address and a port, or a unix path. */
export type SocketAddress = TcpAddress | UnixAddress

/** An IP address or a name, and a port (0..65535). */
interface TcpAddress {
  /** Without brackets. */
  readonly host: string
  readonly port: number
}

/** The path of a unix socket. */
interface UnixAddress {
  readonly path: string
}

/** `127.0.0.1:1884`, `[::1]:1884`, or the path. */
export function formatSocketAddress(address: SocketAddress): string {
  if (!('host' in address)) return address.path
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}
