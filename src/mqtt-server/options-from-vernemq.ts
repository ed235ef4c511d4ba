import type { VernemqFile } from '../brokers/vernemq/read.js'
import type { VernemqListener, VernemqSetting } from '../brokers/vernemq/view.js'
import type { Protocol } from '../mqtt-wire/packet-types.js'
import { ConfigRefusal } from './mosquitto/config-refusal.js'
import {
  type HeaderPolicy,
  type ListenerAt,
  type ListenerOptions,
  noHeader,
  openListener,
  type TlsOptions,
} from './options.js'
import type { BrokerPlan, PlanContext } from './plan.js'

/** Listener properties we carry out; everything else is refused. */
const known: ReadonlySet<string> = new Set([
  'proxy_protocol',
  'proxy_protocol_use_cn_as_username',
  'cafile',
  'certfile',
  'keyfile',
  'require_certificate',
  'use_identity_as_username',
  'max_connections',
  'mountpoint',
  'allowed_protocol_versions',
])

/** Options that change nothing here and harm nobody. */
const harmless =
  /^(listener\.\w+\.(\w+\.)?nr_of_acceptors$|log\.|metadata_|leveldb|erlang\.|distributed_cookie$|nodename$|accept_eula$|plugins\.vmq_(passwd|acl) *$|systree_|graphite_|http_|shared_subscription_policy$)/

/**
 * A vernemq.conf as the embedded broker carries it out: listeners, `proxy_protocol`, TLS, `allow_anonymous on`.
 * @throws ConfigRefusal
 */
export function planFromVernemq({ view, problems }: VernemqFile, context: PlanContext): BrokerPlan {
  const [problem] = problems
  if (problem) throw new ConfigRefusal(problem.message, problem.span)
  const notes: string[] = []
  for (const setting of view.settings.values()) checkSetting(setting, notes)
  if (!view.allowAnonymous.value) {
    throw new ConfigRefusal(
      'without "allow_anonymous = on" VerneMQ asks plugins, which the embedded broker does not have',
      view.allowAnonymous.span,
    )
  }
  const listeners = view.listeners
    .filter((one) => ['tcp', 'ssl', 'ws', 'wss'].includes(one.transport))
    .map((one) => listenerOptions(one, context))
  if (listeners.length === 0) {
    throw new ConfigRefusal('no listener for MQTT', undefined, ['add one: listener.tcp.default = 127.0.0.1:1883'])
  }
  return {
    listeners,
    limits: {},
    log: { to: [{ kind: 'stderr' }], types: undefined, timestamp: true, format: undefined },
    pidFile: undefined,
    localOnly: false,
    notes,
  }
}

function checkSetting(setting: VernemqSetting, notes: string[]): void {
  const { key } = setting
  const refuse = (message: string): never => {
    throw new ConfigRefusal(message, setting.span)
  }
  if (key === 'allow_anonymous' || harmless.test(key)) {
    if (key === 'allow_anonymous' && !['on', 'off'].includes(setting.value))
      refuse(`"${setting.value}" is neither on nor off`)
    if (key !== 'allow_anonymous') notes.push(`Note: '${key}' has no effect here.`)
    return
  }
  const [root, kind = '', name, property] = key.split('.')
  if (root !== 'listener') refuse(`the option "${key}" is not supported by the embedded broker`)
  if (['vmq', 'vmqs', 'http', 'https'].includes(kind)) {
    notes.push(`Note: '${key}' has no effect here: only MQTT listeners are opened.`)
    return
  }
  const last = property ?? (known.has(name ?? '') ? name : undefined)
  if (last === undefined) return
  if (!known.has(last)) refuse(`the listener option "${last}" is not supported by the embedded broker`)
  if (last === 'proxy_protocol' && !['on', 'off'].includes(setting.value)) {
    refuse(`"${setting.value}" is not a valid value: proxy_protocol is on or off`)
  }
  if (last === 'proxy_protocol' && (kind === 'ssl' || kind === 'wss')) {
    refuse(`VerneMQ has no proxy_protocol on ${kind} listeners`)
  }
}

function listenerOptions(one: VernemqListener, context: PlanContext): ListenerOptions {
  return {
    ...openListener(placeOf(one)),
    transport: one.transport === 'ws' || one.transport === 'wss' ? 'websocket' : 'tcp',
    header: headerPolicy(one),
    tls: one.transport === 'ssl' || one.transport === 'wss' ? tlsOptions(one, context) : undefined,
    versions: versionsOf(one),
    maxConnections: connectionLimit(one),
    mountPoint: one.settings.get('mountpoint')?.value ?? '',
    autoIdPrefix: 'anon-',
  }
}

function connectionLimit(one: VernemqListener): number | undefined {
  const setting = one.settings.get('max_connections')
  if (!setting || setting.value === 'infinity') return undefined
  const limit = Number(setting.value)
  if (Number.isInteger(limit) && limit > 0) return limit
  throw new ConfigRefusal(`"${setting.value}" is not a number of connections`, setting.span)
}

/** `3,4,5`; 131 is a bridge of 3.1. */
function versionsOf(one: VernemqListener): readonly Protocol[] {
  const setting = one.settings.get('allowed_protocol_versions')
  if (!setting) return [3, 4, 5]
  return setting.value.split(',').flatMap((text) => {
    const version = Number(text.trim())
    if (version === 3 || version === 4 || version === 5) return [version]
    if (version === 131 || version === 132) return []
    throw new ConfigRefusal(`"${text}" is not a protocol version`, setting.span)
  })
}

function placeOf(one: VernemqListener): ListenerAt {
  const { endpoint } = one
  if (endpoint.kind === 'unix') return { path: endpoint.path }
  if (endpoint.kind === 'tcp' && endpoint.port !== undefined) {
    return { host: endpoint.host ?? '0.0.0.0', port: endpoint.port }
  }
  throw new ConfigRefusal(`listener ${one.name} does not say where it listens: ADDRESS:PORT`, one.span)
}

/** VerneMQ takes both versions; TCP listeners always take the CN for the username, WebSocket ones never. */
function headerPolicy(one: VernemqListener): HeaderPolicy {
  if (!one.proxy.value) return noHeader
  return { ...noHeader, mode: 'required', cnAsUsername: one.usesCn, cnOptional: true }
}

function tlsOptions(one: VernemqListener, context: PlanContext): TlsOptions {
  const file = (name: string) => {
    const setting = one.settings.get(name)
    if (!setting) return undefined
    try {
      return context.read(setting.value)
    } catch (error) {
      throw new ConfigRefusal(
        `cannot read ${setting.value}: ${error instanceof Error ? error.message : String(error)}`,
        setting.span,
      )
    }
  }
  const cert = file('certfile')
  const key = file('keyfile')
  if (cert === undefined || key === undefined)
    throw new ConfigRefusal(`listener ${one.name} needs certfile and keyfile`, one.span)
  return {
    cert,
    key,
    ca: file('cafile'),
    crl: undefined,
    requireCertificate: one.requireCertificate.value,
    ciphers: undefined,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    username: one.settings.get('use_identity_as_username')?.value === 'on' ? 'cn' : 'none',
    ignoreDates: false,
  }
}
