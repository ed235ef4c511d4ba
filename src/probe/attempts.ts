import type { HeaderSpec } from '../proxy-header/types.js'
import type { Attempt, AttemptId, Observation } from './types.js'

export interface AttemptOptions {
  /** The client address that headers claim. */
  readonly source: { readonly address: string; readonly port: number }
  readonly destination: { readonly address: string; readonly port: number }
  /** Claim an identity too. */
  readonly spoof: string | undefined
  /** A client certificate was given. */
  readonly certificate: boolean
}

/** All that a probe can try, by name: pure data. Each runs on a connection of its own. */
export function attemptTable(
  options: AttemptOptions,
): Readonly<Record<Exclude<AttemptId, 'session' | 'again-5'>, Attempt>> {
  const { source, destination } = options
  const v1: HeaderSpec = { version: 1, source, destination }
  const v2: HeaderSpec = { version: 2, source, destination }
  const tcp = (id: AttemptId, title: string, header?: HeaderSpec): Attempt => ({
    id,
    title,
    layer: 'tcp',
    mqtt: '3.1.1',
    ...(header && { header }),
  })
  const on = (layer: Attempt['layer'], id: AttemptId, title: string, more: Partial<Attempt> = {}): Attempt => ({
    id,
    title,
    layer,
    mqtt: '3.1.1',
    ...more,
  })
  const mqtt = { alpn: ['mqtt'] }
  return {
    silence: { ...tcp('silence', 'nothing'), silent: true },
    plain: tcp('plain', 'CONNECT 3.1.1'),
    'plain-5': { ...tcp('plain-5', 'CONNECT 5.0'), mqtt: '5.0' },
    v1: tcp('v1', 'v1 header, CONNECT', v1),
    v2: tcp('v2', 'v2 header, CONNECT', v2),
    'v2-local': tcp('v2-local', 'v2 LOCAL, CONNECT', { version: 2, command: 'LOCAL' }),
    'v2-ssl-off': tcp('v2-ssl-off', 'v2 header with an SSL TLV that says "no TLS", CONNECT', {
      ...v2,
      ssl: { client: 0 },
    }),
    'v2-cert': tcp('v2-cert', 'v2 header that says "TLS, verified certificate", without a name, CONNECT', {
      ...v2,
      ssl: { client: 7, verify: 0, version: 'TLSv1.3' },
    }),
    'v2-cn': tcp('v2-cn', `v2 header with a forged identity (CN=${options.spoof ?? ''}), CONNECT`, {
      ...v2,
      ssl: { client: 7, verify: 0, version: 'TLSv1.3', cn: options.spoof ?? '' },
    }),
    tls: on('tls', 'tls', 'TLS without certificate, CONNECT', mqtt),
    'tls-no-alpn': on('tls', 'tls-no-alpn', 'TLS without ALPN, CONNECT'),
    'tls-silence': on('tls', 'tls-silence', 'TLS, then nothing', { ...mqtt, silent: true }),
    'tls-cert': on('tls', 'tls-cert', 'TLS with the given certificate, CONNECT', { ...mqtt, certificate: true }),
    'tls-old': on('tls', 'tls-old', 'TLS 1.0 or 1.1 only', { silent: true, oldTls: true }),
    'tls-asks': on('tls', 'tls-asks', 'TLS 1.2 handshake, to see whether a certificate is asked for', {
      handshake: true,
    }),
    ws: on('ws', 'ws', 'WebSocket upgrade, CONNECT'),
    wss: on('wss', 'wss', 'WebSocket upgrade over TLS, CONNECT'),
    'v1-tls': on('tls', 'v1-tls', 'v1 header, TLS, CONNECT', { header: v1 }),
    'v2-tls': on('tls', 'v2-tls', 'v2 header, TLS, CONNECT', { header: v2 }),
    'v1-ws': on('ws', 'v1-ws', 'v1 header, WebSocket upgrade, CONNECT', { header: v1 }),
    'v2-ws': on('ws', 'v2-ws', 'v2 header, WebSocket upgrade, CONNECT', { header: v2 }),
  }
}

/** What is tried on every listener that takes a connection; `silence` runs beside them. */
export const firstAttempts = ['plain', 'plain-5', 'v1', 'v2', 'v2-local', 'v2-ssl-off', 'v2-cert', 'tls', 'ws'] as const

/**
 * What else is worth trying after what has been seen; empty: enough is known.
 * @param seen everything observed so far, in any order
 */
export function furtherAttempts(seen: readonly Observation[], options: AttemptOptions): readonly Attempt[] {
  const table = attemptTable(options)
  const done = new Set(seen.map((one) => one.attempt))
  const answered = (id: AttemptId) => seen.some((one) => one.attempt === id && isAnswer(one))
  const accepted = (id: AttemptId) => seen.some((one) => one.attempt === id && one.outcome === 'accepted')
  const wanted: Attempt[] = []
  const want = (...ids: Exclude<AttemptId, 'session' | 'again-5'>[]) => wanted.push(...ids.map((id) => table[id]))

  const model = (['plain', 'v2', 'v1', 'v2-cert', 'v2-ssl-off', 'tls', 'tls-no-alpn', 'tls-cert'] as const).find(
    accepted,
  )
  if (model !== undefined) {
    const title = table[model].title.replace('CONNECT 3.1.1', 'CONNECT')
    wanted.push({ ...table[model], id: 'session', title: `${title}, DISCONNECT`, session: true })
    if (model !== 'plain') wanted.push({ ...table[model], id: 'again-5', title: `${title} 5.0`, mqtt: '5.0' })
  }

  // Whoever ends even a silent connection, or answers nothing at all, does not look at what is sent.
  const mute = seen.every((one) => one.outcome === 'timeout' || one.outcome === 'open')
  const turnsAway = seen.some(
    (one) => one.attempt === 'silence' && (one.outcome === 'closed' || one.outcome === 'reset'),
  )
  const header = (['v1', 'v2', 'v2-ssl-off', 'v2-cert'] as const).some(answered)
  if (header && options.spoof !== undefined) want('v2-cn')

  const handshake = seen.find((one) => one.attempt === 'tls')
  if (handshake !== undefined && spokeTls(handshake)) {
    want('tls-old')
    if (/application protocol/i.test(handshake.detail ?? '')) want('tls-no-alpn')
    if (options.certificate) want('tls-cert')
    if (!isAnswer(handshake)) want('tls-silence', 'wss')
    if (handshake.tls === undefined) want('tls-asks')
  } else if (!turnsAway && !mute && !header && !(['plain', 'plain-5', 'ws'] as const).some(answered)) {
    want('v2-tls', 'v1-tls', 'v2-ws', 'v1-ws')
  }
  return wanted.filter((one) => !done.has(one.id))
}

/** MQTT answered: accepted, or refused in its own words. */
export function isAnswer(one: Observation): boolean {
  return one.outcome === 'accepted' || one.outcome === 'connack'
}

/** The other side speaks TLS: a handshake came through, or it was refused by an alert of a TLS server. */
export function spokeTls(one: Observation): boolean {
  if (one.tls !== undefined) return true
  if (one.outcome !== 'tls') return false
  return !/wrong version number|packet length too long|unexpected message|record layer|http request|unsupported protocol$/i.test(
    one.detail ?? '',
  )
}
