import type { Finding } from '../kernel/result.js'
import { answered, isAnswer } from './attempts.js'
import { ProbeFacts } from './facts.js'
import { evidenceOf, type FindingOptions, finding } from './finding.js'
import type { Observation, ProbeVerdict, TlsSeen } from './types.js'

const day = 24 * 60 * 60 * 1000

/** Certificates, versions of TLS, and MQTT without any. */
export function tlsFindings(verdict: ProbeVerdict, seen: readonly Observation[], options: FindingOptions): Finding[] {
  const { target, loopback } = options
  if (verdict.clientCertificate === undefined) {
    if (!speaksPlain(verdict) || loopback) return []
    const message = 'MQTT without TLS: passwords and messages can be read on the way'
    return [
      finding(target, 'MP-P406', 'MEDIUM', message, { fix: 'end TLS at HAProxy (scenario tls), or at the broker' }),
    ]
  }
  const found: Finding[] = []
  if (verdict.clientCertificate === 'not required') {
    const without = new ProbeFacts(seen).bare.filter(isAnswer).map((one) => one.attempt)
    found.push(
      finding(target, 'MP-P401', 'INFO', 'TLS without a client certificate is accepted', {
        evidence: evidenceOf(seen, ...without),
      }),
    )
  }
  if (verdict.clientCertificate === 'required') {
    found.push(finding(target, 'MP-P401', 'OK', 'a client certificate is required'))
    if (!seen.some((one) => one.attempt === 'tls-cert' || one.attempt === 'tls-bare')) {
      found.push(
        finding(
          target,
          'MP-P901',
          'WARN',
          'what lies behind the client certificate was not tested: give --cert and --key',
        ),
      )
    }
  }
  found.push(...certificateFindings(verdict.tls, options))
  const old = seen.find((one) => one.attempt === 'tls-old')
  // Without the certificate that it requires, a server ends the handshake of every version.
  const told = verdict.clientCertificate !== 'required' || answered(seen, 'tls-cert') || saysVersion(old)
  if (old?.tls !== undefined) {
    found.push(
      finding(target, 'MP-P404', 'HIGH', `${old.tls.version} is accepted`, {
        fix: 'ssl-min-ver TLSv1.2 on the bind line',
        evidence: evidenceOf(seen, 'tls-old'),
      }),
    )
  } else if (old !== undefined && told) found.push(finding(target, 'MP-P404', 'OK', 'TLS 1.0 and 1.1 are refused'))
  if (answered(seen, 'plain')) {
    found.push(
      finding(target, 'MP-P407', 'MEDIUM', 'the same port accepts plain text as well as TLS', {
        evidence: evidenceOf(seen, 'plain'),
      }),
    )
  }
  return found
}

function saysVersion(old: Observation | undefined): boolean {
  return /protocol version|unsupported protocol/i.test(old?.detail ?? '')
}

/** The dates, the name and the issuer of what the server showed. */
function certificateFindings(tls: TlsSeen | undefined, options: FindingOptions): Finding[] {
  const { target } = options
  const found: Finding[] = []
  const { certificate, untrusted, wrongName } = tls ?? {}
  if (certificate !== undefined) {
    const days = Math.floor((certificate.notAfter - options.now) / day)
    const until = new Date(certificate.notAfter).toISOString().slice(0, 10)
    if (days < 0)
      found.push(finding(target, 'MP-P402', 'HIGH', `the server certificate expired on ${until}`, { fix: 'renew it' }))
    else if (days < 21) {
      const severity = days < 7 ? 'HIGH' : 'MEDIUM'
      found.push(
        finding(target, 'MP-P402', severity, `the server certificate expires in ${days} days (${until})`, {
          fix: 'renew it',
        }),
      )
    } else found.push(finding(target, 'MP-P402', 'OK', `the server certificate is valid until ${until}`))
  }
  if (wrongName !== undefined) {
    found.push(
      finding(
        target,
        'MP-P403',
        'MEDIUM',
        'the server certificate is for another name: clients that verify refuse it',
        {
          fix: 'issue it with this name in its subject alternative names',
          evidence: [wrongName],
        },
      ),
    )
  }
  if (untrusted !== undefined) {
    const severity = options.trustGiven ? 'MEDIUM' : 'INFO'
    const against = options.trustGiven
      ? 'the given authorities'
      : "this system's authorities; give --cafile to judge it"
    found.push(
      finding(target, 'MP-P405', severity, `the server certificate is not trusted by ${against}`, {
        evidence: [untrusted],
      }),
    )
  }
  return found
}

/** Plain text on one port of a host whose other port speaks TLS: clients may take the wrong one. */
export function nextToTls(
  target: string,
  verdict: ProbeVerdict,
  others: readonly { readonly target: string; readonly verdict: ProbeVerdict }[],
): Finding[] {
  if (!speaksPlain(verdict)) return []
  const secured = others.filter((one) => ['tls', 'mtls', 'wss'].includes(one.verdict.kind))
  if (secured.length === 0) return []
  const message = `plain text next to TLS: ${secured.map((one) => one.target).join(', ')} speaks TLS, this port does not`
  return [finding(target, 'MP-P407', 'MEDIUM', message, { fix: 'bind the plain port to 127.0.0.1, or close it' })]
}

function speaksPlain({ kind }: ProbeVerdict): boolean {
  return ['plain', 'haproxy-frontend', 'ws'].includes(kind)
}
