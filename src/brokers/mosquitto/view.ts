import type { EntryDocument, EntryLine } from '../../config/entries.js'
import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import type { ConfigEndpoint } from '../../kernel/address.js'
import type { Included } from './parse.js'
import {
  isTrue,
  type ListenerScope,
  type MosquittoBridge,
  type MosquittoSetting,
  type Placed,
  type Placement,
  placeSettings,
} from './placed.js'

export type { MosquittoSetting } from './placed.js'

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
  /** The same, with what each belongs to. */
  readonly placed: readonly Placed[]
  /** Settings that need a `listener` before them and have none: Mosquitto refuses to start. */
  readonly misplaced: readonly MosquittoSetting[]
}

export interface MosquittoListener {
  readonly endpoint: ConfigEndpoint
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

/** What a mosquitto.conf means, as Mosquitto 2.1.2 reads it (src/conf.c). */
export function viewMosquitto(document: EntryDocument, included: readonly Included[] = []): MosquittoView {
  const placement = placeSettings(document, included)
  const { placed, global, bridges, perListenerSettings } = placement
  return {
    dialect: 'mosquitto',
    file: document.file,
    listeners: placement.listeners.map((one) => listenerOf(one, placement)),
    global,
    perListenerSettings,
    bridges,
    settings: placed.map((one) => one.setting),
    placed,
    misplaced: placed.filter(({ owner }) => owner.kind === 'misplaced').map((one) => one.setting),
  }
}

/** The security setting that holds for a listener: its own with `per_listener_settings true`, else that of all. */
export function securityOf(
  { global, perListenerSettings }: Pick<MosquittoView, 'global' | 'perListenerSettings'>,
  { settings }: Pick<MosquittoListener, 'settings'>,
  name: string,
): MosquittoSetting | undefined {
  return (perListenerSettings ? settings : global).get(name)
}

function listenerOf(open: ListenerScope, placement: Placement): MosquittoListener {
  const { settings } = open
  const { global, perListenerSettings: perListener } = placement
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
    passwordFile: securityOf(placement, open, 'password_file'),
    plugins: [...placement.globalPlugins, ...open.plugins],
  }
}

function flag(setting: MosquittoSetting | undefined): Sourced<boolean> {
  return { value: setting !== undefined && isTrue(setting.value), span: setting?.span }
}

function proxyVersion(value: string): 1 | 2 | 'invalid' {
  const number = Number.parseInt(value, 10)
  return number === 1 || number === 2 ? number : 'invalid'
}
