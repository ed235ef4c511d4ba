import { type LogType, logTypes } from '../log.js'
import type { BrokerLimits } from '../options.js'
import type { LogDestination } from '../plan.js'
import type { Setting } from './values.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface GlobalDraft {
  readonly limits: Mutable<Partial<BrokerLimits>>
  readonly logTo: LogDestination[]
  readonly logTypes: Set<LogType>
  timestamp: boolean
  timestampFormat: string | undefined
  pidFile: string | undefined
  /** Security options were seen: `per_listener_settings` would come too late. */
  securitySeen: boolean
  /** Options taken note of that have no effect here. */
  readonly notes: string[]
  readonly seen: Set<string>
}

/** Before anything was read. */
export function newGlobal(): GlobalDraft {
  return {
    limits: {},
    logTo: [],
    logTypes: new Set(),
    timestamp: true,
    timestampFormat: undefined,
    pidFile: undefined,
    securitySeen: false,
    notes: [],
    seen: new Set(),
  }
}

type GlobalReader = (draft: GlobalDraft, setting: Setting) => void

const whole = 0x7fffffff

/** Options that go straight into a limit. */
const limits: Readonly<Record<string, (limits: Mutable<Partial<BrokerLimits>>, setting: Setting) => void>> = {
  allow_duplicate_messages: (to, setting) => {
    to.allowDuplicates = setting.bool()
  },
  check_retain_source: (to, setting) => {
    to.checkRetainSource = setting.bool()
  },
  clientid_prefixes: (to, setting) => {
    to.clientIdPrefix = setting.string()
  },
  connection_messages: (to, setting) => {
    to.connectionMessages = setting.bool()
  },
  global_max_clients: (to, setting) => {
    const number = setting.int()
    to.maxClients = number > 0 ? number : undefined
  },
  global_max_connections: (to, setting) => {
    const number = setting.int()
    to.maxConnections = number > 0 ? number : undefined
  },
  max_inflight_bytes: (to, setting) => {
    to.maxInflightBytes = Math.max(0, setting.int())
  },
  max_inflight_messages: (to, setting) => {
    const number = setting.int()
    if (number > 65535) setting.refuse("'max_inflight_messages' must be <= 65535.")
    to.maxInflight = Math.max(0, number)
  },
  max_keepalive: (to, setting) => {
    to.maxKeepalive = setting.intWithin(0, 65535)
  },
  max_packet_size: (to, setting) => {
    const number = setting.int()
    if (number < 20) setting.refuse("'max_packet_size' must be >= 20.")
    to.maxPacketSize = number
  },
  max_queued_bytes: (to, setting) => {
    to.maxQueuedBytes = Math.max(0, setting.int())
  },
  max_queued_messages: (to, setting) => {
    to.maxQueuedMessages = Math.max(0, setting.int())
  },
  message_size_limit: (to, setting) => {
    to.messageSizeLimit = setting.intWithin(0, 268_435_455)
  },
  persistent_client_expiration: (to, setting) => {
    to.sessionExpiryCap = seconds(setting)
  },
  queue_qos0_messages: (to, setting) => {
    to.queueQos0 = setting.bool()
  },
  retain_available: (to, setting) => {
    to.retainAvailable = setting.bool()
  },
  sys_interval: (to, setting) => {
    to.sysInterval = setting.intWithin(0, 65535)
  },
  upgrade_outgoing_qos: (to, setting) => {
    to.upgradeOutgoingQos = setting.bool()
  },
}

/** Options whose value is checked and which change nothing here; each with the reason, which is logged. */
const noted: Readonly<Record<string, readonly [why: string, check: (setting: Setting) => void]>> = {
  autosave_interval: ['nothing is saved', (setting) => setting.int()],
  autosave_on_changes: ['nothing is saved', (setting) => setting.bool()],
  dhparamfile: ['Mosquitto does not need it any longer either', () => undefined],
  log_facility: ['there is no syslog output', (setting) => setting.intWithin(0, 7)],
  memory_limit: ['the memory of Node.js is not limited', checkMemory],
  packet_buffer_size: ['Node.js sizes its buffers itself', checkBuffer],
  persistence_file: ['nothing is saved', (setting) => setting.string()],
  persistence_location: ['nothing is saved', (setting) => setting.string()],
  retain_expiry_interval: ['expired retained messages are dropped when they are met', (setting) => setting.int()],
  retry_interval: ['Mosquitto does not use it any longer either', () => undefined],
  user: ['the broker keeps the user it was started as', (setting) => setting.string()],
  websockets_headers_size: ['Node.js sizes its buffers itself', checkBuffer],
  // A Mosquitto without libwebsockets, which 2.1 no longer needs, does not look at the value either.
  websockets_log_level: ['there is no libwebsockets', () => undefined],
}

const others: Readonly<Record<string, GlobalReader>> = {
  log_dest: (draft, setting) => {
    const [kind = setting.word(), ...rest] = setting.words
    if (kind === 'file') {
      const path = rest.join(' ')
      if (path === '') setting.refuse('Empty "log_dest file" value in configuration.')
      draft.logTo.push({ kind: 'file', path })
    } else if (kind === 'stderr' || kind === 'stdout' || kind === 'none') draft.logTo.push({ kind })
    else if (kind === 'syslog' || kind === 'topic' || kind === 'dlt' || kind === 'android') {
      setting.refuse(`log_dest ${kind} is not supported by the embedded broker.`, [
        'use log_dest stderr, stdout or file',
      ])
    } else setting.refuse(`Invalid 'log_dest' value (${kind}).`)
  },
  log_timestamp: (draft, setting) => {
    draft.timestamp = setting.bool()
  },
  log_timestamp_format: (draft, setting) => {
    draft.timestampFormat = setting.string()
  },
  log_type: (draft, setting) => {
    const word = setting.word()
    if (word === 'none') draft.logTypes.clear()
    else if (word === 'all') for (const type of logTypes) draft.logTypes.add(type)
    else draft.logTypes.add(setting.oneOf(logTypes))
  },
  per_listener_settings: (draft, setting) => {
    const on = setting.bool()
    if (on && draft.securitySeen)
      setting.refuse('per_listener_settings must be set before any other security settings.')
  },
  persistence: persistence,
  retained_persistence: persistence,
  pid_file: (draft, setting) => {
    if (draft.pidFile !== undefined) setting.refuse("Duplicate 'pid_file' value in configuration.")
    draft.pidFile = setting.string()
  },
  // Small packets always leave at once here.
  set_tcp_nodelay: (_draft, setting) => {
    setting.bool()
  },
}

/** Reads a global option; false when it is none we carry out. */
export function readGlobal(draft: GlobalDraft, setting: Setting): boolean {
  const { name } = setting
  const limit = limits[name]
  const note = noted[name]
  const other = others[name]
  if (limit) limit(draft.limits, setting)
  else if (note) {
    note[1](setting)
    if (!draft.seen.has(name)) draft.notes.push(`Note: '${name}' has no effect here: ${note[0]}.`)
    draft.seen.add(name)
  } else if (other) other(draft, setting)
  else return false
  return true
}

function persistence(draft: GlobalDraft, setting: Setting): void {
  if (setting.bool())
    draft.notes.push(`Note: '${setting.name}' has no effect here: nothing is saved when the broker ends.`)
}

function checkMemory(setting: Setting): void {
  const word = setting.word()
  if (Number.parseInt(word, 10) < 0) setting.refuse(`Invalid 'memory_limit' value (${word}).`)
}

function checkBuffer(setting: Setting): void {
  const number = setting.int()
  if (number < 0 || number > 65535) setting.refuse('Packet buffer size must be between 0 and 65535 inclusive.')
}

const units: Readonly<Record<string, number>> = {
  s: 1,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  m: 30 * 86_400,
  y: 365 * 86_400,
}

function seconds(setting: Setting): number {
  const match = /^(\d+)([shdwmy])$/.exec(setting.word())
  const total = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN)
  if (!(total > 0)) setting.refuse("Invalid 'persistent_client_expiration' duration in configuration.")
  return Math.min(total, whole)
}
