import { copiedFile } from '../../config/copied-file.js'
import { executing, type Reach, shortened } from '../../config/left-out.js'
import { generated } from '../../config/span.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { CertificateRole, Copier, CopyTarget } from '../copy.js'
import type { ReadContext } from '../read-context.js'
import { type FlatSetting, flatten, textValue } from './flat.js'
import { kindsOfListeners, namedListeners, namesOfListeners } from './listeners.js'
import { overridden } from './override.js'
import { type EmqxTree, readTree } from './tree.js'

/** An emqx.conf as one line a setting: what it includes and refers to, and what the environment says, stands in it. */
export const copy: Copier = (text, file, context = {}) => {
  const { root, problems, broken } = readTree(text, file, context)
  return {
    refused: broken ? problems.filter(({ code }) => code === 'hocon') : [],
    copy: (to, suffix) => {
      const all = overridden(flatten(root), decisive(root), context.env)
      const lines = [...all.flatMap((one) => settingOf(one, to)), ...places(root, file, context.env, to)]
      const out = lines.map(({ path, value }) => `${path} = ${value}\n`).join('')
      return [copiedFile(`emqx${suffix}.conf`, file, out, lines)]
    },
  }
}

/** Every listener gets its private place, also those that EMQX opens when no line names them. */
function places(root: EmqxTree['root'], file: string, env: ReadContext['env'], to: CopyTarget): FlatSetting[] {
  return namedListeners(root, file, env).flatMap(({ kind, name, listener }) => {
    const place = to.place(listener.endpoint)
    if (place === undefined) return []
    const span = listener.written ? listener.span : generated
    return [{ path: `listeners.${kind}.${name}.bind`, value: textValue(formatSocketAddress(place)), span }]
  })
}

/** What decides about headers and names, so that a variable counts also where no line speaks of it. */
function decisive(root: EmqxTree['root']): string[] {
  const properties = ['enable', 'proxy_protocol', 'proxy_protocol_timeout', 'max_connections', 'enable_authn']
  const names = namesOfListeners(root).flatMap(({ kind, name }) =>
    properties.map((property) => `listeners.${kind}.${name}.${property}`),
  )
  return [...names, 'mqtt.peer_cert_as_username', 'mqtt.peer_cert_as_clientid']
}

const certificates: Readonly<Record<string, CertificateRole>> = {
  certfile: 'certificate',
  keyfile: 'key',
  cacertfile: 'client CA',
}

/** Settings that neither execute, load, open, write nor connect. */
const kept =
  /^(?:mqtt|zones|retainer|delayed|force_shutdown|force_gc|flapping_detect|conn_congestion|overload_protection|limiter|broker|alarm|topic_metrics|rewrite|auto_subscribe|durable_sessions)(?:\.|$)/

function settingOf(one: FlatSetting, to: CopyTarget): readonly FlatSetting[] {
  const { path, value } = one
  const listener = new RegExp(`^listeners\\.(?:${kindsOfListeners.join('|')})\\.([^.]+)\\.(.+)$`).exec(path)
  if (/^listeners\.\w+\.[^.]+$/.test(path) && value === 'marked_for_deletion') return [one]
  if (listener !== null) return listenerSetting(one, listener[2] ?? '', to)
  if (/^authentication(?:\.|$)/.test(path)) return authentication(one, to)
  if (/^authorization\.(?:no_match|deny_action|cache)/.test(path)) return [one]
  if (/^authorization\.sources$/.test(path)) {
    return leave(one, 'opens a file', to, 'everybody may publish and subscribe as no_match says')
  }
  if (kept.test(path) && !/(?:^|[._])(?:file|path|dir)$/.test(path)) return [one]
  return leave(one, reachOf(path, value), to)
}

function listenerSetting(one: FlatSetting, key: string, to: CopyTarget): readonly FlatSetting[] {
  if (key === 'bind') return []
  const role = certificates[/^ssl_options\.(\w+)$/.exec(key)?.[1] ?? '']
  if (role !== undefined) {
    return [{ ...one, value: textValue(to.certificate(one.value.replace(/^"(.*)"$/, '$1'), role)) }]
  }
  if (/^authentication/.test(key)) return authentication(one, to)
  if (/file$|^ssl_options\.(?:managed_certs|ocsp|enable_crl)/.test(key)) return leave(one, 'opens a file', to)
  return [one]
}

/** Users that EMQX itself keeps are none in a private node; whom others know, nobody here can ask. */
function authentication(one: FlatSetting, to: CopyTarget): readonly FlatSetting[] {
  const elsewhere = /\bbackend = (?!built_in_database\b)\w+|mechanism = (?!password_based\b|scram\b)\w+/.exec(one.value)
  if (/^\[\]$/.test(one.value)) return [one]
  if (elsewhere !== null || /_file\b/.test(one.value)) {
    return leave(one, 'connects elsewhere', to, 'every login is accepted: what it asks is not here')
  }
  return [one]
}

function reachOf(path: string, value: string): Reach {
  if (/^(?:plugins|exhook|schema_|gateway|ai)/.test(path)) return 'loads code'
  if (/^(?:bridges|connectors|actions|sources|rule_engine|cluster|opentelemetry|prometheus|telemetry|s3)/.test(path)) {
    return 'connects elsewhere'
  }
  if (/^(?:node|rpc|log|dashboard|sysmon|license|crl_cache|psk_authentication)/.test(path)) {
    return 'belongs to its machine'
  }
  if (/^listeners\./.test(path)) return 'belongs to its machine'
  return /\//.test(value) ? 'opens a file' : 'is not known to mqtt-proxy'
}

function leave(one: FlatSetting, reach: Reach, to: CopyTarget, instead?: string): readonly FlatSetting[] {
  if (executing.has(reach) && to.allowExec) return [one]
  const what = shortened(`${one.path} = ${one.value}`)
  to.leaveOut({ span: one.span, what, reach, ...(instead !== undefined && { instead }) })
  return []
}
