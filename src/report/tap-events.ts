import { explainReasonCode } from '../explain/reason-codes.js'
import { printable } from '../kernel/printable.js'
import { describeHeader, explain, type Field, headerDocument } from '../proxy-header/index.js'
import type { TapEvent, TapSide, What } from '../tap/event.js'
import type { MqttPacket } from '../tap/packet.js'
import { plain, type Style } from './style.js'

export interface TapText {
  readonly style: Style
  /** Payloads of messages and wills as text. */
  readonly payloads: boolean
  readonly passwords: boolean
  /** The fields of headers and the bytes of packets below the line. */
  readonly verbose: boolean
}

/** One event as a line, with its bytes below it where they are asked for. */
export function tapLines(event: TapEvent, options: TapText): readonly string[] {
  const { at, connection, what } = event
  const time = new Date(at).toISOString().slice(11, 23)
  const line = `${options.style.dim(time)} #${connection} ${arrow(what)} ${summary(what, options)}`
  if (!options.verbose) return [line]
  return [line, ...fieldsOf(what, event.bytes), ...(showsBytes(what, options) ? dump(bytesOf(event)) : [])]
}

/** The event as a document of `--json`. */
export function tapDocument(event: TapEvent, options: Omit<TapText, 'style'>) {
  const { at, connection, what } = event
  const bytes = bytesOf(event)
  const base = { t: new Date(at).toISOString(), connection, event: what.kind }
  const raw = options.verbose && bytes !== undefined && showsBytes(what, options) ? { bytes: hex(bytes) } : {}
  switch (what.kind) {
    case 'header':
      return { ...base, from: what.from, proxy: headerDocument(what.decoded.header), ...raw }
    case 'mqtt':
      return { ...base, from: what.from, packet: packetDocument(what.packet, options), ...raw }
    default: {
      const { kind: _, ...rest } = what
      return { ...base, ...rest, ...raw }
    }
  }
}

function packetDocument(packet: MqttPacket, options: Omit<TapText, 'style'>) {
  const { password, payload, will, ...rest } = packet
  return {
    ...rest,
    ...(password && { password: options.passwords ? Buffer.from(password).toString() : 'hidden' }),
    ...(payload && {
      payloadBytes: payload.length,
      ...(options.payloads && { payload: Buffer.from(payload).toString() }),
    }),
    ...(will && { will: { ...will, payload: options.payloads ? Buffer.from(will.payload).toString() : 'hidden' } }),
  }
}

function arrow(what: What): string {
  const from: TapSide | undefined = 'from' in what ? what.from : undefined
  return from === undefined ? '·' : from === 'client' ? '→' : '←'
}

function summary(what: What, options: TapText): string {
  const { style } = options
  switch (what.kind) {
    case 'open':
      return style.dim(`opened: ${printable(what.client)} to ${printable(what.server)}`)
    case 'header':
      return style.name(printable(describeHeader(what.decoded.header)))
    case 'mqtt':
      return packetText(what.packet, options)
    case 'websocket':
      return `WebSocket ${printable(what.text)}`
    case 'tls':
      return printable(what.text)
    case 'nonsense':
      return style.bad(
        `${printable(what.text)}${what.rest === 'not decoded' ? '; passed on, not decoded further' : ''}`,
      )
    case 'lost':
      return style.warn(`${what.bytes} bytes are not in the capture; not decoded further`)
    case 'fault':
      return style.warn(`fault: ${printable(what.text)}`)
    case 'close':
      return style.dim(closeText(what))
  }
}

function closeText(what: Extract<What, { kind: 'close' }>): string {
  const who = what.by === undefined ? 'closed' : `${what.reset ? 'reset' : 'closed'} by the ${what.by}`
  const why = what.why === undefined ? '' : `: ${printable(what.why)}`
  return `${who}${why}, ${what.sent.client} bytes sent, ${what.sent.server} received`
}

/** `PUBLISH t QoS 1 id 3 5 bytes`. */
function packetText(packet: MqttPacket, options: Pick<TapText, 'payloads' | 'passwords' | 'style'>): string {
  const words = [options.style.bold(packet.name), ...parts(packet, options)]
  if (packet.properties !== undefined) {
    words.push(`{${packet.properties.map((one) => `${one.name}=${printable(String(one.value))}`).join(', ')}}`)
  }
  if (!packet.whole) words.push(`(${packet.length} bytes, its end is not shown)`)
  if (packet.malformed !== undefined) words.push(options.style.bad(`malformed: ${packet.malformed}`))
  return words.join(' ')
}

function parts(packet: MqttPacket, options: Pick<TapText, 'payloads' | 'passwords'>): readonly string[] {
  const { id, qos, code, codes, filters, payload, topic, will } = packet
  const words: string[] = []
  if (packet.version !== undefined) words.push(versionText(packet.version))
  if (packet.clientId !== undefined) words.push(`id=${packet.clientId === '' ? '(none)' : printable(packet.clientId)}`)
  if (packet.keepalive !== undefined) words.push(`keepalive=${packet.keepalive}s`)
  if (packet.clean !== undefined) words.push(packet.clean ? 'clean' : 'keeps its session')
  if (packet.username !== undefined) words.push(`user=${printable(packet.username)}`)
  if (packet.password !== undefined) {
    words.push(`password=${options.passwords ? printable(Buffer.from(packet.password).toString()) : 'hidden'}`)
  }
  if (will !== undefined) words.push(`will=${printable(will.topic)} QoS ${will.qos} ${content(will.payload, options)}`)
  if (topic !== undefined) words.push(printable(topic))
  if (qos !== undefined) words.push(`QoS ${qos}`)
  if (packet.retain) words.push('retained')
  if (packet.dup) words.push('again')
  if (id !== undefined) words.push(`packet ${id}`)
  for (const one of filters ?? [])
    words.push(`${printable(one.filter)}${one.qos === undefined ? '' : ` QoS ${one.qos}`}`)
  if (code !== undefined) words.push(codeText(packet, code))
  if (codes !== undefined) words.push(codes.map((one) => (one < 3 ? `QoS ${one}` : `0x${one.toString(16)}`)).join(', '))
  if (packet.sessionPresent) words.push('session present')
  if (payload !== undefined) words.push(content(payload, options))
  return words
}

function versionText(version: number): string {
  return version === 5 ? '5.0' : version === 4 ? '3.1.1' : version === 3 ? '3.1' : `version ${version}`
}

function codeText({ name }: MqttPacket, code: number): string {
  const meaning = explainReasonCode(code >= 0x80 || name !== 'CONNACK' ? '5.0' : '3.1.1', code)
    ?.split(/[:;(]/)[0]
    ?.trim()
  return meaning === undefined ? `${code}` : `${code} (${meaning})`
}

function content(bytes: Uint8Array, { payloads }: { readonly payloads: boolean }): string {
  if (!payloads) return `${bytes.length} bytes`
  const text = Buffer.from(bytes.subarray(0, shownMost)).toString()
  return `"${printable(text)}"${bytes.length > shownMost ? ` and ${bytes.length - shownMost} bytes more` : ''}`
}

const shownMost = 200

function fieldsOf(what: What, bytes: Uint8Array | undefined): readonly string[] {
  if (what.kind !== 'header' || bytes === undefined) return []
  const line = ({ depth, name, value }: Field) => `      ${'  '.repeat(depth)}${name.padEnd(20)} ${printable(value)}`
  return explain(bytes).fields.map(line)
}

function bytesOf({ head, bytes }: TapEvent): Uint8Array | undefined {
  return head === undefined || bytes === undefined ? bytes : Buffer.concat([head, bytes])
}

/** Bytes hold what is hidden above; where they could not be read, they may hold anything. */
function showsBytes(what: What, { payloads, passwords }: Pick<TapText, 'payloads' | 'passwords'>): boolean {
  switch (what.kind) {
    case 'mqtt': {
      const { packet } = what
      if (packet.malformed !== undefined || !packet.whole) return payloads && passwords
      const secret = packet.password !== undefined || packet.properties?.some((one) => one.name === 'authData')
      const content = packet.payload !== undefined || packet.will !== undefined
      return (passwords || !secret) && (payloads || !content)
    }
    // The head of an upgrade can hold Authorization and cookies.
    case 'websocket':
      return passwords
    case 'nonsense':
      return payloads && passwords
    case 'header':
      return false
    default:
      return true
  }
}

/** 16 bytes a row, at most 16 rows. */
function dump(bytes: Uint8Array | undefined): readonly string[] {
  if (bytes === undefined || bytes.length === 0) return []
  const rows: string[] = []
  for (let at = 0; at < Math.min(bytes.length, 256); at += 16) {
    const row = Buffer.from(bytes.subarray(at, at + 16))
    const text = row.toString('latin1').replace(/[^\x20-\x7e]/g, '.')
    rows.push(
      `      ${at.toString(16).padStart(4, '0')}  ${row
        .toString('hex')
        .replace(/..(?!$)/g, '$& ')
        .padEnd(47)}  ${text}`,
    )
  }
  if (bytes.length > 256) rows.push(`      and ${bytes.length - 256} bytes more`)
  return rows
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 4096)).toString('hex')
}

/** For tests and pipes: without colour, nothing secret. */
export const quietTap: TapText = { style: plain, payloads: false, passwords: false, verbose: false }
