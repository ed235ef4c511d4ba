import type { AttemptId, Observation, TlsSeen } from '../../src/probe/types.js'

const header: Partial<Record<AttemptId, string>> = { v1: '50524f5859', v2: '0d0a0d0a' }

/** An observation with nothing in it but its outcome. */
export function saw(
  attempt: AttemptId,
  outcome: Observation['outcome'],
  more: Partial<Omit<Observation, 'attempt' | 'outcome'>> = {},
): Observation {
  return {
    attempt,
    outcome,
    stage: 'mqtt',
    connack: outcome === 'accepted' ? 0 : undefined,
    properties: undefined,
    ms: 1,
    detail: undefined,
    received: undefined,
    tls: undefined,
    header: header[attempt],
    session: undefined,
    ...more,
  }
}

export const tls13: TlsSeen = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  certificate: undefined,
  untrusted: undefined,
  wrongName: undefined,
}

/** The first round of a listener: those named are accepted, all others closed, silence stays open. */
export function firstRound(...accepted: AttemptId[]): Observation[] {
  const ids: AttemptId[] = ['plain', 'plain-5', 'v1', 'v2', 'v2-local', 'v2-ssl-off', 'v2-cert']
  return [
    saw('silence', 'open'),
    ...ids.map((id) => saw(id, accepted.includes(id) ? 'accepted' : 'closed')),
    saw('tls', 'tls', { stage: 'tls', detail: 'wrong version number' }),
    saw('ws', 'closed', { stage: 'websocket' }),
  ]
}

export function session(
  halfOpen: boolean | undefined,
  more: Partial<Observation['session'] & object> = {},
): Observation {
  return saw('session', 'accepted', { session: { version: undefined, cutAfterMs: undefined, halfOpen, ...more } })
}
