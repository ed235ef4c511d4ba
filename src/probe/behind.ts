import { connackText } from '../explain/reason-codes.js'
import type { Finding } from '../kernel/result.js'
import { evidenceOf, finding } from './finding.js'
import type { Observation, Verdict } from './types.js'

/** One side of a pair: the frontend that clients reach, or the broker's listener behind it. */
export interface Side {
  readonly target: string
  readonly verdict: Verdict
  readonly seen: readonly Observation[]
}

/** What the comparison of frontend and broker shows; none of it is seen by a health check. */
export interface Through {
  readonly text: string
  readonly findings: readonly Finding[]
}

const serves = ['plain', 'haproxy-frontend', 'tls', 'ws', 'wss']

/**
 * Whether frontend and broker fit, from what each answered on its own. The frontend's own sending is inferred: a broker
 * that needs a header and a frontend that is answered without one mean that the frontend adds it.
 */
export function compare(frontend: Side, broker: Side): Through {
  const { kind } = frontend.verdict
  const proxy = broker.verdict.proxy
  const wants = proxy.versions.map((one) => `v${one}`).join(' or ')
  const refused = credentials(frontend)
  const served = serves.includes(kind) || (kind === 'mtls' && frontend.seen.some((one) => one.outcome === 'accepted'))
  if (served && refused === undefined) {
    const text = proxy.required
      ? `the frontend adds its own PROXY header (${wants}) and the broker reads it`
      : 'the frontend passes clients on, and the broker wants no PROXY header'
    return { text, findings: [finding(frontend.target, 'MP-P601', 'OK', text)] }
  }
  if (['closed', 'filtered', 'unreachable', 'unknown'].includes(broker.verdict.kind) && !proxy.required) {
    const text = 'the broker did not answer by itself, so there is nothing to compare'
    return { text, findings: [finding(broker.target, 'MP-P901', 'WARN', text)] }
  }
  if (refused !== undefined && cnWanted(broker)) {
    return told(
      frontend,
      'MP-P605',
      'the broker takes the username from the CN, and the frontend does not send it',
      'send-proxy-v2-ssl-cn on the server line, verify required on the bind line',
    )
  }
  if (served || refused !== undefined) {
    const text = `the frontend is answered with ${connackText(refused)}`
    return { text, findings: [] }
  }
  if (kind === 'proxy-required' || kind === 'accept-proxy') {
    return told(
      frontend,
      'MP-P601',
      `the broker wants a PROXY header (${wants}), and the frontend passes on what clients send: HAProxy adds none`,
      'send-proxy-v2 on the server line',
    )
  }
  if (proxy.required) return mismatch(frontend, broker, wants)
  if (broker.verdict.kind === 'plain' || broker.verdict.kind === 'haproxy-frontend') {
    return told(
      frontend,
      'MP-P602',
      'the broker answers without a PROXY header, but not through the frontend: HAProxy most likely sends a header that this listener does not read',
      'enable_proxy_protocol 2 at the listener, or no send-proxy on the server line',
    )
  }
  return told(
    frontend,
    'MP-P607',
    `the broker answers (${broker.verdict.text}), the frontend does not (${frontend.verdict.text})`,
    'look at default_backend and at the address of the server line',
  )
}

function mismatch(frontend: Side, broker: Side, wants: string): Through {
  const answered = (id: Observation['attempt']) =>
    broker.seen.some((one) => one.attempt === id && (one.outcome === 'accepted' || one.outcome === 'connack'))
  if (broker.verdict.proxy.versions.includes(2) && !answered('v2')) {
    return told(
      frontend,
      'MP-P604',
      'the broker lets in only clients whose header tells of TLS, and nobody gets through the frontend: the TLS facts are not sent',
      'send-proxy-v2-ssl on the server line, ssl on the bind line',
    )
  }
  if (broker.verdict.proxy.versions.length === 1) {
    const other = wants === 'v1' ? 'v2' : 'v1'
    return told(
      frontend,
      'MP-P603',
      `the broker reads ${wants} only, and nobody gets through the frontend: it most likely sends ${other}, or none`,
      wants === 'v1' ? 'send-proxy on the server line' : 'send-proxy-v2 on the server line',
    )
  }
  return told(
    frontend,
    'MP-P601',
    `the broker wants a PROXY header (${wants}), and nobody gets through the frontend: HAProxy most likely adds none, or has no working backend`,
    'send-proxy-v2 on the server line; look at default_backend',
  )
}

function told(frontend: Side, code: Parameters<typeof finding>[1], text: string, fix: string): Through {
  const evidence = evidenceOf(frontend.seen, 'plain', 'v1', 'v2', 'tls', 'silence')
  return { text, findings: [finding(frontend.target, code, 'HIGH', text, { fix, evidence })] }
}

/** The CONNACK code with which the frontend refuses everybody for want of credentials. */
function credentials({ seen }: Side): number | undefined {
  if (seen.some((one) => one.outcome === 'accepted')) return undefined
  return seen.find((one) => one.outcome === 'connack' && [4, 5, 134, 135].includes(one.connack ?? 0))?.connack
}

/** Without a name in the header the broker refuses by CONNACK, with no header at all it does not answer. */
function cnWanted({ seen }: Side): boolean {
  const bare = seen.find((one) => one.attempt === 'v2-cert')
  return bare?.outcome === 'connack' && [4, 134].includes(bare.connack ?? 0)
}
