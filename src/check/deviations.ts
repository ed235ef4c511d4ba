import type { CaseResult } from '../kernel/result.js'
import { older } from '../scenarios/support.js'

/** Where a broker is known not to do what a row asks for. It is shown as such, and fails the run once it is gone. */
export interface Deviation {
  readonly broker: 'mosquitto' | 'rabbitmq' | 'vernemq'
  /** First and last version it was measured on or is documented for; `until` absent: still so in the last one known. */
  readonly since: string
  readonly until?: string
  /** `scenario/case`; `*` stands for any scenario. */
  readonly cases: readonly string[]
  /** It shows only when an attempt is given less time than the broker takes; passing is no news then. */
  readonly slow?: true
  readonly what: string
  readonly evidence: string
}

export const deviations: readonly Deviation[] = [
  {
    broker: 'mosquitto',
    since: '2.1',
    until: '2.1.2',
    cases: ['proxy-tls/ssl-bit-zero'],
    what: 'proxy_protocol_v2_require_tls looks for the SSL TLV, not at its bit: a client without TLS is let in',
    evidence:
      'Mosquitto 2.1.2, v2 header with an SSL TLV of client = 0: CONNACK 0 (src/proxy_v2.c sets have_tls for every SSL TLV)',
  },
  {
    broker: 'mosquitto',
    since: '2.1',
    until: '2.1.2',
    cases: ['behaviour/check-mqtt-local'],
    what: 'LOCAL connections are closed, so an MQTT health check through a PROXY listener marks the server DOWN for good',
    evidence: 'Mosquitto 2.1.2 behind HAProxy 2.6 and 3.2 with tcp-check: DOWN; UP with pp2-never-send-local',
  },
  {
    broker: 'rabbitmq',
    since: '3.7',
    until: '3.10.8',
    cases: ['behaviour/check-mqtt-local'],
    what: 'LOCAL connections are closed, so an MQTT health check through a PROXY listener marks the server DOWN for good',
    evidence: 'RabbitMQ 3.10.8 behind HAProxy 3.2 with tcp-check: DOWN; UP with pp2-never-send-local',
  },
  {
    broker: 'rabbitmq',
    since: '3.7',
    cases: ['*/wrong-version'],
    what: 'versions 1 and 2 are told apart by themselves; one of them alone cannot be asked for',
    evidence: 'RabbitMQ 3.10.8 with mqtt.proxy_protocol: both headers get a CONNACK 0',
  },
  {
    broker: 'rabbitmq',
    since: '3.7',
    cases: ['*/no-ssl-tlv', '*/ssl-bit-zero', '*/certificate-not-sent', '*/certificate-not-verified'],
    what: 'the header has to be there, but what it says of TLS and certificates is not looked at',
    evidence: 'RabbitMQ 3.10.8: CONNACK 0 for v2 headers without TLS facts',
  },
  {
    broker: 'rabbitmq',
    since: '3.7',
    until: '3.12',
    cases: ['*/connect-5.0'],
    what: 'no MQTT 5.0 before 3.13',
    evidence: 'RabbitMQ 3.10.8: CONNACK 1 (unacceptable protocol version)',
  },
  {
    broker: 'rabbitmq',
    since: '3.7',
    cases: ['tcp', 'proxy', 'proxy-v1', 'chain', 'ip-acl'].map((id) => `${id}/header-through-haproxy`),
    slow: true,
    what: 'bytes that are not MQTT are not refused at once: it waits 10 s for a CONNECT, and closes then',
    evidence: 'RabbitMQ 3.10.8: no CONNACK, no end within 5 s; closed after 10.0 s',
  },
  {
    broker: 'rabbitmq',
    since: '3.7',
    until: '3.12',
    cases: ['*/publish-qos-2', 'behaviour/payload-1-mib'],
    what: 'QoS 2 is served as QoS 1 before 4.0',
    evidence: 'RabbitMQ 3.10.8: SUBACK grants QoS 1',
  },
]

/** The deviation that speaks of this case on this broker. */
export function deviationOf(caseId: string, broker: string, version: string): Deviation | undefined {
  const [, row = ''] = caseId.split('/')
  return deviations.find(
    (one) =>
      one.broker === broker &&
      !older(version, one.since) &&
      (one.until === undefined || !older(one.until, version)) &&
      one.cases.some((id) => id === caseId || id === `*/${row}`),
  )
}

/** A failure that is known becomes a deviation; a deviation that is gone becomes a failure. */
export function withDeviation(result: CaseResult, broker: string, version: string): CaseResult {
  const known = deviationOf(result.id.replace(/#\d+$/, ''), broker, version)
  if (known === undefined) return result
  const range = `${broker} ${known.since}${known.until === undefined ? ' and later' : ` to ${known.until}`}`
  if (result.status === 'failed') {
    const { likely: _, ...rest } = result
    return { ...rest, status: 'deviation', reason: `${known.what} (${range}: ${known.evidence})` }
  }
  if (result.status !== 'passed' || known.slow) return result
  return {
    ...result,
    status: 'failed',
    reason: `a known deviation of ${range} is gone: ${known.what}. Take it out of the list.`,
  }
}
