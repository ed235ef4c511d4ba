import { connackText } from '../explain/reason-codes.js'
import { printable } from '../kernel/printable.js'
import type { Finding, ProbeSeverity } from '../kernel/result.js'
import type { ProbeCode } from './finding-codes.js'
import type { AttemptId, Observation } from './types.js'

export interface FindingOptions {
  /** `host:port`, as the target is shown. */
  readonly target: string
  readonly loopback: boolean
  /** A target on loopback: whether the system says that it listens elsewhere too; `undefined`: it does not say. */
  readonly reachable: boolean | undefined
  readonly spoofed: boolean
  /** A CA file was given, so that trust can be judged. */
  readonly trustGiven: boolean
  readonly usernameGiven: boolean
  /** The silent connection was watched for as long as was asked for. */
  readonly silenceAskedMs: number | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

const severities = ['OK', 'INFO', 'WARN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const satisfies ProbeSeverity[]

const severityNames: readonly string[] = severities

/** How bad, from 0; `WARN` (could not be tested) counts less than any real finding. */
export function rank(severity: Finding['severity']): number {
  return severityNames.indexOf(severity)
}

export function finding(
  target: string,
  code: ProbeCode,
  severity: ProbeSeverity,
  message: string,
  more: { readonly fix?: string; readonly evidence?: readonly string[] } = {},
): Finding {
  return {
    code,
    severity,
    message: printable(message),
    at: { file: target },
    ref: `docs/findings.md#${code.toLowerCase()}`,
    ...(more.fix !== undefined && { fix: { text: more.fix } }),
    ...(more.evidence && { evidence: more.evidence.map(printable) }),
  }
}

/** `v2: sent 0d0a…, CONNACK 0 after 0.4 ms`: what went out, what came back, when. */
export function evidenceOf(seen: readonly Observation[], ...ids: AttemptId[]): string[] {
  return ids.flatMap((id) => {
    const one = seen.find(({ attempt }) => attempt === id)
    if (one === undefined) return []
    const sent = one.header === undefined ? '' : ` sent ${one.header.slice(0, 120)} + CONNECT,`
    const back = one.connack === undefined ? one.outcome : connackText(one.connack)
    const bytes = one.received === undefined ? '' : ` (${one.received.length} bytes came back)`
    return [`${id}:${sent} ${back} after ${one.ms.toFixed(1)} ms${bytes}${one.detail ? `: ${one.detail}` : ''}`]
  })
}
