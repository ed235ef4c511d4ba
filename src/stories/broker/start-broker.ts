import { type BrokerServer, serveBroker } from '../../host/server/server.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { oneOf, onlyKnown, wholeNumber } from '../../kernel/known-names.js'
import type { ConnectionEvent } from '../../mqtt-server/connection-event.js'
import {
  type BrokerLimits,
  defaultLimits,
  type HeaderPolicy,
  type ListenerOptions,
  noHeader,
  openListener,
  type TlsOptions,
  usualTls,
} from '../../mqtt-server/options.js'

/** One listener of the embedded broker. Without options it speaks plain MQTT on a free port of 127.0.0.1. */
export interface BrokerListenerOptions extends Partial<Omit<ListenerOptions, 'at' | 'header' | 'tls'>> {
  /** Default `127.0.0.1`: only this machine can reach it. */
  readonly host?: string
  /** 0 to 65535. Default 0: a free port, which `listeners` of the running broker tells. */
  readonly port?: number
  /** A unix socket instead of host and port. */
  readonly path?: string
  /** PROXY header: `required`, `optional`, `off` (the default), or a policy, whose `mode` is then `required` by default. */
  readonly header?: HeaderPolicy['mode'] | Partial<HeaderPolicy>
  /** TLS at the broker itself; PEM texts. */
  readonly tls?: Partial<TlsOptions> & Pick<TlsOptions, 'cert' | 'key'>
}

/** What `startBroker` takes. */
export interface BrokerOptions {
  /** Default: one listener with its defaults. */
  readonly listeners?: readonly BrokerListenerOptions[]
  /** What differs from the defaults, which are Mosquitto's. */
  readonly limits?: Partial<BrokerLimits>
  /** Told once for every connection, when its header or its CONNECT was judged. */
  readonly onEvent?: (event: ConnectionEvent) => void
}

/**
 * Starts the embedded MQTT broker, which reads PROXY headers. It stops with `stop()`, and with this process.
 * @throws Fault MP-OPTION (exit 2) for an option that it does not know or cannot use
 * @throws Fault MP-PORT-TAKEN, MP-LISTEN, MP-BROKER-TLS (exit 3)
 */
export async function startBroker(options: BrokerOptions = {}): Promise<BrokerServer> {
  onlyKnown('startBroker', options, ['listeners', 'limits', 'onEvent'])
  const { listeners = [{}], limits = {}, onEvent } = options
  onlyKnown('limits', limits, Object.keys(defaultLimits))
  if (!Array.isArray(listeners) || listeners.length === 0) {
    throw new Fault('MP-OPTION', 'listeners is a list of at least one listener', {
      exit: EXIT.usage,
      hints: ['leave it out for a free port of 127.0.0.1', 'or write listeners: [{ port: 1883 }]'],
    })
  }
  const settled = listeners.map(listenerOf)
  return await serveBroker({ listeners: settled, limits, ...(onEvent && { onEvent }) })
}

const open = openListener({ host: '127.0.0.1', port: 0 })
const known = ['host', 'port', 'path', ...Object.keys(open).filter((name) => name !== 'at')]

function listenerOf(one: BrokerListenerOptions): ListenerOptions {
  onlyKnown('a listener', one, known)
  const { host = '127.0.0.1', port = 0, path, header, tls, ...rest } = one
  wholeNumber('port', port, 0, 65_535)
  oneOf('transport', one.transport, ['tcp', 'websocket'])
  oneOf('maxQos', one.maxQos, [0, 1, 2])
  const at = path === undefined ? { host, port } : { path }
  return {
    ...open,
    ...rest,
    at,
    header: policyOf(header),
    tls: tls && tlsOf(tls),
  }
}

const modes = ['required', 'optional', 'off'] as const

function policyOf(header: BrokerListenerOptions['header']): HeaderPolicy {
  if (header === undefined) return noHeader
  if (typeof header === 'string') {
    oneOf('header', header, modes)
    return { ...noHeader, mode: header }
  }
  onlyKnown('header', header, Object.keys(noHeader))
  oneOf('header.mode', header.mode, modes)
  for (const version of header.accept ?? []) oneOf('a version in header.accept', version, [1, 2])
  wholeNumber('header.timeoutMs', header.timeoutMs, 1, 2 ** 31 - 1)
  return { ...noHeader, mode: 'required', ...header }
}

function tlsOf(tls: NonNullable<BrokerListenerOptions['tls']>): TlsOptions {
  onlyKnown('tls', tls, ['cert', 'key', ...Object.keys(usualTls)])
  for (const name of ['cert', 'key'] as const) {
    if (typeof tls[name] === 'string') continue
    throw new Fault('MP-OPTION', `tls.${name} is missing; it is a PEM text`, { exit: EXIT.usage })
  }
  return { ...usualTls, ...tls }
}
