import { connackText } from '../explain/reason-codes.js'
import { isAnswer, spokeTls } from './attempts.js'
import type { AttemptId, Observation, ProxySeen, Verdict } from './types.js'

/** The observations, asked in the words of the classifier. */
export class Facts {
  readonly #by: ReadonlyMap<AttemptId, Observation>

  constructor(readonly all: readonly Observation[]) {
    this.#by = new Map(all.map((one) => [one.attempt, one]))
  }

  get(id: AttemptId): Observation | undefined {
    return this.#by.get(id)
  }

  find(...ids: AttemptId[]): Observation[] {
    return ids.flatMap((id) => this.#by.get(id) ?? [])
  }

  answered(...ids: AttemptId[]): boolean {
    return this.find(...ids).some(isAnswer)
  }

  headersTaken(): string[] {
    const ids = ['v1', 'v2', 'v2-local', 'v2-ssl-off', 'v2-cert', 'v2-cn'] as const
    return this.find(...ids)
      .filter(isAnswer)
      .map((one) => `${one.attempt}: ${connackText(one.connack)}`)
  }

  get proxy(): ProxySeen {
    const v1 = this.answered('v1')
    const v2 = this.answered('v2', 'v2-ssl-off', 'v2-cert', 'v2-cn')
    const versions = [...(v1 ? [1 as const] : []), ...(v2 ? [2 as const] : [])]
    return {
      required: versions.length > 0 && !this.answered('plain', 'plain-5'),
      versions,
      local: v2 ? this.answered('v2-local') : undefined,
    }
  }

  get relay(): boolean | undefined {
    return this.get('session')?.session?.halfOpen
  }

  get tls(): Observation | undefined {
    const tries = this.find('tls', 'tls-no-alpn', 'tls-cert', 'tls-silence').filter(spokeTls)
    return tries.find((one) => one.tls !== undefined) ?? tries[0]
  }

  get clientCertificate(): Verdict['clientCertificate'] {
    if (this.tls === undefined) return undefined
    if (this.answered('tls', 'tls-no-alpn', 'wss')) return 'not required'
    const tries = this.find('tls', 'tls-no-alpn', 'tls-silence', 'wss')
    if (tries.some((one) => /certificate required/i.test(one.detail ?? ''))) return 'required'
    if (this.answered('tls-cert') || this.get('tls-asks')?.outcome === 'asked') return 'required'
    return 'unknown'
  }

  certificateEvidence(): string {
    const alert = this.find('tls', 'tls-no-alpn', 'tls-silence', 'wss').find((one) =>
      /certificate required/i.test(one.detail ?? ''),
    )
    if (alert === undefined && this.get('tls-asks')?.outcome === 'asked') {
      return 'the server asks for a certificate, and ends the handshake when there is none'
    }
    if (alert === undefined) return 'with the given certificate CONNECT was answered, without it not'
    return `${alert.tls === undefined ? 'the handshake' : 'after a handshake that looked fine, the connection'} ended with the alert "${alert.detail}"`
  }

  get mqtt(): Verdict['mqtt'] {
    const ids = ['v1', 'v2', 'v2-cert', 'v2-ssl-off', 'plain', 'tls', 'tls-no-alpn', 'tls-cert', 'ws', 'wss'] as const
    const old = this.find(...ids, 'v2-ws', 'v1-ws').some(isAnswer)
    const five = this.find('plain-5', 'again-5').some(
      (one) => isAnswer(one) && one.connack !== 1 && one.connack !== 132,
    )
    return [...(old ? ['3.1.1' as const] : []), ...(five ? ['5.0' as const] : [])]
  }

  get says(): Verdict['says'] {
    return {
      version: this.get('session')?.session?.version,
      properties: this.find('plain-5', 'again-5').find((one) => one.properties)?.properties ?? {},
    }
  }
}
