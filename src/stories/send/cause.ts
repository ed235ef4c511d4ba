import { reasonText } from '../../explain/reason-codes.js'
import type { ConnectObservation } from '../../host/types.js'
import { isBadRequest } from '../../kernel/http-answer.js'
import { mismatchWords, type ObservableMismatch } from '../../kernel/mismatch-words.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { formatTarget, type Target } from '../../kernel/target.js'
import { PACKET } from '../../mqtt-wire/packet-types.js'
import { refusals } from '../../probe/hypotheses.js'
import { hexOf, recognise } from '../../proxy-header/index.js'

/** Why a CONNECT was not accepted, in words: what was seen, and what it most likely means, most likely first. */
export interface Cause {
  readonly code: `MP-${string}`
  readonly message: string
  readonly likely: readonly Likelihood[]
}

interface Likelihood {
  readonly text: string
  /** A command that would show it. */
  readonly try?: string
}

/** What was sent, as far as it bears on why it was refused. */
export interface Sent {
  readonly target: Target
  readonly header: 'none' | 'v1' | 'v2'
  /** The header was LOCAL, or said UNKNOWN or UNSPEC. */
  readonly addressless: boolean
  readonly ssl: boolean
  readonly cn: boolean
  /** Broken on purpose. */
  readonly malformed: boolean
  /** In pieces on purpose, with a pause between them. */
  readonly split: boolean
  readonly username: boolean
}

/** @param seen anything but `accepted` */
export function causeOf(seen: ConnectObservation, sent: Sent): Cause {
  switch (seen.outcome) {
    case 'refused':
    case 'unreachable':
      return {
        code: seen.outcome === 'refused' ? 'MP-REFUSED' : 'MP-UNREACHABLE',
        message: seen.detail ?? seen.outcome,
        likely: [
          { text: seen.outcome === 'refused' ? 'nothing listens on this port' : 'the name or the route is wrong' },
        ],
      }
    case 'timeout':
      return timeout(seen, sent)
    case 'connack':
      return connack(seen, sent)
    case 'tls':
      return tls(seen, sent)
    case 'not-mqtt':
      return notMqtt(seen)
    default:
      if (seen.stage === 'connect') return thrownOut(seen, sent)
      return seen.stage === 'mqtt' ? noConnack(seen, sent) : cutEarlier(seen, sent)
  }
}

function thrownOut(seen: ConnectObservation, sent: Sent): Cause {
  return {
    code: 'MP-NO-CONNACK',
    message: `the other side took the connection and reset it at once (${seen.detail ?? seen.outcome})`,
    likely: [
      { text: 'an access list refuses our address: tcp-request connection reject in HAProxy, which does not log it' },
      { text: 'find out', try: `mqtt-proxy probe ${formatSocketAddress(sent.target)}` },
    ],
  }
}

function noConnack(seen: ConnectObservation, sent: Sent): Cause {
  const address = formatSocketAddress(sent.target)
  const message = `the other side ${seen.outcome === 'reset' ? 'reset' : 'closed'} the connection ${seen.ms.toFixed(1)} ms after we began, without an MQTT answer`
  const likely =
    sent.header === 'none'
      ? [
          ...refusedFor(sent),
          ...(isSecure(sent.target)
            ? [{ text: 'it wants a client certificate', try: again(sent.target, '--cert FILE --key FILE') }]
            : [{ text: 'it wants TLS', try: again(withTls(sent.target)) }]),
          inHaproxy('no-route'),
          inHaproxy('servers-disabled'),
          inHaproxy('bytes-not-awaited'),
          inHaproxy('header-not-sent'),
        ]
      : withHeader(sent)
  return {
    code: 'MP-NO-CONNACK',
    message,
    likely: [...likely, { text: 'find out', try: `mqtt-proxy probe ${address}` }],
  }
}

function withHeader(sent: Sent): Likelihood[] {
  return [
    ...(sent.malformed ? [{ text: 'the header is broken on purpose, as you asked' }] : []),
    ...(sent.split
      ? [
          {
            text: 'it wants the whole header at once (Mosquitto 2.1 does)',
            try: again(sent.target, `--proxy-protocol ${sent.header}`),
          },
        ]
      : []),
    ...(sent.addressless
      ? [{ text: 'it refuses headers without addresses (Mosquitto closes every LOCAL connection)' }]
      : []),
    ...refusedFor(sent),
    ...(sent.cn ? [{ text: 'it takes a verified certificate only: --client-bits 7, --verify 0' }] : []),
  ]
}

/** What the model says of such a header before all kinds of listeners, and what to send instead. */
function refusedFor(sent: Sent): Likelihood[] {
  const instead = {
    'header-not-read': again(sent.target),
    'header-not-sent': again(sent.target, '--proxy-protocol v2'),
    'header-version': again(sent.target, `--proxy-protocol ${sent.header === 'v1' ? 'v2' : 'v1'}`),
    'tls-facts-not-sent': again(sent.target, '--proxy-protocol v2-ssl'),
    'cn-not-sent': again(sent.target, '--proxy-protocol v2-ssl-cn --cn NAME'),
  }
  return refusals(sent).map((kind) => ({ text: mismatchWords[kind].wants, try: instead[kind] }))
}

function cutEarlier(seen: ConnectObservation, sent: Sent): Cause {
  const layer = seen.stage === 'tls' ? 'TLS handshake' : 'WebSocket upgrade'
  return {
    code: 'MP-NO-HANDSHAKE',
    message: `the connection was ${seen.outcome} during the ${layer}`,
    likely: [
      ...(sent.header === 'none'
        ? [{ text: `${mismatchWords['header-not-sent'].wants} first`, try: again(sent.target, '--proxy-protocol v2') }]
        : [{ text: mismatchWords['header-not-read'].wants, try: again(sent.target) }]),
      {
        text: seen.stage === 'tls' ? 'it does not speak TLS on this port' : 'it does not speak WebSocket on this port',
      },
      inHaproxy('no-route'),
      inHaproxy('servers-disabled'),
      { text: 'find out', try: `mqtt-proxy probe ${formatSocketAddress(sent.target)}` },
    ],
  }
}

function timeout(seen: ConnectObservation, sent: Sent): Cause {
  if (seen.stage === 'connect') {
    return {
      code: 'MP-TIMEOUT',
      message: seen.detail ?? 'no answer',
      likely: [{ text: 'a packet filter drops the connection, or the address is wrong' }],
    }
  }
  return {
    code: 'MP-TIMEOUT',
    message: `${seen.detail ?? 'no answer'}; the connection itself is open`,
    likely: [
      ...(isSecure(sent.target) ? [] : [{ text: 'it waits for TLS', try: again(withTls(sent.target)) }]),
      { text: 'it waits for more bytes than we sent, or the broker behind it does not answer' },
    ],
  }
}

function connack(seen: ConnectObservation, sent: Sent): Cause {
  const code = seen.connack ?? 0
  const credentials = [4, 5, 134, 135].includes(code)
  return {
    code: 'MP-CONNACK',
    message: `the broker answered CONNACK ${code}: ${reasonText(code)}`,
    likely: [
      ...(credentials && !sent.username ? [{ text: 'it wants a username and password: -u NAME -P -' }] : []),
      ...(credentials && sent.username ? [{ text: 'the username or the password is wrong, or not allowed here' }] : []),
      ...(credentials && sent.header !== 'none' && !sent.cn
        ? [{ text: `${mismatchWords['cn-not-sent'].wants}: --proxy-protocol v2-ssl-cn --cn NAME` }]
        : []),
      ...(credentials
        ? [{ text: 'Mosquitto 2 refuses everybody without allow_anonymous or a password file; a CN is not a password' }]
        : []),
      ...(code === 1 || code === 132 ? [{ text: 'try the other MQTT version: -V 5.0 or -V 3.1.1' }] : []),
    ],
  }
}

function tls(seen: ConnectObservation, sent: Sent): Cause {
  const detail = seen.detail ?? 'TLS failed'
  const likely: Likelihood[] = []
  if (/certificate required|handshake failure/i.test(detail)) {
    likely.push({ text: 'it requires a client certificate', try: again(sent.target, '--cert FILE --key FILE') })
  }
  if (/self.signed|unable to (get|verify)|issuer/i.test(detail)) {
    likely.push({ text: 'we do not trust its authority: --cafile FILE, or --insecure to look anyway' })
  }
  if (/altnames|does not match|not in the cert|DNS name/i.test(detail)) likely.push(otherName(detail, sent))
  if (/unknown ca|bad certificate|certificate expired|unsupported certificate|revoked/i.test(detail)) {
    likely.push({ text: 'it does not accept our client certificate' })
  }
  if (/expired/i.test(detail) && !/alert/i.test(detail)) likely.push({ text: 'its certificate has expired' })
  if (/wrong version number|packet length too long|unexpected message/i.test(detail)) {
    likely.push({ text: 'it does not speak TLS on this port', try: again({ ...sent.target, scheme: 'mqtt' }) })
    if (sent.header !== 'none') likely.push({ text: `it is HAProxy, and ${mismatchWords['header-before-tls'].what}` })
  }
  return { code: 'MP-TLS', message: `TLS failed: ${detail}`, likely }
}

/** The names in the certificate, as Node lists them: `DNS:broker.example, IP Address:192.0.2.1`. */
function otherName(detail: string, sent: Sent): Likelihood {
  const text = 'its certificate is for another name than the one you connect to; say which one it should be for'
  const name = /DNS:(?:\*\.)?([\w.-]+)/.exec(detail)?.[1] ?? /IP Address:([\d.]+|[\da-f:]+)/i.exec(detail)?.[1]
  if (name === undefined) return { text: 'its certificate names no host at all: --insecure to look anyway' }
  return { text, try: again(sent.target, `--servername ${/DNS:\*\./.test(detail) ? `NAME.${name}` : name}`) }
}

function notMqtt(seen: ConnectObservation): Cause {
  const bytes = seen.received
  // The first bytes of a broken CONNACK are those of a sound one.
  const isConnack = bytes?.[0] === PACKET.connack
  const what = bytes === undefined || isConnack ? undefined : recognise(bytes)
  const shown = bytes === undefined ? '' : ` (${hexOf(bytes.subarray(0, 16))}…)`
  return {
    code: 'MP-NOT-MQTT',
    message:
      what === undefined ? `${seen.detail ?? 'no MQTT answer'}${shown}` : `it answered with ${what}, not with MQTT`,
    likely: [
      ...(bytes !== undefined && isBadRequest(bytes) ? [inHaproxy('mode-http')] : []),
      isConnack
        ? { text: 'a broker that speaks another version of MQTT, or a defect of it: -V 5, -V 3.1.1' }
        : { text: 'this is not an MQTT port' },
    ],
  }
}

/** What lint would find in its file: in the same words. */
function inHaproxy(kind: ObservableMismatch): Likelihood {
  return {
    text: `it is HAProxy: ${mismatchWords[kind].what}`,
    ...(kind === 'mode-http' && { try: 'mqtt-proxy lint haproxy.cfg' }),
  }
}

function isSecure(target: Target): boolean {
  return target.scheme === 'mqtts' || target.scheme === 'wss'
}

function withTls(target: Target): Target {
  return { ...target, scheme: target.scheme === 'ws' ? 'wss' : 'mqtts' }
}

function again(target: Target, flags = ''): string {
  const where = target.scheme === 'mqtt' ? formatSocketAddress(target) : formatTarget(target)
  return `mqtt-proxy send ${where} ${flags}`.trim()
}
