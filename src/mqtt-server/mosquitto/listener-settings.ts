import type { Span } from '../../config/span.js'
import type { ConfigEndpoint } from '../../kernel/address.js'
import type { Protocol, Qos } from '../../mqtt-wire/packet-types.js'
import { isTopicFilter } from '../topics/filters.js'
import type { Setting } from './values.js'

export interface ListenerDraft {
  readonly span: Span
  readonly endpoint: ConfigEndpoint
  family: 'ipv4' | 'ipv6' | undefined
  protocol: 'mqtt' | 'websockets'
  proxy: 1 | 2 | undefined
  requireTls: boolean
  requireCertificate: boolean
  identity: boolean
  subject: boolean
  usernameAsClientId: boolean
  certfile: string | undefined
  keyfile: string | undefined
  cafile: string | undefined
  crlfile: string | undefined
  ciphers: string | undefined
  ciphers13: string | undefined
  tlsVersion: string | undefined
  ignoreDates: boolean
  versions: readonly Protocol[]
  maxQos: Qos
  maxConnections: number | undefined
  maxTopicAlias: number
  maxTopicAliasOut: number
  mountPoint: string
  autoIdPrefix: string | undefined
  readonly origins: string[]
  /** `bind_address` said where. */
  bound: boolean
}

export function newListener(span: Span, endpoint: ConfigEndpoint): ListenerDraft {
  return {
    span,
    endpoint,
    family: undefined,
    protocol: 'mqtt',
    proxy: undefined,
    requireTls: false,
    requireCertificate: false,
    identity: false,
    subject: false,
    usernameAsClientId: false,
    certfile: undefined,
    keyfile: undefined,
    cafile: undefined,
    crlfile: undefined,
    ciphers: undefined,
    ciphers13: undefined,
    tlsVersion: undefined,
    ignoreDates: false,
    versions: [3, 4, 5],
    maxQos: 2,
    maxConnections: undefined,
    maxTopicAlias: 10,
    maxTopicAliasOut: 10,
    mountPoint: '',
    autoIdPrefix: undefined,
    origins: [],
    bound: false,
  }
}

/** `listener PORT [ADDRESS]`, `listener 0 PATH`. */
function checkListener(setting: Setting): void {
  const port = setting.int('listener port')
  if (port < 0 || port > 65535) setting.refuse(`Invalid 'port' value (${port}).`)
  const [, address] = setting.words
  if (port === 0 && (address === undefined || address.startsWith('#'))) {
    setting.refuse('A listener with port 0 must provide a Unix socket path.')
  }
}

const protocols: readonly Protocol[] = [3, 4, 5]

type Reader = (draft: ListenerDraft, setting: Setting) => void

export const listenerReaders: Readonly<Record<string, Reader>> = {
  bind_address: (draft, setting) => {
    if (/ /.test(setting.string())) setting.refuse('Error resolving bind_address: a name has no blank in it.')
    if (draft.bound) setting.refuse("Duplicate 'default listener bind_address' value in configuration.")
    draft.bound = true
  },
  port: (_, setting) => {
    setting.intWithin(1, 65535)
  },
  accept_protocol_versions: (draft, setting) => {
    const versions = setting
      .string()
      .split(/[ ,]+/)
      .filter((one) => one !== '')
    // As in Mosquitto, a value that is not a version is skipped.
    draft.versions = protocols.filter((one) => versions.includes(String(one)))
  },
  cafile: (draft, setting) => {
    draft.cafile = setting.string()
  },
  certfile: (draft, setting) => {
    draft.certfile = setting.string()
  },
  ciphers: (draft, setting) => {
    draft.ciphers = setting.string()
  },
  'ciphers_tls1.3': (draft, setting) => {
    draft.ciphers13 = setting.string()
  },
  crlfile: (draft, setting) => {
    draft.crlfile = setting.string()
  },
  disable_client_cert_date_checks: (draft, setting) => {
    draft.ignoreDates = setting.bool()
  },
  enable_proxy_protocol: (draft, setting) => {
    const version = setting.int()
    draft.proxy = version === 1 || version === 2 ? version : setting.refuse('enable_proxy_protocol must be 1 or 2.')
  },
  keyfile: (draft, setting) => {
    draft.keyfile = setting.string()
  },
  listener: (_, setting) => checkListener(setting),
  listener_allow_anonymous: (_, setting) => {
    setting.bool()
  },
  listener_auto_id_prefix: (draft, setting) => {
    const prefix = setting.string()
    if (prefix.length > 50) setting.refuse("'listener_auto_id_prefix' length must be <= 50.")
    draft.autoIdPrefix = prefix
  },
  max_connections: (draft, setting) => {
    const number = setting.int()
    draft.maxConnections = number > 0 ? number : undefined
  },
  max_qos: readMaxQos,
  maximum_qos: readMaxQos,
  max_topic_alias: (draft, setting) => {
    draft.maxTopicAlias = aliasCount(setting)
  },
  max_topic_alias_broker: (draft, setting) => {
    draft.maxTopicAliasOut = aliasCount(setting)
  },
  mount_point: (draft, setting) => {
    const prefix = setting.string()
    if (!isTopicFilter(prefix) || /[+#]/.test(prefix)) {
      setting.refuse(`Invalid 'mount_point' value (${prefix}). Does it contain a wildcard character?`)
    }
    draft.mountPoint = prefix
  },
  protocol: (draft, setting) => {
    const word = setting.oneOf(['mqtt', 'websockets', 'http_api'])
    if (word === 'http_api') setting.refuse('protocol http_api is not supported by the embedded broker.')
    else draft.protocol = word
  },
  proxy_protocol_v2_require_tls: (draft, setting) => {
    draft.requireTls = setting.bool()
  },
  require_certificate: (draft, setting) => {
    draft.requireCertificate = setting.bool()
  },
  socket_domain: (draft, setting) => {
    const word = setting.word()
    draft.family =
      word === 'ipv4' || word === 'ipv6'
        ? word
        : setting.refuse(`Invalid 'socket_domain' value '${word}' in configuration.`)
  },
  tls_version: (draft, setting) => {
    draft.tlsVersion = setting.string()
  },
  use_identity_as_username: (draft, setting) => {
    draft.identity = setting.bool()
  },
  use_subject_as_username: (draft, setting) => {
    draft.subject = setting.bool()
  },
  use_username_as_clientid: (draft, setting) => {
    draft.usernameAsClientId = setting.bool()
  },
  websockets_origin: (draft, setting) => {
    draft.origins.push(setting.string())
  },
}

function readMaxQos(draft: ListenerDraft, setting: Setting): void {
  const number = setting.int()
  if (number !== 0 && number !== 1 && number !== 2) setting.refuse("'max_qos' must be between 0 and 2 inclusive.")
  else draft.maxQos = number
}

function aliasCount(setting: Setting): number {
  const number = setting.int()
  if (number < 0 || number > 65535) setting.refuse(`Invalid '${setting.name}' value in configuration.`)
  return number
}
