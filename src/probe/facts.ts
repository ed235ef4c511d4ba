import { connackText } from '../explain/reason-codes.js'
import { isAnswer, spokeTls } from './attempts.js'
import { carriers, idOf } from './forms.js'
import type { AttemptId, Carrier, Form, Observation, ProbeVerdict, ProxySeen } from './types.js'

/** The observations, asked in the words of the classifier. */
export class ProbeFacts {
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

  /** Over all carriers. */
  get proxy(): ProxySeen {
    const read = carriers.map((carrier) => this.proxyOn(carrier)).filter((one) => one.versions.length > 0)
    const locals = read.flatMap(({ local }) => local ?? [])
    return {
      required: read.length > 0 && read.every((one) => one.required),
      versions: ([1, 2] as const).filter((version) => read.some(({ versions }) => versions.includes(version))),
      local: locals.length === 0 ? undefined : locals.every(Boolean),
    }
  }

  proxyOn(carrier: Carrier): ProxySeen {
    const on = (...forms: Form[]) => this.answered(...forms.map((form) => idOf(form, carrier)))
    const v1 = on('v1')
    const v2 = on('v2', 'v2-ssl-off', 'v2-cert', 'v2-cn')
    const versions = [...(v1 ? [1 as const] : []), ...(v2 ? [2 as const] : [])]
    return {
      required: versions.length > 0 && !on('plain', 'plain-5'),
      versions,
      local: v2 ? on('v2-local') : undefined,
    }
  }

  /** TLS behind a header. */
  get innerTls(): Observation | undefined {
    return this.find('v2-tls', 'v1-tls').find((one) => one.tls !== undefined)
  }

  get relay(): boolean | undefined {
    return this.get('session')?.session?.halfOpen
  }

  get tls(): Observation | undefined {
    const tries = this.find('tls', 'tls-no-alpn', 'tls-cert', 'tls-silence').filter(spokeTls)
    return tries.find((one) => one.tls !== undefined) ?? tries[0]
  }

  get clientCertificate(): ProbeVerdict['clientCertificate'] {
    if (this.tls === undefined && !this.find('v2-tls', 'v1-tls').some(spokeTls)) return undefined
    if (this.bare.some(isAnswer)) return 'not required'
    if (this.#certificateAlert !== undefined) return 'required'
    const answeredWithOne = this.answered('tls-cert') || this.get('tls-bare') !== undefined
    return answeredWithOne || this.get('tls-asks')?.outcome === 'asked' ? 'required' : 'unknown'
  }

  /** TLS with MQTT in it where no client certificate was shown. */
  get bare(): Observation[] {
    if (this.tls !== undefined) return this.find('tls', 'tls-no-alpn', 'wss')
    const bare = this.find('tls-bare')
    return bare.length > 0 ? bare : this.find('v2-tls', 'v1-tls', 'v2-wss', 'v1-wss')
  }

  get #certificateAlert(): Observation | undefined {
    return [...this.bare, ...this.find('tls-silence')].find((one) => /certificate required/i.test(one.detail ?? ''))
  }

  certificateEvidence(): string {
    const alert = this.#certificateAlert
    if (alert === undefined && this.get('tls-asks')?.outcome === 'asked') {
      return 'the server asks for a certificate, and ends the handshake when there is none'
    }
    if (alert === undefined) return 'with the given certificate CONNECT was answered, without it not'
    return `${alert.tls === undefined ? 'the handshake' : 'after a handshake that looked fine, the connection'} ended with the alert "${alert.detail}"`
  }

  get mqtt(): ProbeVerdict['mqtt'] {
    const forms = ['v1', 'v2', 'v2-cert', 'v2-ssl-off', 'plain'] as const
    const ids = carriers.flatMap((carrier) => forms.map((form) => idOf(form, carrier)))
    const old = this.find(...ids, 'tls-no-alpn', 'tls-cert').some(speaksIt)
    const five = this.find(...fives).some(speaksIt)
    return [...(old ? ['3.1.1' as const] : []), ...(five ? ['5.0' as const] : [])]
  }

  get says(): ProbeVerdict['says'] {
    return {
      version: this.get('session')?.session?.version,
      properties: this.find(...fives).find((one) => one.properties)?.properties ?? {},
    }
  }
}

/** Answered, and not with "unacceptable protocol version" of MQTT 3.1.1 or its counterpart of 5.0. */
function speaksIt(one: Observation): boolean {
  return isAnswer(one) && one.connack !== 1 && one.connack !== 132
}

const fives: readonly AttemptId[] = [...carriers.map((carrier) => idOf('plain-5', carrier)), 'again-5']
