import { quoted } from '../kernel/printable.js'
import { textOf } from './bytes.js'

/**
 * What bytes that are no PROXY header most likely are, to follow "these bytes are": `an MQTT 3.1.1 CONNECT (client id
 * "cli-7")`; `undefined` when nothing is known that begins like that.
 */
export function recognise(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return undefined
  return mqttConnect(bytes) ?? tlsRecord(bytes) ?? textProtocol(bytes) ?? almostHeader(bytes)
}

function mqttConnect(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== 0x10) return undefined
  let at = 1
  while (at < 4 && (bytes[at] ?? 0) & 0x80) at++
  at++
  const name = textAt(bytes, at)
  if (name !== 'MQTT' && name !== 'MQIsdp') return undefined
  at += 2 + name.length
  const level = bytes[at] ?? 0
  at += 4
  if (level === 5) at = afterProperties(bytes, at)
  const id = textAt(bytes, at)
  const version = { 3: '3.1', 4: '3.1.1', 5: '5.0' }[level] ?? `level ${level}`
  return `an MQTT ${version} CONNECT${id === undefined ? '' : ` (client id ${quoted(id)})`}`
}

/** A 16-bit length and text; `undefined` when it is cut off. */
function textAt(bytes: Uint8Array, at: number): string | undefined {
  if (at + 2 > bytes.length) return undefined
  const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  return at + 2 + length > bytes.length ? undefined : textOf(bytes.subarray(at + 2, at + 2 + length))
}

/** After the properties of MQTT 5: a variable byte integer and that many bytes. */
function afterProperties(bytes: Uint8Array, at: number): number {
  let length = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at++] ?? 0
    length += (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return at + length
}

function tlsRecord(bytes: Uint8Array): string | undefined {
  if (bytes[1] !== 0x03 || (bytes[2] ?? 0xff) > 0x04) return undefined
  if (bytes[0] === 0x15) return 'a TLS alert'
  if (bytes[0] !== 0x16) return undefined
  if (bytes[5] === 0x02) return 'a TLS ServerHello'
  if (bytes[5] !== 0x01) return 'a TLS handshake record'
  const name = serverName(bytes)
  return `a TLS ClientHello${name === undefined ? '' : ` (server name ${quoted(name)})`}`
}

/** SNI of a ClientHello, RFC 8446 4.1.2 and RFC 6066 3. */
function serverName(bytes: Uint8Array): string | undefined {
  const uint16 = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  let at = 43
  at += 1 + (bytes[at] ?? 0)
  at += 2 + uint16(at)
  at += 1 + (bytes[at] ?? 0)
  const end = Math.min(bytes.length, at + 2 + uint16(at))
  at += 2
  while (at + 4 <= end) {
    const length = uint16(at + 2)
    if (uint16(at) === 0) return textAt(bytes, at + 7)
    at += 4 + length
  }
  return undefined
}

const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^GET [^\r\n]* HTTP\/1[\s\S]*\r\nupgrade: *websocket/i, 'a WebSocket handshake (HTTP)'],
  [/^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE) \S* ?(HTTP|$)/, 'an HTTP request'],
  [/^HTTP\/\d/, 'an HTTP response'],
  [/^PRI \* HTTP\/2/, 'an HTTP/2 connection preface'],
  [/^SSH-/, 'an SSH banner'],
  [/^AMQP/, 'an AMQP protocol header'],
  [/^(EHLO|HELO) /i, 'an SMTP command'],
  [/^220[ -]/, 'an SMTP or FTP greeting'],
  [/^(CONNECT|STOMP)\r?\n/, 'a STOMP frame'],
  [/^\*\d+\r\n\$/, 'a Redis command'],
  [/^(?!PROXY)proxy /i, 'a version 1 line in the wrong case ("PROXY" must be upper case)'],
  [/^\s+PROXY /, 'a version 1 line with space in front of it'],
  [/^[\s"']*(0x)?0d ?0a ?0d ?0a ?00/i, 'a version 2 header written as hexadecimal text (decode it with --from hex)'],
]

function textProtocol(bytes: Uint8Array): string | undefined {
  const text = Array.from(bytes.subarray(0, 2048), (byte) => String.fromCharCode(byte)).join('')
  return beginnings.find(([pattern]) => pattern.test(text))?.[1]
}

function almostHeader(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x20 && (bytes[1] === 2 || bytes[1] === 3)) return 'an MQTT CONNACK (sent by a broker)'
  if (bytes.every((byte) => byte === 0)) return 'only zeros'
  return undefined
}
