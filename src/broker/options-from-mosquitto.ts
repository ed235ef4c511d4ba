import type { EntryDocument, EntryLine } from '../config/entries.js'
import { mosquittoOption } from '../config/mosquitto/options.js'
import type { MosquittoParsed } from '../config/mosquitto/parse.js'
import { generated } from '../config/span.js'
import { Access } from './access/access.js'
import { AccessList, AccessListError } from './access/access-list.js'
import { PasswordList, PasswordListError } from './access/password-list.js'
import type { LogType } from './log.js'
import { ConfigRefusal } from './mosquitto/config-refusal.js'
import { type GlobalDraft, type LogDestination, readGlobal } from './mosquitto/global-settings.js'
import {
  type ListenerDraft,
  listenerReaders,
  newListener,
  newSecurity,
  readListener,
  type SecurityDraft,
  securityReaders,
} from './mosquitto/listener-settings.js'
import { Setting } from './mosquitto/values.js'
import {
  type BrokerLimits,
  type HeaderPolicy,
  type ListenerAt,
  type ListenerOptions,
  noHeader,
  type TlsOptions,
} from './options.js'

/** What a configuration file asks of the broker. */
export interface BrokerPlan {
  readonly listeners: readonly ListenerOptions[]
  readonly limits: Partial<BrokerLimits>
  readonly log: LogPlan
  readonly pidFile: string | undefined
  /** Only loopback, because the file names no listener. */
  readonly localOnly: boolean
  /** Log lines about what has no effect. */
  readonly notes: readonly string[]
}

export interface LogPlan {
  readonly to: readonly LogDestination[]
  /** `undefined`: the file does not say. */
  readonly types: ReadonlySet<LogType> | undefined
  readonly timestamp: boolean
  /** strftime; `undefined`: seconds since 1970. */
  readonly format: string | undefined
}

export interface PlanContext {
  /** `-p PORT`: used when the file names no listener. */
  readonly ports: readonly number[]
  /** The text of a file the configuration names. Throws when it cannot be read. */
  readonly read: (path: string) => string
  /** How PROXY headers are judged where Mosquitto and the protocol differ. */
  readonly manner: HeaderPolicy['manner']
}

/** Milliseconds for a PROXY header under Mosquitto: it has no limit of its own but the one for CONNECT. */
const headerTimeout = 30_000

interface Draft {
  readonly global: GlobalDraft
  readonly security: SecurityDraft
  readonly listeners: ListenerDraft[]
  fallback: ListenerDraft | undefined
  /** `listener` or `port` stood in the file: it is open to wherever they say. */
  opened: boolean
}

/**
 * A mosquitto.conf as the embedded broker carries it out. An option nobody knows, one that stands in the wrong place
 * and one we do not carry out are refused, with their place.
 * @throws ConfigRefusal
 */
export function planFromMosquitto(parsed: MosquittoParsed, context: PlanContext): BrokerPlan {
  const [problem] = parsed.problems
  const draft: Draft = {
    global: {
      limits: {},
      logTo: [],
      logTypes: new Set(),
      timestamp: true,
      timestampFormat: undefined,
      pidFile: undefined,
      perListener: false,
      securitySeen: false,
      notes: [],
      seen: new Set(),
    },
    security: newSecurity(),
    listeners: [],
    fallback: undefined,
    opened: false,
  }
  readDocument(draft, parsed, parsed.document)
  if (problem)
    throw new ConfigRefusal(problem.message, problem.span, problem.expected ? [`expected: ${problem.expected}`] : [])
  return finish(draft, context)
}

/** The plan of `mosquitto -p PORT`: loopback, everybody may come in. */
export function localPlan(ports: readonly number[]): BrokerPlan {
  const parsed = { document: { dialect: 'mosquitto', file: '', lines: [] } as const, included: [], problems: [] }
  return planFromMosquitto(parsed, { ports, read: () => '', manner: 'mosquitto' })
}

function readDocument(draft: Draft, parsed: MosquittoParsed, document: EntryDocument): void {
  // Listener options belong to the last listener of the same file.
  let current: ListenerDraft | undefined
  for (const line of document.lines) {
    if (line.key === undefined) continue
    const setting = new Setting(line.key, line)
    if (line.key === 'include_dir') {
      setting.string()
      const included = parsed.included.find((one) => one.at === line)
      for (const inner of included?.documents ?? []) readDocument(draft, parsed, inner)
    } else if (line.key === 'listener') {
      draft.opened = true
      current = readListener(setting)
      draft.listeners.push(current)
    } else if (line.key === 'port') {
      draft.opened = true
      current = defaultListener(draft, line)
      current.port = setting.intWithin(1, 65535)
    } else current = readSetting(draft, setting, current)
  }
}

function readSetting(draft: Draft, setting: Setting, current: ListenerDraft | undefined): ListenerDraft | undefined {
  const { name } = setting
  const scope = mosquittoOption(name)?.scope
  if (scope === undefined) setting.refuse(`Unknown configuration variable '${name}'.`)
  const security = securityReaders[name]
  if (security) {
    if (draft.global.perListener && !current) requires(setting, 'a listener')
    draft.global.securitySeen = true
    security(draft.global.perListener && current ? current.security : draft.security, setting)
    return current
  }
  const reader = listenerReaders[name]
  if (reader) {
    if (scope === 'listener' && !current) requires(setting, 'a listener')
    const listener = current ?? defaultListener(draft, setting.line)
    reader(listener, setting)
    return listener
  }
  if (scope === 'bridge') requires(setting, 'a bridge')
  if (name.startsWith('plugin_opt_') || name.startsWith('auth_opt_'))
    requires(setting, 'plugin/global_plugin/plugin_load')
  if (name === 'connection') setting.string()
  if (!readGlobal(draft.global, setting)) {
    setting.refuse(`The '${name}' option is not supported by the embedded broker.`, [
      'remove the line, or run the real program: mqtt-proxy tools install mosquitto',
    ])
  }
  return current
}

function requires(setting: Setting, what: string): never {
  return setting.refuse(`The '${setting.name}' option requires ${what} to be defined first.`)
}

function defaultListener(draft: Draft, line: EntryLine): ListenerDraft {
  if (!draft.fallback) {
    draft.fallback = newListener(line.span, 1883)
    draft.listeners.push(draft.fallback)
  }
  return draft.fallback
}

function finish(draft: Draft, context: PlanContext): BrokerPlan {
  const { global } = draft
  const local = !draft.opened
  if (local && draft.security.anonymous === undefined) draft.security.anonymous = true
  for (const one of draft.listeners) checkListener(one)
  const listeners = local
    ? localListeners(draft, context)
    : draft.listeners.flatMap((one) => listenerOptions(draft, one, context))
  return {
    listeners,
    limits: global.limits,
    log: {
      to: global.logTo.length === 0 ? [{ kind: 'stderr' }] : global.logTo,
      types: global.logTypes.size === 0 ? undefined : global.logTypes,
      timestamp: global.timestamp,
      format: global.timestampFormat,
    },
    pidFile: global.pidFile,
    localOnly: local,
    notes: global.notes,
  }
}

function localListeners(draft: Draft, context: PlanContext): ListenerOptions[] {
  const ports = context.ports.length === 0 ? [1883] : context.ports
  return ports.flatMap((port) =>
    ['127.0.0.1', '::1'].flatMap((host) => {
      const one = newListener(generated, port)
      one.host = host
      return listenerOptions(draft, one, context)
    }),
  )
}

/** Combinations that cannot work together. */
function checkListener(one: ListenerDraft): void {
  const refuse = (message: string): never => {
    throw new ConfigRefusal(message, one.span)
  }
  if (one.proxy === 2) {
    if (one.subject) refuse('use_subject_as_username cannot be used with `enable_proxy_protocol 2`.')
    if (one.certfile || one.keyfile) refuse('certfile and keyfile cannot be used with `enable_proxy_protocol 2`.')
  }
  if ((one.certfile === undefined) !== (one.keyfile === undefined)) {
    refuse('Both certfile and keyfile must be provided to enable a TLS listener.')
  }
  if (one.cafile !== undefined && one.certfile === undefined) refuse('cafile specified without certfile and keyfile.')
  if (one.proxy === 1 && one.certfile !== undefined) {
    refuse('certfile and keyfile with `enable_proxy_protocol 1` never work: Mosquitto reads TLS before the header.')
  }
}

/** `listener PORT` without an address is two sockets, as in Mosquitto: all of IPv4 and all of IPv6. */
function listenerOptions(draft: Draft, one: ListenerDraft, context: PlanContext): ListenerOptions[] {
  const options = {
    transport: one.protocol === 'websockets' ? 'websocket' : 'tcp',
    header: headerPolicy(one, context),
    tls: tlsOptions(one, context),
    versions: one.versions,
    maxQos: one.maxQos,
    maxTopicAlias: one.maxTopicAlias,
    maxTopicAliasOut: one.maxTopicAliasOut,
    maxConnections: one.maxConnections,
    mountPoint: one.mountPoint,
    allowZeroLengthId: (draft.global.perListener ? one.security : draft.security).zeroLengthId,
    autoIdPrefix: one.autoIdPrefix ?? one.security.autoIdPrefix ?? draft.security.autoIdPrefix ?? 'auto-',
    usernameAsClientId: one.usernameAsClientId,
    access: access(draft, one, context),
    origins: one.origins,
  } as const
  return places(one).map((at) => ({ at, ...options }))
}

function places(one: ListenerDraft): readonly ListenerAt[] {
  if (one.path !== undefined) return [{ path: one.path }]
  if (one.host !== undefined) return [{ host: one.host, port: one.port }]
  return [
    ...(one.family === 'ipv6' ? [] : [{ host: '0.0.0.0', port: one.port }]),
    ...(one.family === 'ipv4' ? [] : [{ host: '::', port: one.port }]),
  ]
}

function headerPolicy(one: ListenerDraft, context: PlanContext): HeaderPolicy {
  if (one.proxy === undefined) return noHeader
  return {
    ...noHeader,
    mode: 'required',
    accept: [one.proxy],
    timeoutMs: headerTimeout,
    requireTls: one.proxy === 2 && one.requireTls,
    requireCertificate: one.proxy === 2 && one.requireCertificate,
    cnAsUsername: one.identity && one.requireCertificate,
    manner: context.manner,
  }
}

function tlsOptions(one: ListenerDraft, context: PlanContext): TlsOptions | undefined {
  if (one.certfile === undefined || one.keyfile === undefined) return undefined
  const read = (path: string) => readFile(context, path, one)
  const only = one.tlsVersion?.toLowerCase()
  if (only !== undefined && !['tlsv1.3', 'tlsv1.2'].includes(only)) {
    throw new ConfigRefusal(`Unsupported tls_version "${one.tlsVersion}".`, one.span, [], true)
  }
  return {
    cert: read(one.certfile),
    key: read(one.keyfile),
    ca: one.cafile === undefined ? undefined : read(one.cafile),
    crl: one.crlfile === undefined ? undefined : read(one.crlfile),
    requireCertificate: one.requireCertificate,
    ciphers: [one.ciphers13, one.ciphers].filter((text) => text !== undefined).join(':') || undefined,
    minVersion: only === 'tlsv1.3' ? 'TLSv1.3' : 'TLSv1.2',
    maxVersion: only === 'tlsv1.2' ? 'TLSv1.2' : 'TLSv1.3',
    username: one.identity ? 'cn' : one.subject ? 'subject' : 'none',
    ignoreDates: one.ignoreDates,
  }
}

function readFile(context: PlanContext, path: string, at: { readonly span: ListenerDraft['span'] }): string {
  try {
    return context.read(path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigRefusal(`Unable to open "${path}": ${why}`, at.span, [], true)
  }
}

/** security_default.c: the listener's word wins over the global one, which `per_listener_settings` switches off. */
function access(draft: Draft, one: ListenerDraft, context: PlanContext): Access {
  const { perListener } = draft.global
  const own = one.security.anonymous
  const anonymous = own === true || (!perListener && draft.security.anonymous === true && own !== false)
  const from = perListener ? one.security : draft.security
  return new Access(
    anonymous,
    fileOf(from.passwordFile, context, (text) => new PasswordList(text)),
    fileOf(from.aclFile, context, (text) => new AccessList(text)),
  )
}

function fileOf<T>(setting: Setting | undefined, context: PlanContext, make: (text: string) => T): T | undefined {
  if (!setting) return undefined
  const text = readFile(context, setting.text, setting.line)
  try {
    return make(text)
  } catch (error) {
    if (error instanceof AccessListError) {
      throw new ConfigRefusal(
        `Invalid line in acl_file "${setting.text}" (line ${error.line}): ${error.message}.`,
        setting.line.span,
      )
    }
    if (error instanceof PasswordListError) {
      throw new ConfigRefusal(`${error.what} in password file '${setting.text}': ${error.message}.`, setting.line.span)
    }
    throw error
  }
}
