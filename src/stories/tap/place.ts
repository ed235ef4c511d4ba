import { resolve } from 'node:path'
import { type ConfigEndpoint, familyOf, hostOf, isHost, reaches } from '../../kernel/address.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress, type SocketAddress } from '../../kernel/socket-address.js'

/**
 * `HOST:PORT`, `[::1]:PORT`, `:PORT` and `PORT` (loopback), `/path` and `unix:/path`. Port 0 lets the system choose, for a
 * listener.
 * @throws Fault MP-TAP-PLACE (exit 2)
 */
export function parsePlace(text: string, zero: 'allowed' | 'refused', use = tapUse): SocketAddress {
  const path = /^(?:unix:(?:\/\/)?)?(\.{0,2}\/.+)$/.exec(text)?.[1]
  if (path !== undefined) return { path }
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]:|([^:[\]/\s@]*):)?(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  const named = host === undefined || host === '' ? '127.0.0.1' : host
  if (match !== null && isHost(named) && port <= 65_535 && (port > 0 || zero === 'allowed')) {
    return { host: named, port }
  }
  throw new Fault('MP-TAP-PLACE', `"${text}" is not an address that ${use.what}`, {
    exit: EXIT.usage,
    hints: host === '*' ? [`for every address: 0.0.0.0:${port} or [::]:${port}`] : use.hints,
  })
}

/**
 * Each connection of a relay that leads to itself would make the next one.
 * @throws Fault MP-TAP-PLACE (exit 2)
 */
export function requireApart(listen: SocketAddress, target: SocketAddress): void {
  if (!reaches(endpointOf(target), endpointOf(listen))) return
  throw new Fault('MP-TAP-PLACE', `tap would connect to itself: it listens on ${formatSocketAddress(listen)}`, {
    exit: EXIT.usage,
    hints: ['let the broker keep its port, and choose another one to listen on: mqtt-proxy tap 1885 1884'],
  })
}

function endpointOf(at: SocketAddress): ConfigEndpoint {
  if (!('host' in at)) return { kind: 'unix', path: resolve(at.path) }
  const family = familyOf(at.host)
  return { kind: 'tcp', host: hostOf(at.host), port: at.port, ...(family !== undefined && { family }) }
}

/** What an address is for, as a message says it. */
interface PlaceUse {
  /** `tap can use` */
  readonly what: string
  readonly hints: readonly string[]
}

const tapUse: PlaceUse = {
  what: 'tap can use',
  hints: [
    'write 127.0.0.1:1884, [::1]:1884, :1884 or /run/mosquitto.sock',
    'for TLS add --target-tls or --listen-cert and --listen-key',
  ],
}
