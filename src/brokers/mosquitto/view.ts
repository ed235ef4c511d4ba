import type { EntryDocument, EntryLine } from '../../config/entries.js'
import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import { type Endpoint, familyOf, hostOf } from '../../kernel/address.js'
import { mosquittoOption, type OptionScope } from './options.js'
import type { Included } from './parse.js'

/** One setting with everything needed to judge and edit it. */
export interface MosquittoSetting {
  readonly name: string
  /** The rest of the line, blanks trimmed; empty when the option has none. */
  readonly value: string
  readonly scope: OptionScope | 'unknown'
  readonly line: EntryLine
  readonly span: Span
  readonly valueSpan: Span
}

export interface MosquittoView {
  readonly dialect: 'mosquitto'
  readonly file: string
  readonly listeners: readonly MosquittoListener[]
  /** Settings outside every listener and bridge, the last of each name. */
  readonly global: ReadonlyMap<string, MosquittoSetting>
  readonly perListenerSettings: boolean
  readonly bridges: readonly MosquittoBridge[]
  /** Every setting of all files in the order in which Mosquitto reads them. */
  readonly settings: readonly MosquittoSetting[]
  /** Settings that need a `listener` before them and have none: Mosquitto refuses to start. */
  readonly misplaced: readonly MosquittoSetting[]
}

export interface MosquittoBridge {
  readonly name: string
  readonly span: Span
  readonly settings: readonly MosquittoSetting[]
}

export interface MosquittoListener {
  readonly endpoint: Endpoint
  /** The `listener` (or `port`) line; absent when default-listener options alone made it. */
  readonly line: EntryLine | undefined
  readonly span: Span
  /** Own settings, the last of each name; unknown options below the listener as well. */
  readonly settings: ReadonlyMap<string, MosquittoSetting>
  readonly protocol: Sourced<'mqtt' | 'websockets' | 'http_api'>
  /** Value of `enable_proxy_protocol`; `invalid` is anything but 1 and 2. */
  readonly proxy: Sourced<1 | 2 | 'invalid'> | undefined
  readonly requireTls: Sourced<boolean>
  readonly requireCertificate: Sourced<boolean>
  readonly useIdentityAsUsername: Sourced<boolean>
  readonly useSubjectAsUsername: Sourced<boolean>
  /** Certificate, key and CA files of a listener that ends TLS itself. */
  readonly certfile: MosquittoSetting | undefined
  readonly keyfile: MosquittoSetting | undefined
  readonly cafile: MosquittoSetting | undefined
  /**
   * What holds for this listener (measured on 2.1.2; default false): `listener_allow_anonymous` whatever comes after it,
   * else the global `allow_anonymous`; with `per_listener_settings true` the last of the two below the listener.
   */
  readonly allowAnonymous: Sourced<boolean>
  readonly passwordFile: MosquittoSetting | undefined
  /** Plugins may decide who comes in; then nothing can be said about authentication. */
  readonly plugins: readonly MosquittoSetting[]
}

interface Open {
  /** The last word on nameless clients below the listener itself. */
  anonymous: MosquittoSetting | undefined
  endpoint: Endpoint
  line: EntryLine | undefined
  span: Span
  settings: Map<string, MosquittoSetting>
  plugins: MosquittoSetting[]
}

/**
 * What a mosquitto.conf means, as Mosquitto 2.1.2 reads it (src/conf.c): listener options belong to the last
 * `listener` **of the same file**; some make a default listener on port 1883 when there is none; with
 * `per_listener_settings true` the security options belong to listeners too.
 */
export function viewMosquitto(document: EntryDocument, included: readonly Included[] = []): MosquittoView {
  const listeners: Open[] = []
  const bridges: { name: string; span: Span; settings: MosquittoSetting[] }[] = []
  const global = new Map<string, MosquittoSetting>()
  const settings: MosquittoSetting[] = []
  const misplaced: MosquittoSetting[] = []
  const globalPlugins: MosquittoSetting[] = []
  let fallback: Open | undefined
  let perListener = false

  const defaultListener = (setting: MosquittoSetting): Open => {
    if (fallback === undefined) {
      const endpoint: Endpoint = { kind: 'tcp', host: undefined, port: 1883 }
      fallback = {
        endpoint,
        line: undefined,
        span: setting.span,
        settings: new Map(),
        plugins: [],
        anonymous: undefined,
      }
      listeners.push(fallback)
    }
    return fallback
  }

  const read = (one: EntryDocument) => {
    let current: Open | undefined
    let bridge: (typeof bridges)[number] | undefined
    for (const line of one.lines) {
      if (line.key === undefined) continue
      const setting = settingOf(line, line.key)
      settings.push(setting)
      switch (setting.scope) {
        case 'listener':
          if (current === undefined) misplaced.push(setting)
          else current.settings.set(setting.name, setting)
          if (setting.name === 'listener_allow_anonymous' && current !== undefined) current.anonymous = setting
          if (setting.name === 'plugin_use') current?.plugins.push(setting)
          break
        case 'listener-or-default':
          // As in Mosquitto, `bind_address` is the default listener's even below a `listener`.
          if (current === undefined || setting.name === 'bind_address') current = defaultListener(setting)
          current.settings.set(setting.name, setting)
          if (setting.name === 'bind_address') rebind(current, setting)
          break
        case 'security':
          if (perListener && current === undefined) misplaced.push(setting)
          else if (perListener && current !== undefined) {
            current.settings.set(setting.name, setting)
            if (setting.name === 'allow_anonymous') current.anonymous = setting
          }
          if (!perListener) global.set(setting.name, setting)
          if (/plugin/.test(setting.name)) (perListener ? current?.plugins : globalPlugins)?.push(setting)
          break
        case 'bridge':
          if (bridge === undefined) misplaced.push(setting)
          else bridge.settings.push(setting)
          break
        default:
          if (setting.name === 'listener') {
            const endpoint = listenerEndpoint(setting.value)
            current = { endpoint, line, span: setting.span, settings: new Map(), plugins: [], anonymous: undefined }
            listeners.push(current)
          } else if (setting.name === 'port') {
            current = defaultListener(setting)
            const host = current.endpoint.kind === 'tcp' ? current.endpoint.host : undefined
            current.endpoint = { kind: 'tcp', host, port: portOf(setting.value) }
            current.line = line
            current.span = setting.span
          } else if (setting.name === 'connection') {
            bridge = { name: setting.value, span: setting.span, settings: [] }
            bridges.push(bridge)
          } else if (setting.scope === 'unknown' && current !== undefined) {
            current.settings.set(setting.name, setting)
          } else {
            global.set(setting.name, setting)
            if (setting.name === 'global_plugin') globalPlugins.push(setting)
            if (setting.name === 'per_listener_settings') perListener = isTrue(setting.value)
            const here = included.find((entry) => entry.at === line)
            for (const inner of here?.documents ?? []) read(inner)
          }
      }
    }
  }
  read(document)

  return {
    dialect: 'mosquitto',
    file: document.file,
    listeners: listeners.map((one) => listenerOf(one, global, perListener, globalPlugins)),
    global,
    perListenerSettings: perListener,
    bridges,
    settings,
    misplaced,
  }
}

function settingOf(line: EntryLine, name: string): MosquittoSetting {
  return {
    name,
    value: line.value ?? '',
    scope: mosquittoOption(name)?.scope ?? 'unknown',
    line,
    span: line.keySpan ?? line.span,
    valueSpan: line.valueSpan ?? line.span,
  }
}

function listenerOf(
  open: Open,
  global: ReadonlyMap<string, MosquittoSetting>,
  perListener: boolean,
  globalPlugins: readonly MosquittoSetting[],
): MosquittoListener {
  const { settings } = open
  const proxy = settings.get('enable_proxy_protocol')
  const protocol = settings.get('protocol')
  return {
    endpoint: open.endpoint,
    line: open.line,
    span: open.span,
    settings,
    protocol: {
      value: protocol?.value === 'websockets' || protocol?.value === 'http_api' ? protocol.value : 'mqtt',
      span: protocol?.span,
    },
    proxy: proxy && { value: proxyVersion(proxy.value), span: proxy.span },
    requireTls: flag(settings.get('proxy_protocol_v2_require_tls')),
    requireCertificate: flag(settings.get('require_certificate')),
    useIdentityAsUsername: flag(settings.get('use_identity_as_username')),
    useSubjectAsUsername: flag(settings.get('use_subject_as_username')),
    certfile: settings.get('certfile'),
    keyfile: settings.get('keyfile'),
    cafile: settings.get('cafile') ?? settings.get('capath'),
    allowAnonymous: flag(open.anonymous ?? (perListener ? undefined : global.get('allow_anonymous'))),
    passwordFile: perListener ? settings.get('password_file') : global.get('password_file'),
    plugins: [...globalPlugins, ...open.plugins],
  }
}

function flag(setting: MosquittoSetting | undefined): Sourced<boolean> {
  return { value: setting !== undefined && isTrue(setting.value), span: setting?.span }
}

function isTrue(value: string): boolean {
  const word = value.split(' ')[0]
  return word === 'true' || word === '1'
}

function proxyVersion(value: string): 1 | 2 | 'invalid' {
  const number = Number.parseInt(value, 10)
  return number === 1 || number === 2 ? number : 'invalid'
}

function portOf(value: string): number | undefined {
  const port = Number.parseInt(value, 10)
  return port > 0 && port < 65536 ? port : undefined
}

function rebind(listener: Open, setting: MosquittoSetting): void {
  if (listener.endpoint.kind === 'tcp') listener.endpoint = bound(setting.value, listener.endpoint.port)
}

function listenerEndpoint(value: string): Endpoint {
  const [port = '', address] = value.split(/ +/)
  const host = address?.startsWith('#') ? undefined : address
  if (/^0+$/.test(port)) return { kind: 'unix', path: host ?? '' }
  if (host === undefined) return { kind: 'tcp', host: undefined, port: portOf(port) }
  return bound(host, portOf(port))
}

/** `0.0.0.0` and `::` are one family each: Mosquitto sets IPV6_V6ONLY (measured on 2.1.2). */
function bound(host: string, port: number | undefined): Endpoint {
  const family = familyOf(host)
  return { kind: 'tcp', host: hostOf(host), port, ...(family !== undefined && { family }) }
}
