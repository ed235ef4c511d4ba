import { decode, recognise } from '../proxy-header/index.js'

/** What a connection began with, and who sends that. */
interface Beginning {
  readonly is: string
  readonly cause: string
}

/**
 * The causes of a first byte that was not the wanted one. `wanted` is what the listener reads: MQTT, a TLS record, or
 * a PROXY header.
 */
export function causesOfFirstByte(byte: number, wanted: 'MQTT' | 'TLS' | 'PROXY'): readonly string[] {
  return beginnings(byte, wanted).map(({ is, cause }) => `the first byte is 0x${hex(byte)}, ${is}: ${cause}`)
}

/** The same, where a line shows several bytes. */
export function causesOfBytes(bytes: Uint8Array, wanted: 'MQTT' | 'TLS' | 'PROXY'): readonly string[] {
  if (bytes.length === 0) return []
  const known = decode(bytes).status === 'header' ? 'a whole PROXY header' : recognise(bytes)
  const [first] = beginnings(bytes[0] ?? 0, wanted)
  if (known === undefined || first === undefined) return causesOfFirstByte(bytes[0] ?? 0, wanted)
  return [`the bytes are ${known}: ${first.cause}`]
}

function beginnings(byte: number, wanted: 'MQTT' | 'TLS' | 'PROXY'): readonly Beginning[] {
  const found: Beginning[] = []
  const add = (is: string, cause: string) => found.push({ is, cause })
  if (byte === 0x0d && wanted !== 'PROXY') add('the start of a PROXY header of version 2', unread[wanted])
  if (byte === 0x50 && wanted !== 'PROXY')
    add('a "P" as in "PROXY" (a header of version 1) or in "POST" and "PUT" (HTTP)', unread[wanted])
  if (byte === 0x16 && wanted !== 'TLS')
    add(
      'the start of a TLS handshake',
      wanted === 'MQTT'
        ? 'a client with TLS reached a port without TLS; or HAProxy has ssl on the server line'
        : 'the sender speaks TLS and sends no PROXY header in front of it: send-proxy-v2 is missing, or a client reached this port directly',
    )
  if (byte === 0x10 && wanted !== 'MQTT')
    add(
      'the start of an MQTT CONNECT',
      wanted === 'TLS'
        ? 'a client without TLS reached a port with TLS; or HAProxy ends TLS, and its server line has no ssl'
        : 'the sender sends MQTT without a PROXY header: send-proxy-v2 is missing on the server line, or a client reached this port directly',
    )
  if ([0x47, 0x48, 0x4f].includes(byte) || (byte === 0x50 && found.length === 0))
    add('the start of an HTTP request', 'a WebSocket client, a browser or an HTTP health check reached this port')
  if (found.length > 0) return found
  if (byte >= 0x20 && byte <= 0xff && wanted === 'MQTT')
    add(
      'another packet than CONNECT, or no MQTT at all',
      'the client takes up a connection that the broker no longer knows (HAProxy or the broker was restarted), or it is not an MQTT client',
    )
  return found.length > 0
    ? found
    : [{ is: `not the start of ${words[wanted]}`, cause: 'a port scan, or another protocol' }]
}

const words = { MQTT: 'an MQTT CONNECT', TLS: 'a TLS handshake', PROXY: 'a PROXY header' } as const

const unread = {
  MQTT: 'the sender writes a PROXY header, and this listener does not read one: turn it on there, or take send-proxy off the server line; or two headers came one after the other, and only the first was read',
  TLS: 'the sender writes a PROXY header in front of TLS, and this listener does not read one: turn it on there, or take send-proxy off the server line',
} as const

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}
