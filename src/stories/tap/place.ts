import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { SocketAddress } from '../../kernel/socket-address.js'

/**
 * `HOST:PORT`, `[::1]:PORT`, `:PORT` and `PORT` (loopback), `/path` and `unix:/path`. Port 0 lets the system choose, for a
 * listener.
 * @throws Fault MP-TAP-PLACE (exit 2)
 */
export function parsePlace(text: string, zero: 'allowed' | 'refused'): SocketAddress {
  const path = /^(?:unix:(?:\/\/)?)?(\.{0,2}\/.+)$/.exec(text)?.[1]
  if (path !== undefined) return { path }
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]:|([^:[\]/\s@]*):)?(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  if (match !== null && port <= 65_535 && (port > 0 || zero === 'allowed')) {
    return { host: host === undefined || host === '' ? '127.0.0.1' : host, port }
  }
  throw new Fault('MP-TAP-PLACE', 'this is not an address that tap can use', {
    exit: EXIT.usage,
    hints: [
      'write 127.0.0.1:1884, [::1]:1884, :1884 or /run/mosquitto.sock',
      'for TLS add --target-tls or --listen-cert and --listen-key',
    ],
  })
}
