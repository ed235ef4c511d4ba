import { attemptOn, carriers, headerForms, idOf, type ProbeAttemptOptions } from './forms.js'
import type { AttemptId, Carrier, Form, Observation, ProbeAttempt } from './types.js'

const on = (layer: Carrier, id: AttemptId, title: string, more: Partial<ProbeAttempt> = {}): ProbeAttempt => ({
  id,
  title,
  layer,
  mqtt: '3.1.1',
  ...more,
})
const mqtt = { alpn: ['mqtt'] }

/** What says nothing, or looks at TLS alone. */
export const special = {
  silence: on('tcp', 'silence', 'nothing', { silent: true }),
  'tls-no-alpn': on('tls', 'tls-no-alpn', 'TLS without ALPN, CONNECT'),
  'tls-silence': on('tls', 'tls-silence', 'TLS, then nothing', { ...mqtt, silent: true }),
  'tls-cert': on('tls', 'tls-cert', 'TLS with the given certificate, CONNECT', { ...mqtt, certificate: true }),
  'tls-old': on('tls', 'tls-old', 'TLS 1.0 or 1.1 only', {
    silent: true,
    oldTls: true,
    certificate: true,
  }),
  'tls-asks': on('tls', 'tls-asks', 'TLS 1.2 handshake, to see whether a certificate is asked for', {
    handshake: true,
  }),
} as const

/** What is tried on every listener that takes a connection; `silence` runs beside them. */
export function firstAttempts(options: ProbeAttemptOptions): readonly ProbeAttempt[] {
  const tcp = (['plain', 'plain-5', ...headerForms] as const).map((form) => attemptOn(form, 'tcp', options))
  const without = { ...options, certificate: false }
  return [...tcp, attemptOn('plain', 'tls', without), attemptOn('plain', 'ws', without)]
}

/**
 * What else is worth trying after what has been seen; empty: enough is known.
 * @param seen everything observed so far, in any order
 */
export function furtherAttempts(seen: readonly Observation[], options: ProbeAttemptOptions): readonly ProbeAttempt[] {
  const done = new Set(seen.map((one) => one.attempt))
  const wanted = [
    ...sessionAttempts(seen, options),
    ...tlsAttempts(seen, options),
    ...behindHeader(seen, options),
    ...bareAttempts(seen, options),
    ...carriers.flatMap((carrier) => carrierAttempts(seen, carrier, options)),
  ]
  return wanted.filter((one, index) => {
    return !done.has(one.id) && wanted.findIndex(({ id }) => id === one.id) === index
  })
}

/** The first attempt that was accepted, again: to look around, and with MQTT 5 where that is not in the table. */
function sessionAttempts(seen: readonly Observation[], options: ProbeAttemptOptions): ProbeAttempt[] {
  const accepted = (id: AttemptId) => seen.some((one) => one.attempt === id && one.outcome === 'accepted')
  const specials = (['tls-no-alpn', 'tls-cert'] as const).map((id) => special[id])
  const table = (['plain', 'v2', 'v1', 'v2-cert', 'v2-ssl-off'] as const).map((form) => form satisfies Form)
  const candidates = carriers.flatMap((carrier) => [
    ...table.map((form) => attemptOn(form, carrier, options)),
    ...(carrier === 'tls' ? specials : []),
  ])
  const model = candidates.find((one) => accepted(one.id))
  if (model === undefined) return []
  const session: ProbeAttempt = { ...model, id: 'session', title: `${model.title}, DISCONNECT`, session: true }
  const inTable = carriers.some((carrier) => idOf('plain', carrier) === model.id)
  return inTable ? [session] : [session, { ...model, id: 'again-5', title: `${model.title} 5.0`, mqtt: '5.0' }]
}

function tlsAttempts(seen: readonly Observation[], options: ProbeAttemptOptions): ProbeAttempt[] {
  const handshake = seen.find((one) => one.attempt === 'tls')
  if (handshake === undefined || !spokeTls(handshake)) return []
  return [
    special['tls-old'],
    ...(/application protocol/i.test(handshake.detail ?? '') ? [special['tls-no-alpn']] : []),
    ...(options.certificate ? [special['tls-cert']] : []),
    ...(isAnswer(handshake) ? [] : [special['tls-silence'], attemptOn('plain', 'wss', options)]),
    ...(handshake.tls === undefined ? [special['tls-asks']] : []),
  ]
}

/** Where nothing is answered on TCP: TLS or WebSocket behind a header. */
function behindHeader(seen: readonly Observation[], options: ProbeAttemptOptions): ProbeAttempt[] {
  const handshake = seen.find((one) => one.attempt === 'tls')
  if (handshake !== undefined && spokeTls(handshake)) return []
  // Whoever ends even a silent connection, or answers nothing at all, does not look at what is sent.
  const mute = seen.every((one) => one.outcome === 'timeout' || one.outcome === 'open')
  const turnsAway = seen.some(
    (one) => one.attempt === 'silence' && (one.outcome === 'closed' || one.outcome === 'reset'),
  )
  const plain = ['plain', 'plain-5', 'v1', 'v2', 'v2-ssl-off', 'v2-cert', 'ws'] as const
  if (turnsAway || mute || plain.some((id) => answered(seen, id))) return []
  const both = (carrier: Carrier) => (['v2', 'v1'] as const).map((form) => attemptOn(form, carrier, options))
  const secured = seen.some((one) => (one.attempt === 'v2-tls' || one.attempt === 'v1-tls') && spokeTls(one))
  const mqttOverTls = answered(seen, 'v2-tls') || answered(seen, 'v1-tls')
  // A strict listener reads its TLV before the WebSocket upgrade; a TLS handshake shows by itself.
  const strict = (['v2-cert', 'v2-ssl-off'] as const).map((form) => attemptOn(form, 'ws', options))
  return [...both('tls'), ...both('ws'), ...strict, ...(secured && !mqttOverTls ? both('wss') : [])]
}

/** TLS behind a header was answered with the given certificate: whether it is without one as well. */
function bareAttempts(seen: readonly Observation[], options: ProbeAttemptOptions): ProbeAttempt[] {
  const handshake = seen.find((one) => one.attempt === 'tls')
  if (!options.certificate || (handshake !== undefined && spokeTls(handshake))) return []
  const bare = (['tls', 'wss'] as const).flatMap((carrier) =>
    (['v2', 'v1'] as const)
      .filter((form) => answered(seen, idOf(form, carrier)))
      .map((form) => attemptOn(form, carrier, { ...options, certificate: false })),
  )
  return bare
    .slice(0, 1)
    .map((one) => ({ ...one, id: 'tls-bare', title: `${one.title} without the given certificate` }))
}

/** The rest of the table on a carrier that was found, and what follows from how headers were answered there. */
function carrierAttempts(seen: readonly Observation[], carrier: Carrier, options: ProbeAttemptOptions): ProbeAttempt[] {
  const on = (form: Form) => answered(seen, idOf(form, carrier))
  const direct = on('plain') || on('plain-5') || (carrier === 'tls' && directTls.some((id) => answered(seen, id)))
  const behind = headerForms.some(on) || (carrier === 'tls' && seen.some((one) => isBehindTls(one)))
  if (!direct && !behind) return []
  const rest = carrier === 'tcp' ? [] : ([...(direct ? (['plain-5'] as const) : []), ...headerForms] as const)
  const headed = (['v2', 'v2-ssl-off', 'v2-cert', 'v1'] as const).filter(on)
  const refused = headed.length > 0 && headed.every((form) => !accepted(seen, idOf(form, carrier)))
  const claims: readonly Form[] = refused ? ['loopback', 'private'] : []
  const forged: readonly Form[] = headed.length > 0 && options.spoof !== undefined ? ['v2-cn'] : []
  const version = headed[0] === 'v1' ? 1 : 2
  return [...rest, ...forged, ...claims].map((form) => attemptOn(form, carrier, options, version))
}

const directTls = ['tls-no-alpn', 'tls-cert'] as const

function isBehindTls(one: Observation): boolean {
  return (one.attempt === 'v2-tls' || one.attempt === 'v1-tls') && spokeTls(one) && one.tls !== undefined
}

function accepted(seen: readonly Observation[], id: AttemptId): boolean {
  return seen.some((one) => one.attempt === id && one.outcome === 'accepted')
}

/** Whether that attempt got as far as a CONNACK. */
export function answered(seen: readonly Observation[], id: AttemptId): boolean {
  return seen.some((one) => one.attempt === id && isAnswer(one))
}

/** MQTT answered: accepted, or refused in its own words. */
export function isAnswer(one: Observation): boolean {
  return one.outcome === 'accepted' || one.outcome === 'connack'
}

/** The other side speaks TLS: a handshake came through, or it was refused by an alert of a TLS server. */
export function spokeTls(one: Observation): boolean {
  if (one.tls !== undefined) return true
  return one.outcome === 'tls' && !answeredWithoutTls(one)
}

/** Something came back for a TLS handshake, and it was no TLS. */
export function answeredWithoutTls({ outcome, detail }: Pick<Observation, 'outcome' | 'detail'>): boolean {
  if (outcome !== 'tls') return false
  return /wrong version number|packet length too long|unexpected message|record layer|http request|unsupported protocol$/i.test(
    detail ?? '',
  )
}
