import type { Finding } from '../kernel/result.js'
import { type FindingOptions, finding, rank } from './finding.js'
import { mqttFindings } from './findings-mqtt.js'
import { proxyFindings } from './findings-proxy.js'
import { tlsFindings } from './findings-tls.js'
import type { Observation, ProbeVerdict } from './types.js'

/** What is worth telling about one target; the worst first. */
export function findingsOf(
  verdict: ProbeVerdict,
  seen: readonly Observation[],
  options: FindingOptions,
): readonly Finding[] {
  const found = [
    ...unclear(verdict, options),
    ...proxyFindings(verdict, seen, options),
    ...tlsFindings(verdict, seen, options),
    ...mqttFindings(verdict, seen, options),
  ]
  return found.sort((a, b) => rank(b.severity) - rank(a.severity))
}

function unclear({ kind, text }: ProbeVerdict, { target }: FindingOptions): Finding[] {
  if (kind === 'no-backend') {
    return [
      finding(target, 'MP-P102', 'HIGH', text, { fix: 'look at default_backend and at the state of its servers' }),
    ]
  }
  if (kind !== 'unknown' && kind !== 'silent') return []
  return [finding(target, 'MP-P101', 'WARN', `could not be determined: ${text}`)]
}
