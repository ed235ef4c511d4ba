import { isIP } from 'node:net'
import { packageVersion } from '../../host/package-version.js'
import { BrokerLog, plainLog } from '../../host/server/log.js'
import { type BrokerServer, serveBroker } from '../../host/server/server.js'
import { isLoopback } from '../../kernel/address.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { ConnectionEvent } from '../../mqtt-server/connection-event.js'
import { silent } from '../../mqtt-server/log.js'
import {
  type BrokerLimits,
  type HeaderPolicy,
  type ListenerAt,
  type ListenerOptions,
  openListener,
} from '../../mqtt-server/options.js'
import type { Version } from '../../proxy-header/types.js'

export interface BrokerCommandOptions {
  readonly host: string
  readonly port: number
  /** A unix socket instead of host and port. */
  readonly socket: string | undefined
  readonly transport: 'tcp' | 'ws'
  readonly mode: HeaderPolicy['mode']
  readonly accept: readonly Version[]
  /** Milliseconds. */
  readonly headerTimeoutMs: number
  readonly requireTls: boolean
  readonly requireCertificate: boolean
  readonly cnAsUsername: boolean
  readonly allow: readonly string[]
  readonly deny: readonly string[]
  readonly limits?: Partial<BrokerLimits>
  readonly verbose: boolean
  readonly onEvent: (event: ConnectionEvent) => void
}

export interface StartedBroker {
  readonly server: BrokerServer
  readonly at: ListenerAt
  /** Shown once, on stderr. */
  readonly warnings: readonly string[]
}

/**
 * The embedded broker behind a PROXY header policy.
 * @throws Fault MP-BROKER-OPTIONS (exit 2), MP-PORT-TAKEN (exit 3)
 */
export async function startProxyBroker(options: BrokerCommandOptions): Promise<StartedBroker> {
  checkOptions(options)
  const server = await serveBroker({
    listeners: [listenerOf(options)],
    limits: { manner: 'standard', ...options.limits },
    log: options.verbose ? new BrokerLog(plainLog, 'all') : silent,
    version: `mqtt-proxy version ${packageVersion()}`,
    onEvent: options.onEvent,
  })
  const [at] = server.listeners
  if (!at) throw new Error('the broker has a listener')
  return { server, at, warnings: warningsOf(options) }
}

/** `127.0.0.1:41883  PROXY required (v1,v2)`. */
export function listeningLine(options: BrokerCommandOptions, at: ListenerAt): string {
  const where = formatSocketAddress(at)
  const versions = options.accept.map((one) => `v${one}`).join(',')
  const header = options.mode === 'off' ? 'no PROXY header' : `PROXY ${options.mode} (${versions})`
  const asks = [
    options.transport === 'ws' ? 'WebSocket' : '',
    options.requireTls ? 'TLS required' : '',
    options.requireCertificate ? 'certificate required' : '',
    options.cnAsUsername ? 'username = CN' : '',
  ].filter((part) => part !== '')
  return [`listening ${where}`, header, ...asks].join('  ')
}

function listenerOf(options: BrokerCommandOptions): ListenerOptions {
  const at = options.socket === undefined ? { host: options.host, port: options.port } : { path: options.socket }
  return {
    ...openListener(at),
    transport: options.transport === 'ws' ? 'websocket' : 'tcp',
    header: {
      mode: options.mode,
      accept: options.accept,
      timeoutMs: options.headerTimeoutMs,
      requireTls: options.requireTls,
      // A name that was not verified does not count.
      requireCertificate: options.requireCertificate || options.cnAsUsername,
      cnAsUsername: options.cnAsUsername,
      cnOptional: false,
      allow: options.allow,
      deny: options.deny,
      manner: 'standard',
    },
  }
}

function checkOptions(options: BrokerCommandOptions): void {
  const refuse = (message: string, ...hints: string[]): never => {
    throw new Fault('MP-BROKER-OPTIONS', message, { exit: EXIT.usage, hints })
  }
  const asksTls = options.requireTls || options.requireCertificate || options.cnAsUsername
  if (options.mode === 'off' && (asksTls || options.allow.length > 0 || options.deny.length > 0)) {
    refuse(
      'TLS facts, names and address lists come from the PROXY header, which is off',
      'leave out --proxy-protocol off',
    )
  }
  if (asksTls && !options.accept.includes(2)) refuse('a version 1 header carries no TLS facts', 'add v2 to --accept')
  for (const one of [...options.allow, ...options.deny])
    if (!isNetwork(one)) refuse(`"${one}" is not a network`, 'write ADDRESS or ADDRESS/BITS')
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

function warningsOf(options: BrokerCommandOptions): readonly string[] {
  const warnings: string[] = []
  if (options.mode === 'optional') {
    warnings.push(
      'warning: --proxy-protocol optional trusts every client that sends a header: any client can claim any address' +
        `${options.cnAsUsername ? ' and any user name' : ''}. Use it for a migration only.`,
    )
  }
  const exposed = options.socket === undefined && !isLoopback(options.host)
  if (exposed && options.mode !== 'off') {
    warnings.push(
      `warning: ${options.host} can be reached from outside: anyone who reaches this port can forge a client address` +
        `${options.cnAsUsername ? ' and an identity' : ''}. Let a firewall keep everybody but HAProxy away.`,
    )
  }
  return warnings
}
