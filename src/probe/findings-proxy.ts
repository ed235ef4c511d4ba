import type { Finding } from '../kernel/result.js'
import { answered, evidenceOf, type FindingOptions, finding } from './finding.js'
import type { Observation, Verdict } from './types.js'

/** What the header lets a client pretend, and what it does to health checks. */
export function proxyFindings(verdict: Verdict, seen: readonly Observation[], options: FindingOptions): Finding[] {
  const { target, loopback } = options
  const { versions, local } = verdict.proxy
  if (versions.length === 0) return []
  const found: Finding[] = []
  const taken = (['v1', 'v2', 'v2-ssl-off', 'v2-cert'] as const).filter((id) => answered(seen, id))
  const evidence = evidenceOf(seen, ...taken)
  const where = loopback ? 'this machine' : 'here'
  const fix = 'bind the listener to 127.0.0.1 or a unix socket, or let a firewall pass HAProxy alone'
  if (verdict.relay === true && verdict.kind === 'proxy-required') {
    const message = 'a relay stands in front of this PROXY listener and adds no header: ordinary clients are refused'
    found.push(
      finding(target, 'MP-P601', 'HIGH', message, { fix: 'send-proxy-v2 on the server line of HAProxy', evidence }),
    )
  }
  if (verdict.kind === 'proxy-optional') {
    const message = `the PROXY header is optional: any client that reaches this port can pretend to be any address`
    found.push(finding(target, 'MP-P303', 'HIGH', message, { fix: `require the header, and ${fix}`, evidence }))
  } else {
    const message = `a PROXY header from ${where} is believed: whoever reaches this port can pretend to be any address${
      options.spoofed ? '' : ' and, where the CN is the username, any user'
    }`
    found.push(finding(target, 'MP-P301', 'HIGH', message, { fix, evidence }))
  }
  const forged = seen.find((one) => one.attempt === 'v2-cn')
  if (forged?.outcome === 'accepted') {
    const message = 'a forged certificate identity in the header was accepted: no certificate, no TLS, no password'
    found.push(finding(target, 'MP-P302', 'CRITICAL', message, { fix, evidence: evidenceOf(seen, 'v2-cn') }))
  }
  if (!options.spoofed && versions.includes(2)) {
    const message = 'whether a forged identity is believed was not tried; --spoof CN tries it'
    found.push(finding(target, 'MP-P901', 'WARN', message))
  }
  if (local === true) found.push(finding(target, 'MP-P304', 'OK', 'LOCAL, the header of health checks, is taken'))
  if (local === false) {
    const message =
      'LOCAL, the header of health checks, is refused: a check with a payload (tcp-check) marks the server down'
    found.push(
      finding(target, 'MP-P304', 'MEDIUM', message, {
        fix: 'pp2-never-send-local in global (HAProxy 2.2), or check another port, or version 1',
        evidence: evidenceOf(seen, 'v2-local'),
      }),
    )
  }
  if (!answered(seen, 'v2') && answered(seen, 'v2-ssl-off')) {
    const message = 'TLS is required, but only the SSL TLV is looked for: one that says "no TLS" is let in'
    found.push(
      finding(target, 'MP-P305', 'CRITICAL', message, {
        fix: 'require_certificate as well, or a backend of its own for TLS frontends',
        evidence: evidenceOf(seen, 'v2', 'v2-ssl-off'),
      }),
    )
  }
  if (answered(seen, 'v1')) {
    const strictV2 = versions.includes(2) && !answered(seen, 'v2')
    const message = strictV2
      ? 'version 2 headers must tell of TLS, but a version 1 header, which cannot, is let in'
      : 'version 1 headers are taken: they carry no TLS facts, so require_certificate and the like are not enforced here'
    found.push(
      finding(target, 'MP-P306', strictV2 ? 'CRITICAL' : 'LOW', message, {
        fix: 'take version 2 only where TLS facts matter',
        evidence: evidenceOf(seen, 'v1'),
      }),
    )
  }
  return found
}
