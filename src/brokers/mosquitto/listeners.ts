import type { Sourced } from '../../config/sourced.js'
import type { Listener, ListenerLimits } from '../listener.js'
import { editsOf } from './edits.js'
import { faultsOf, loginFaults } from './faults.js'
import { neverReleased, versionOf } from './version.js'
import type { MosquittoListener, MosquittoSetting, MosquittoView } from './view.js'

/** The listeners for MQTT. `partly`: included files are not here, so a missing login proves nothing. */
export function listenersOf(view: MosquittoView, partly: boolean): readonly Listener[] {
  let said = false
  if (isLocalOnly(view)) return [localOnly(view)]
  return view.listeners
    .filter((one) => one.protocol.value !== 'http_api')
    .map((one) => {
      const faults = [...faultsOf(one), ...(partly ? [] : loginFaults(view, one, said))]
      said ||= faults.some((fault) => fault.kind === 'no-login')
      return { ...listenerOf(view, one), faults }
    })
}

function listenerOf(view: MosquittoView, listener: MosquittoListener): Omit<Listener, 'faults'> {
  const version = versionOf(listener)
  // A value that is neither 1 nor 2 stops Mosquitto (MP201); that a header is meant is clear.
  const accepts = version === undefined ? [] : version === 'invalid' ? ([1, 2] as const) : [version]
  const second = accepts.includes(2)
  const tls = listener.certfile !== undefined
  const asked = (flag: Sourced<boolean>) => (second && flag.value ? flag.span : undefined)
  const web = listener.protocol.value === 'websockets'
  return {
    broker: 'mosquitto',
    brokerName: 'Mosquitto',
    file: listener.span.file,
    endpoint: listener.endpoint,
    span: listener.span,
    written: listener.line !== undefined,
    transport: web ? (tls ? 'wss' : 'ws') : tls ? 'tls' : 'tcp',
    header: {
      accepts,
      invalid: version === 'invalid' || listener.settings.has(neverReleased),
      span: listener.proxy?.span ?? listener.settings.get(neverReleased)?.span,
      local: second ? 'closes' : 'serves',
      unknown: 'closes',
      largest: second ? 516 : undefined,
      withTls: false,
    },
    requireTls: asked(listener.requireTls),
    requireCertificate: asked(listener.requireCertificate),
    cnAsUsername: asked(listener.useIdentityAsUsername),
    cnOption: 'use_identity_as_username',
    cn: 'asked',
    withoutCn: 'refused',
    certificateLogin: undefined,
    ownCertificate: tls && listener.requireCertificate.value ? 'required' : 'none',
    ...(tls && ownNameOf(listener)),
    login: {
      anonymous: listener.allowAnonymous,
      users: listener.passwordFile?.span,
      elsewhere: listener.plugins[0]?.span,
      guest: undefined,
    },
    limits: limitsOf(view, listener),
    edits: editsOf(listener),
  }
}

/** Mosquitto names clients by certificates only where it insists on them. */
function ownNameOf({ requireCertificate, useIdentityAsUsername, useSubjectAsUsername }: MosquittoListener) {
  if (!requireCertificate.value) return {}
  if (useIdentityAsUsername.value) return { ownName: 'cn' as const }
  return useSubjectAsUsername.value ? { ownName: 'other' as const } : {}
}

/** No `listener`, `port` or `bind_address`: loopback alone, and nameless clients unless told otherwise (measured). */
export function isLocalOnly(view: MosquittoView): boolean {
  return view.listeners.every((one) => one.line === undefined && !one.settings.has('bind_address'))
}

/** What Mosquitto opens by itself. */
export function localListener(view: MosquittoView): MosquittoListener {
  const start = { file: view.file, line: 1, column: 1, endLine: 1, endColumn: 1 }
  const said = view.global.get('allow_anonymous')
  const none = { value: false, span: undefined }
  return {
    endpoint: { kind: 'tcp', host: 'localhost', port: 1883 },
    line: undefined,
    span: start,
    settings: new Map(),
    protocol: { value: 'mqtt', span: undefined },
    proxy: undefined,
    requireTls: none,
    requireCertificate: none,
    useIdentityAsUsername: none,
    useSubjectAsUsername: none,
    certfile: undefined,
    keyfile: undefined,
    cafile: undefined,
    allowAnonymous: { value: said === undefined || said.value === 'true', span: said?.span },
    passwordFile: view.global.get('password_file'),
    plugins: [],
  }
}

function localOnly(view: MosquittoView): Listener {
  const made = listenerOf(view, localListener(view))
  return { ...made, edits: { ...made.edits, enableHeader: () => undefined }, faults: [] }
}

function limitsOf(view: MosquittoView, listener: MosquittoListener): ListenerLimits {
  const all = [listener.settings.get('max_connections'), view.global.get('global_max_connections')]
  const connections = all.map(numberOf).filter((one) => one !== undefined && one.value > 0)
  return {
    connections: connections.reduce(
      (a, b) => (a === undefined || (b !== undefined && b.value < a.value) ? b : a),
      undefined,
    ),
    keepalive: positive(numberOf(view.global.get('max_keepalive'))),
    packet: positive(numberOf(view.global.get('max_packet_size'))),
  }
}

/** Zero and less mean "no limit". */
function positive(one: Sourced<number> | undefined): Sourced<number> | undefined {
  return one !== undefined && one.value > 0 ? one : undefined
}

function numberOf(setting: MosquittoSetting | undefined): Sourced<number> | undefined {
  if (setting === undefined) return undefined
  const value = Number.parseInt(setting.value, 10)
  return Number.isNaN(value) ? undefined : { value, span: setting.span }
}
