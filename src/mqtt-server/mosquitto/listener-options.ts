import { type MosquittoListener, type MosquittoView, securityOf } from '../../brokers/mosquitto/view.js'
import { Access } from '../access/access.js'
import { AccessList, AccessListError } from '../access/access-list.js'
import { PasswordList, PasswordListError } from '../access/password-list.js'
import { type HeaderPolicy, type ListenerAt, type ListenerOptions, noHeader, type TlsOptions } from '../options.js'
import type { PlanContext } from '../plan.js'
import { ConfigRefusal } from './config-refusal.js'
import type { ListenerDraft } from './listener-settings.js'
import { Setting } from './values.js'

/** Milliseconds for a PROXY header under Mosquitto: it has no limit of its own but the one for CONNECT. */
const headerTimeout = 30_000

/**
 * Refuses settings that cannot work together.
 * @throws ConfigRefusal
 */
export function checkListener(one: ListenerDraft): void {
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

/** A listener of the file, and its draft. */
export interface Drafted {
  readonly view: MosquittoView
  readonly listener: MosquittoListener
  readonly draft: ListenerDraft
}

/** `listener PORT` without an address is two sockets, as in Mosquitto: all of IPv4 and all of IPv6. */
export function listenerOptions(drafted: Drafted, context: PlanContext): ListenerOptions[] {
  const { draft: one } = drafted
  const security = (name: string) => securitySetting(drafted, name)
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
    allowZeroLengthId: security('allow_zero_length_clientid')?.bool() ?? true,
    autoIdPrefix: one.autoIdPrefix ?? security('auto_id_prefix')?.string() ?? 'auto-',
    usernameAsClientId: one.usernameAsClientId,
    access: access(drafted, context),
    origins: one.origins,
  } as const
  return places(one).map((at) => ({ at, ...options }))
}

function securitySetting({ view, listener }: Drafted, name: string): Setting | undefined {
  const found = securityOf(view, listener, name)
  return found && new Setting(found.name, found.line)
}

function places({ endpoint, family }: ListenerDraft): readonly ListenerAt[] {
  if (endpoint.kind === 'unix') return [{ path: endpoint.path }]
  if (endpoint.kind !== 'tcp' || endpoint.port === undefined) return []
  const { host, port } = endpoint
  if (host !== undefined) return [{ host, port }]
  const only = family === undefined ? endpoint.family : family === 'ipv4' ? 4 : 6
  return [...(only === 6 ? [] : [{ host: '0.0.0.0', port }]), ...(only === 4 ? [] : [{ host: '::', port }])]
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

function access(drafted: Drafted, context: PlanContext): Access {
  return new Access(
    drafted.listener.allowAnonymous.value,
    fileOf(securitySetting(drafted, 'password_file'), context, (text) => new PasswordList(text)),
    fileOf(securitySetting(drafted, 'acl_file'), context, (text) => new AccessList(text)),
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
