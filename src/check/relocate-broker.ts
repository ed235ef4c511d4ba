import { dirname, isAbsolute, join } from 'node:path'
import { mosquittoOption } from '../brokers/mosquitto/options.js'
import { type EntryDocument, type EntryLine, entry } from '../config/entries.js'
import type { Endpoint } from '../kernel/address.js'
import { hostOf } from '../kernel/address.js'
import { certificateFiles } from '../scenarios/certificates.js'
import { sandboxCertificates } from './relocate-haproxy.js'
import { formatPlace, type Relocation } from './relocation.js'

/** One broker file for the sandbox; every line keeps the span of the user's line it comes from. */
export function relocateBroker(document: EntryDocument, to: Relocation, listeners: number): EntryDocument {
  const map = { mosquitto: mosquittoLine, rabbitmq: rabbitmqLine, vernemq: vernemqLine }[document.dialect]
  const lines = document.lines.flatMap((one) => (one.key === undefined ? [one] : map(one, one.key, to)))
  return { ...document, lines: listeners > 0 ? lines : [...lines, ...defaultListener(document, to)] }
}

const certificate = (path: string) => `${sandboxCertificates}/${path}`

/** Without any listener Mosquitto serves port 1883 of loopback, and lets everybody in. */
function defaultListener(document: EntryDocument, to: Relocation): EntryLine[] {
  const place = to.place({ kind: 'tcp', host: '127.0.0.1', port: 1883 }, 'broker')
  if (document.dialect !== 'mosquitto' || place === undefined || 'path' in place) return []
  return [entry('listener', `${place.port} ${place.host}`), entry('allow_anonymous', 'true')]
}

/** Logs, files and users of the original machine; the driver adds a log of its own. */
const droppedMosquitto = new Set([
  ...[
    'log_dest',
    'log_type',
    'log_facility',
    'log_timestamp',
    'log_timestamp_format',
    'connection_messages',
    'pid_file',
  ],
  ...['user', 'persistence', 'persistence_file', 'persistence_location', 'autosave_interval', 'autosave_on_changes'],
  ...['crlfile', 'dhparamfile', 'bind_interface', 'socket_domain', 'websockets_log_level', 'websockets_headers_size'],
])
const filesMosquitto = new Set([
  'password_file',
  'acl_file',
  'psk_file',
  'plugin',
  'global_plugin',
  'auth_plugin',
  'http_dir',
])

function mosquittoLine(one: EntryLine, key: string, to: Relocation): EntryLine[] {
  if (droppedMosquitto.has(key) || key === 'connection' || mosquittoOption(key)?.scope === 'bridge') return []
  const value = one.value ?? ''
  switch (key) {
    case 'listener':
      return [changed(one, mosquittoListener(value, to))]
    case 'port': {
      const place = to.place({ kind: 'tcp', host: undefined, port: Number(value) }, 'broker')
      return place === undefined || 'path' in place ? [one] : [changed(one, String(place.port))]
    }
    case 'bind_address':
      return [changed(one, to.host(hostOf(value)))]
    case 'certfile':
      return [changed(one, certificate(certificateFiles.brokerCert))]
    case 'keyfile':
      return [changed(one, certificate(certificateFiles.brokerKey))]
    case 'cafile':
    case 'capath':
      return [{ ...changed(one, certificate(certificateFiles.clientCa)), key: 'cafile' }]
    default:
      return filesMosquitto.has(key) ? [absolute(one, value)] : [one]
  }
}

function mosquittoListener(value: string, to: Relocation): string {
  const [port = '', address] = value.split(/ +/)
  if (/^0+$/.test(port)) return address === undefined ? value : `0 ${to.socket(address)}`
  const host = address === undefined || address.startsWith('#') ? undefined : hostOf(address)
  const place = to.place({ kind: 'tcp', host, port: Number(port) }, 'broker')
  return place === undefined || 'path' in place ? value : `${place.port} ${place.host}`
}

function rabbitmqLine(one: EntryLine, key: string, to: Relocation): EntryLine[] {
  const value = one.value ?? ''
  if (/^(log|management|prometheus|cluster_formation|net_ticktime|distribution)\b/.test(key)) return []
  if (/^listeners\.(tcp|ssl)/.test(key)) return value === 'none' ? [one] : []
  if (/^(mqtt\.listeners\.(tcp|ssl)\.[^.]+|web_mqtt\.(tcp|ssl)\.listener)$/.test(key)) {
    return [changed(one, moved(value, to))]
  }
  if (/^web_mqtt\.(tcp|ssl)\.port$/.test(key)) {
    const place = to.place({ kind: 'tcp', host: undefined, port: Number(value) }, 'broker')
    return place === undefined || 'path' in place ? [one] : [changed(one, String(place.port))]
  }
  if (/^web_mqtt\.(tcp|ssl)\.ip$/.test(key)) return [changed(one, to.host(hostOf(value)))]
  return certificateLine(one, key)
}

function vernemqLine(one: EntryLine, key: string, to: Relocation): EntryLine[] {
  if (/^log\./.test(key)) return []
  const transport = /^listener\.(tcp|ssl|ws|wss|vmq|vmqs|http|https)\.[^.]+$/.test(key)
  if (transport && /:\d+$/.test(one.value ?? '')) return [changed(one, moved(one.value ?? '', to))]
  return certificateLine(one, key)
}

function certificateLine(one: EntryLine, key: string): EntryLine[] {
  if (/(^|\.)certfile$/.test(key)) return [changed(one, certificate(certificateFiles.brokerCert))]
  if (/(^|\.)keyfile$/.test(key)) return [changed(one, certificate(certificateFiles.brokerKey))]
  if (/(^|\.)(cacertfile|cafile)$/.test(key)) return [changed(one, certificate(certificateFiles.clientCa))]
  return [one]
}

function moved(value: string, to: Relocation): string {
  const match = /^(?:(.*):)?(\d+)$/.exec(value)
  if (match === null) return value
  const host = match[1] === undefined ? undefined : hostOf(match[1])
  const endpoint: Endpoint = { kind: 'tcp', host, port: Number(match[2]) }
  const place = to.place(endpoint, 'broker')
  return place === undefined ? value : formatPlace(place)
}

/** Paths are relative to where the broker was started; the folder of its file is the best guess. */
function absolute(one: EntryLine, value: string): EntryLine {
  return isAbsolute(value) || value === '' ? one : changed(one, join(dirname(one.span.file), value))
}

/** The same line of the user's file with another value. */
function changed(one: EntryLine, value: string): EntryLine {
  const { raw: _, ...rest } = one
  return { ...rest, value }
}
