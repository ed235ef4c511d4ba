import type { EntryDocument, EntryLine } from '../../config/entries.js'
import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import { type ConfigEndpoint, hostOf } from '../../kernel/address.js'

type VernemqTransport = 'tcp' | 'ssl' | 'ws' | 'wss' | 'vmq' | 'vmqs' | 'http' | 'https'

const transports: ReadonlySet<string> = new Set(['tcp', 'ssl', 'ws', 'wss', 'vmq', 'vmqs', 'http', 'https'])

export interface VernemqSetting {
  readonly key: string
  readonly value: string
  readonly line: EntryLine
  readonly span: Span
  readonly valueSpan: Span
}

export interface VernemqView {
  readonly dialect: 'vernemq'
  readonly file: string
  readonly listeners: readonly VernemqListener[]
  /** Every key, the last line of each (VerneMQ: last wins, without a warning). */
  readonly settings: ReadonlyMap<string, VernemqSetting>
  readonly allowAnonymous: Sourced<boolean>
  /** `listener.KIND.PROPERTY` defaults and `listener.PROPERTY`. */
  readonly defaults: ReadonlyMap<string, VernemqSetting>
}

export interface VernemqListener {
  readonly transport: VernemqTransport
  readonly name: string
  readonly endpoint: ConfigEndpoint
  readonly line: EntryLine
  readonly span: Span
  /** Resolved: the listener's own, else `listener.KIND.proxy_protocol`, else off. Never on for ssl, wss, vmq. */
  readonly proxy: Sourced<boolean>
  /** What the broker really does (2.2.0): a TCP listener always takes the CN, a WebSocket one never does. */
  readonly usesCn: boolean
  readonly requireCertificate: Sourced<boolean>
  /** Own properties by name. */
  readonly settings: ReadonlyMap<string, VernemqSetting>
}

/**
 * The properties that may stand at `listener.KIND.PROPERTY` for all listeners of a kind, or at `listener.KIND.NAME.PROPERTY`
 * (vmq_server.schema of August 2026): none of them is the name of a listener.
 */
const properties: ReadonlySet<string> = new Set([
  'active_n',
  'allow_anonymous_override',
  'allowed_protocol_versions',
  'auth_plugins',
  'authz_plugins',
  'buffer_sizes',
  'cafile',
  'certfile',
  'ciphers',
  'config_fun',
  'config_mod',
  'crlfile',
  'depth',
  'eccs',
  'forward_connection_opts',
  'high_msgq_watermark',
  'high_watermark',
  'http_module',
  'http_modules',
  'keyfile',
  'keypasswd',
  'low_msgq_watermark',
  'low_watermark',
  'max_connection_lifetime',
  'max_connections',
  'max_header_value_length',
  'max_request_line_length',
  'mountpoint',
  'nr_of_acceptors',
  'pass_identity_as_username',
  'proxy_protocol',
  'proxy_protocol_use_cn_as_username',
  'proxy_xff_cn_header',
  'proxy_xff_support',
  'proxy_xff_trusted_intermediate',
  'proxy_xff_use_cn_as_username',
  'psk_identity_hint',
  'psk_support',
  'pskfile',
  'pskfile_separator',
  'require_certificate',
  'support_elliptic_curves',
  'tls_handshake_timeout',
  'tls_version',
  'use_identity_as_username',
])

const proxyCapable: ReadonlySet<string> = new Set(['tcp', 'ws', 'http'])

/** What a vernemq.conf means, as VerneMQ 2.2.0's schema resolves it (measured, not as its comments say). */
export function viewVernemq(document: EntryDocument): VernemqView {
  const settings = new Map<string, VernemqSetting>()
  for (const line of document.lines) {
    if (line.key === undefined || line.value === undefined) continue
    const span = line.keySpan ?? line.span
    settings.set(line.key, { key: line.key, value: line.value, line, span, valueSpan: line.valueSpan ?? line.span })
  }
  const defaults = new Map<string, VernemqSetting>()
  const listeners: VernemqListener[] = []
  for (const setting of settings.values()) {
    const [root, kind = '', name, ...rest] = setting.key.split('.')
    if (root !== 'listener' || rest.length > 0) continue
    if (name === undefined) defaults.set(kind, setting)
    else if (transports.has(kind) && properties.has(name)) defaults.set(`${kind}.${name}`, setting)
  }
  for (const setting of settings.values()) {
    const [root, kind = '', name, ...rest] = setting.key.split('.')
    if (root !== 'listener' || name === undefined || rest.length > 0) continue
    if (!isTransport(kind) || properties.has(name)) continue
    listeners.push(listenerOf(setting, kind, name, settings, defaults))
  }
  return {
    dialect: 'vernemq',
    file: document.file,
    listeners,
    settings,
    allowAnonymous: flag(settings.get('allow_anonymous')),
    defaults,
  }
}

function isTransport(kind: string): kind is VernemqTransport {
  return transports.has(kind)
}

function listenerOf(
  setting: VernemqSetting,
  transport: VernemqTransport,
  name: string,
  all: ReadonlyMap<string, VernemqSetting>,
  defaults: ReadonlyMap<string, VernemqSetting>,
): VernemqListener {
  const prefix = `listener.${transport}.${name}.`
  const own = new Map<string, VernemqSetting>()
  for (const [key, value] of all) if (key.startsWith(prefix)) own.set(key.slice(prefix.length), value)
  const proxy = own.get('proxy_protocol') ?? defaults.get(`${transport}.proxy_protocol`)
  return {
    transport,
    name,
    endpoint: endpointOf(setting.value),
    line: setting.line,
    span: setting.span,
    proxy: proxyCapable.has(transport) ? flag(proxy) : { value: false, span: proxy?.span },
    usesCn: transport === 'tcp',
    requireCertificate: flag(own.get('require_certificate') ?? defaults.get(`${transport}.require_certificate`)),
    settings: own,
  }
}

function flag(setting: VernemqSetting | undefined): Sourced<boolean> {
  return { value: setting?.value === 'on', span: setting?.span }
}

function endpointOf(value: string): ConfigEndpoint {
  const local = /^local:([^:]+)(?::\d+)?$/.exec(value)?.[1]
  if (local !== undefined) return { kind: 'unix', path: local }
  const match = /^(.*):(\d+)$/.exec(value)
  if (match === null) return { kind: 'other', text: value }
  return { kind: 'tcp', host: hostOf(match[1] ?? ''), port: Number(match[2]) }
}
