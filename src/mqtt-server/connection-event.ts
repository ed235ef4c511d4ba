import { printable } from '../kernel/printable.js'
import { formatEndpoint } from '../proxy-header/index.js'
import type { ProxyHeader } from '../proxy-header/types.js'
import type { Address, Arrival, Verdict } from './arrival.js'
import type { Refusal } from './header-gate.js'

/**
 * What happened to one connection, said once: when its CONNECT was answered, or it was refused or went away before. What
 * is not known is `undefined`: all events have one shape, which a busy broker makes in half the time.
 */
export interface ConnectionEvent {
  /** ISO 8601. */
  readonly t: string
  readonly event: 'connection'
  /** Counts the connections of this broker from 1. */
  readonly n: number
  /** The listener's own address, `127.0.0.1:1884`. */
  readonly listener: string
  /** The other end of the socket. */
  readonly peer: string
  /** Who the client is, as the broker sees it. */
  readonly client: string
  readonly proxy?: ProxyFacts | undefined
  /** Our own TLS. */
  readonly tls?: { readonly version: string; readonly cipher: string } | undefined
  readonly mqtt?: MqttFacts | undefined
  readonly result: 'accepted' | 'rejected' | 'closed'
  readonly code?: string | undefined
  readonly reason?: string | undefined
  readonly hint?: string | undefined
}

/** What the PROXY header of a connection said. */
interface ProxyFacts {
  readonly version: number
  readonly command: 'LOCAL' | 'PROXY'
  readonly src?: string | undefined
  readonly dst?: string | undefined
  /** What the SSL TLV says. */
  readonly tls?:
    | {
        readonly used: boolean
        readonly version?: string | undefined
        readonly cipher?: string | undefined
        readonly cn?: string | undefined
        /** A certificate in this TLS session, verified. */
        readonly verified: boolean
        readonly certificate: boolean
      }
    | undefined
}

/** What the CONNECT of a connection said, and the answer to it. */
interface MqttFacts {
  readonly packet: 'CONNECT'
  readonly id?: string | undefined
  /** 3, 4 or 5. */
  readonly version?: number | undefined
  readonly username?: string | undefined
  readonly keepalive?: number | undefined
  readonly cleanStart?: boolean | undefined
  /** Reason code of the CONNACK. */
  readonly connack?: number | undefined
}

interface Basics {
  readonly n: number
  readonly now: number
  readonly listener: string
}

/** What we turn away before there is a CONNECT. */
const rejecting: ReadonlySet<string> = new Set(['MP-NOT-CONNECT', 'MP-NO-WEBSOCKET'])

export function eventOf(basics: Basics, arrival: Arrival, verdict: Verdict): ConnectionEvent {
  return {
    t: new Date(basics.now).toISOString(),
    event: 'connection',
    n: basics.n,
    listener: basics.listener,
    peer: formatEndpoint(arrival.peer),
    client: formatEndpoint(arrival.client),
    proxy: arrival.header && proxyFacts(arrival.header),
    tls: arrival.tls,
    mqtt: verdict.packet && mqttFacts(verdict),
    result: verdict.accepted ? 'accepted' : verdict.packet || rejecting.has(verdict.code ?? '') ? 'rejected' : 'closed',
    code: verdict.code,
    reason: verdict.reason,
    hint: verdict.hint,
  }
}

/** A connection that never got to MQTT. */
export function refusedEvent(
  basics: Basics,
  peer: Address,
  refusal: Refusal,
  header: ProxyHeader | undefined,
): ConnectionEvent {
  return {
    t: new Date(basics.now).toISOString(),
    event: 'connection',
    n: basics.n,
    listener: basics.listener,
    peer: formatEndpoint(peer),
    client: formatEndpoint(header?.source ?? peer),
    proxy: header && proxyFacts(header),
    tls: undefined,
    mqtt: undefined,
    result: refusal.quiet ? 'closed' : 'rejected',
    code: refusal.code,
    reason: refusal.reason,
    hint: refusal.hint,
  }
}

function proxyFacts({ version, command, source, destination, ssl }: ProxyHeader): ProxyFacts {
  return {
    version,
    command,
    src: source && formatEndpoint(source),
    dst: destination && formatEndpoint(destination),
    tls: ssl && {
      used: ssl.ssl,
      version: ssl.version,
      cipher: ssl.cipher,
      cn: ssl.cn,
      certificate: ssl.certSess,
      verified: ssl.certSess && ssl.verify === 0,
    },
  }
}

function mqttFacts({ id, version, username, keepalive, cleanStart, connack }: Verdict): MqttFacts {
  return { packet: 'CONNECT', id, version, username, keepalive, cleanStart, connack }
}

/** The line for people: `#1 203.0.113.7:56324 via 127.0.0.1:40544  PROXY v2 ssl TLSv1.3 cert-ok cn=...  CONNECT id=...  ✔`. */
export function eventLine(event: ConnectionEvent): string {
  const parts = [
    event.client === event.peer ? `#${event.n} ${event.peer}` : `#${event.n} ${event.client} via ${event.peer}`,
  ]
  if (event.proxy) parts.push(proxyWords(event.proxy))
  if (event.tls) parts.push(`TLS ${event.tls.version}`)
  if (event.mqtt) parts.push(mqttWords(event.mqtt))
  if (event.result === 'accepted') parts.push('✔')
  else if (event.result === 'rejected') parts.push(`✖ ${event.reason ?? ''}`)
  else parts.push(event.reason ?? 'closed')
  const line = parts.join('  ')
  return event.hint === undefined ? line : `${line}\n   hint: ${event.hint}`
}

function proxyWords(proxy: ProxyFacts): string {
  if (proxy.command === 'LOCAL') return 'LOCAL (HAProxy health check)'
  const words = [`PROXY v${proxy.version}`]
  const { tls } = proxy
  if (tls) {
    words.push(tls.used ? `ssl${tls.version === undefined ? '' : ` ${printable(tls.version)}`}` : 'no-tls')
    if (tls.used) words.push(tls.certificate ? (tls.verified ? 'cert-ok' : 'cert-not-verified') : 'no-cert')
    if (tls.cn !== undefined) words.push(`cn=${printable(tls.cn)}`)
  }
  return words.join(' ')
}

function mqttWords(mqtt: MqttFacts): string {
  const words: string[] = [mqtt.packet]
  if (mqtt.id !== undefined) words.push(`id=${printable(mqtt.id)}`)
  if (mqtt.version !== undefined) words.push(`v${mqtt.version}`)
  if (mqtt.username !== undefined) words.push(`user=${printable(mqtt.username)}`)
  return words.join(' ')
}
