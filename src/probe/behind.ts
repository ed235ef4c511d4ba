import { connackText } from '../explain/reason-codes.js'
import { isBadRequest } from '../kernel/http-answer.js'
import { mismatchWords, type ObservableMismatch } from '../kernel/mismatch-words.js'
import type { Finding } from '../kernel/result.js'
import { answered, isAnswer } from './attempts.js'
import { evidenceOf, finding } from './finding.js'
import { hypotheses } from './hypotheses.js'
import type { Observation, ProbeVerdict } from './types.js'

/** One side of a pair: the frontend that clients reach, or the broker's listener behind it. */
export interface ProbedSide {
  readonly target: string
  readonly verdict: ProbeVerdict
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
export function compare(frontend: ProbedSide, broker: ProbedSide): Through {
  const { kind } = frontend.verdict
  const proxy = broker.verdict.proxy
  const refused = credentials(frontend)
  const served = serves.includes(kind) || (kind === 'mtls' && frontend.seen.some((one) => one.outcome === 'accepted'))
  if (!proxy.required && !broker.seen.some(isAnswer)) {
    const text = 'the broker did not answer by itself, so there is nothing to compare'
    return { text, findings: [finding(broker.target, 'MP-P901', 'WARN', text)] }
  }
  if (served && refused === undefined) {
    const text = proxy.required
      ? `the frontend adds its own PROXY header (${proxy.versions.map((one) => `v${one}`).join(' or ')}) and the broker reads it`
      : 'the frontend passes clients on, and the broker wants no PROXY header'
    return { text, findings: [finding(frontend.target, 'MP-P601', 'OK', text)] }
  }
  if (answeredInHttp(frontend)) return told(frontend, broker, ['mode-http'])
  if (refused !== undefined && cnWanted(broker)) return told(frontend, broker, ['cn-not-sent'])
  if (served || refused !== undefined) {
    const text = `the frontend is answered with ${connackText(refused)}`
    return { text, findings: [] }
  }
  if (wantsHeader.includes(kind)) {
    // The broker may be what reads the header of the client: HAProxy puts none in front of it.
    if (mayReadItself(frontend.verdict, broker.verdict)) return told(frontend, broker, ['header-not-sent'])
    if (frontend.seen.some(isAnswer)) {
      const text = `the frontend reads a PROXY header of what is in front of it, and ${proxy.required ? 'adds its own for the broker' : 'the broker wants none'}`
      return { text, findings: [finding(frontend.target, 'MP-P601', 'OK', text)] }
    }
  }
  const answers = ['plain', 'haproxy-frontend'].includes(broker.verdict.kind)
  return told(frontend, broker, proxy.required || answers ? guilty(broker) : [])
}

const wantsHeader = ['proxy-required', 'accept-proxy', 'proxy-tls', 'proxy-ws']

/** Whether a header that gets an answer through the frontend can be the one that the broker reads. */
function mayReadItself(frontend: ProbeVerdict, { kind, proxy }: ProbeVerdict): boolean {
  const layered = frontend.kind === 'proxy-tls' || frontend.kind === 'proxy-ws'
  if (!proxy.required || (layered && kind !== frontend.kind)) return false
  return frontend.proxy.versions.every((one) => proxy.versions.includes(one))
}

/** What the model finds between this listener and the server lines that HAProxy may have. */
function guilty(broker: ProbedSide): readonly ObservableMismatch[] {
  const { proxy } = broker.verdict
  return hypotheses({
    versions: proxy.required ? proxy.versions : [],
    tlsFacts: proxy.required && proxy.versions.includes(2) && !answered(broker.seen, 'v2'),
    cn: false,
  })
}

/** Mode http answers a CONNECT with "400 Bad request". */
function answeredInHttp({ seen }: ProbedSide): boolean {
  return seen.some(({ received }) => received !== undefined && isBadRequest(received))
}

const codes: Partial<Readonly<Record<ObservableMismatch, Parameters<typeof finding>[1]>>> = {
  'header-not-sent': 'MP-P601',
  'header-not-read': 'MP-P602',
  'header-version': 'MP-P603',
  'tls-facts-not-sent': 'MP-P604',
  'cn-not-sent': 'MP-P605',
}

/** @param kinds most likely first; none: nothing but that nobody gets through */
function told(frontend: ProbedSide, broker: ProbedSide, kinds: readonly ObservableMismatch[]): Through {
  const [first, ...others] = kinds
  const evidence = evidenceOf(frontend.seen, 'plain', 'v1', 'v2', 'tls', 'silence')
  if (first === undefined) {
    const text = `the broker answers (${broker.verdict.text}), the frontend does not (${frontend.verdict.text}): ${mismatchWords['no-route'].what}, or ${mismatchWords['servers-disabled'].what}`
    const fix = `${mismatchWords['no-route'].remedy}; ${mismatchWords.nowhere.remedy}`
    return { text, findings: [finding(frontend.target, 'MP-P607', 'HIGH', text, { fix, evidence })] }
  }
  const wants = broker.verdict.proxy.versions.map((one) => `version ${one}`).join(' or ')
  const reads = broker.verdict.proxy.required ? ` (it reads ${wants})` : ''
  const or = others.map((one) => `; or ${mismatchWords[one].what}`).join('')
  const text = `${mismatchWords[first].what}${first === 'mode-http' ? '' : reads}${or}`
  const fix = mismatchWords[first].remedy
  return { text, findings: [finding(frontend.target, codes[first] ?? 'MP-P607', 'HIGH', text, { fix, evidence })] }
}

/** The CONNACK code with which the frontend refuses everybody for want of credentials. */
function credentials({ seen }: ProbedSide): number | undefined {
  if (seen.some((one) => one.outcome === 'accepted')) return undefined
  return seen.find((one) => one.outcome === 'connack' && [4, 5, 134, 135].includes(one.connack ?? 0))?.connack
}

/** Without a name in the header the broker refuses by CONNACK, with no header at all it does not answer. */
function cnWanted({ seen }: ProbedSide): boolean {
  const bare = seen.find((one) => one.attempt === 'v2-cert')
  return bare?.outcome === 'connack' && [4, 134].includes(bare.connack ?? 0)
}
