import { reasonText } from '../../explain/reason-codes.js'
import { printable } from '../../kernel/printable.js'
import { formatTarget } from '../../kernel/target.js'
import type { Cause } from './cause.js'
import type { SendRequest, SendResult } from './send.js'

/** What went out and what came back, a line each; → is ours, ← theirs. */
export function sendLines(request: SendRequest, result: SendResult, verbose: boolean): string[] {
  const { header, connect, publishedMs, subscribedMs, messages } = result
  const lines: string[] = []
  if (header !== undefined) {
    lines.push(`→ ${header.description}   ${header.bytes.length} B`)
    if (verbose) lines.push(`  ${header.hex}`)
  }
  if (connect.tls !== undefined) lines.push(`  TLS ${connect.tls.version} ${connect.tls.cipher}`)
  lines.push(`→ CONNECT id=${result.clientId}   ${connectAnswer(result)}`)
  if (verbose && connect.properties !== undefined) lines.push(`  ${JSON.stringify(connect.properties)}`)
  if (request.subscribe !== undefined && subscribedMs !== undefined) {
    lines.push(`→ SUBSCRIBE ${request.subscribe.topic}   ← SUBACK ${subscribedMs.toFixed(1)} ms`)
  }
  if (request.publish !== undefined && publishedMs !== undefined) {
    const { topic, payload } = request.publish
    const acknowledged = ['', '   ← PUBACK', '   ← PUBREC, PUBCOMP'][request.qos]
    const time = request.qos === 0 ? '' : ` ${publishedMs.toFixed(1)} ms`
    lines.push(`→ PUBLISH ${topic} (${payload.length} B, q${request.qos})${acknowledged}${time}`)
  }
  for (const { topic, payload, qos } of messages)
    lines.push(`← PUBLISH ${printable(topic)} (q${qos})  ${shown(payload)}`)
  if (result.furtherMessages > 0) lines.push(`← and ${result.furtherMessages} further PUBLISHs`)
  return lines
}

function connectAnswer({ connect }: SendResult): string {
  const ms = `${connect.ms.toFixed(1)} ms`
  if (connect.connack !== undefined) {
    const mark = connect.outcome === 'accepted' ? '' : '✖ '
    return `${mark}← CONNACK ${connect.connack} ${reasonText(connect.connack)}   ${ms}`
  }
  return `✖ ${connect.outcome} after ${ms}, no CONNACK`
}

/** Text as it is, other bytes as hex; at most 200 of either. */
function shown(payload: Buffer): string {
  const text = payload.toString('utf8')
  const isText = !/[\0-\x08\x0b-\x1f\x7f\ufffd]/.test(text)
  const whole = isText ? printable(text) : payload.toString('hex')
  return whole.length > 200 ? `${whole.slice(0, 200)}… (${payload.length} B)` : whole
}

/** The cause and what it most likely means, numbered. */
export function causeLines({ code, message, likely }: Cause): string[] {
  const head = `${code}  ${printable(message)}${likely.length > 0 ? '. Most likely, in this order:' : ''}`
  return [head, ...likely.map((one, index) => `  ${index + 1} ${printable(one.text)}${one.try ? `   ${one.try}` : ''}`)]
}

/** What `send --json` prints. Passwords are not in it. */
export function sendDocument(request: SendRequest, result: SendResult) {
  const { header, connect, cause } = result
  return {
    schema: 1,
    ok: result.exit === 0,
    target: formatTarget(request.dial.target),
    header:
      header === undefined ? null : { description: header.description, hex: header.hex, length: header.bytes.length },
    mqtt: request.mqtt,
    clientId: result.clientId,
    outcome: result.outcome,
    expected: request.expect ?? 'accept',
    connect: {
      outcome: connect.outcome,
      stage: connect.stage,
      connack: connect.connack ?? null,
      properties: connect.properties ?? null,
      ms: connect.ms,
      local: connect.local ?? null,
      tls: connect.tls ?? null,
      detail: connect.detail ?? null,
      received: connect.received === undefined ? null : Buffer.from(connect.received).toString('hex'),
    },
    subscribedMs: result.subscribedMs ?? null,
    publishedMs: result.publishedMs ?? null,
    messages: result.messages.map(({ topic, payload, qos, retain }) => ({
      topic,
      qos,
      retain,
      payload: payload.toString('base64'),
    })),
    furtherMessages: result.furtherMessages,
    cause: cause ?? null,
  }
}
