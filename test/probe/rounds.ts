import type { FindingOptions } from '../../src/probe/finding.js'
import type { AttemptId, Observation, TlsSeen } from '../../src/probe/types.js'
import { firstRound, saw, tls13 } from './observations.js'

/** What was seen of one listener, and what is known beside it. */
export interface Seen {
  readonly seen: readonly Observation[]
  readonly options?: Partial<FindingOptions>
}

/** The first round with some of its observations replaced, and others added. */
export function round(...others: readonly Observation[]): Observation[] {
  const ids = new Set(others.map((one) => one.attempt))
  return [...firstRound().filter((one) => !ids.has(one.attempt)), ...others]
}

/** Refused in MQTT's words. */
export const refused = (attempt: AttemptId, connack: number) => saw(attempt, 'connack', { connack })

const day = 24 * 60 * 60 * 1000
/** 2026-03-01. */
export const now = Date.UTC(2026, 2, 1)
export const certified = (more: Partial<TlsSeen> & { readonly days?: number } = {}): TlsSeen => {
  const { days = 90, ...rest } = more
  const names = ['mqtt.example']
  return {
    ...tls13,
    certificate: { subject: 'CN=mqtt.example', issuer: 'CN=Test CA', names, notAfter: now + days * day },
    ...rest,
  }
}
export const overTls = (...others: readonly Observation[]) =>
  round(saw('tls', 'accepted', { tls: certified() }), saw('tls-old', 'tls', { detail: 'protocol version' }), ...others)
export const old: TlsSeen = { ...tls13, version: 'TLSv1', cipher: 'ECDHE-RSA-AES128-SHA' }
export const reach = { loopback: false, reachable: undefined }
