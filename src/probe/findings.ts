import type { Finding, ProbeSeverity } from '../result.js'
import { isAnswer } from './attempts.js'
import type { ProbeCode } from './finding-codes.js'
import type { AttemptId, Observation, Verdict } from './types.js'

export interface FindingOptions {
  /** `host:port`, as the target is shown. */
  readonly target: string
  readonly loopback: boolean
  readonly spoofed: boolean
  /** A CA file was given, so that trust can be judged. */
  readonly trustGiven: boolean
  readonly usernameGiven: boolean
  /** The silent connection was watched for as long as was asked for. */
  readonly silenceAskedMs: number | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

const day = 24 * 60 * 60 * 1000

/** What is worth telling about one target; the worst first. */
export function findingsOf(
  verdict: Verdict,
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

export const severities = ['OK', 'INFO', 'WARN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const satisfies ProbeSeverity[]

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
    message,
    at: { file: target },
    ref: `docs/findings.md#${code.toLowerCase()}`,
    ...(more.fix !== undefined && { fix: { text: more.fix } }),
    ...(more.evidence && { evidence: more.evidence }),
  }
}

/** `v2: sent 0d0a…, CONNACK 0 after 0.4 ms`: what went out, what came back, when. */
export function evidenceOf(seen: readonly Observation[], ...ids: AttemptId[]): string[] {
  return ids.flatMap((id) => {
    const one = seen.find(({ attempt }) => attempt === id)
    if (one === undefined) return []
    const sent = one.header === undefined ? '' : ` sent ${one.header.slice(0, 120)} + CONNECT,`
    const back = one.connack === undefined ? one.outcome : `CONNACK ${one.connack}`
    const bytes = one.received === undefined ? '' : ` (${one.received.length} bytes came back)`
    return [`${id}:${sent} ${back} after ${one.ms.toFixed(1)} ms${bytes}${one.detail ? `: ${one.detail}` : ''}`]
  })
}

function answered(seen: readonly Observation[], id: AttemptId): boolean {
  return seen.some((one) => one.attempt === id && isAnswer(one))
}

/** Plain text on one port of a host whose other port speaks TLS: clients may take the wrong one. */
export function nextToTls(
  target: string,
  verdict: Verdict,
  others: readonly { readonly target: string; readonly verdict: Verdict }[],
): Finding[] {
  if (!speaksPlain(verdict)) return []
  const secured = others.filter((one) => ['tls', 'mtls', 'wss'].includes(one.verdict.kind))
  if (secured.length === 0) return []
  const message = `plain text next to TLS: ${secured.map((one) => one.target).join(', ')} speaks TLS, this port does not`
  return [finding(target, 'MP-P407', 'MEDIUM', message, { fix: 'bind the plain port to 127.0.0.1, or close it' })]
}

function speaksPlain({ kind }: Verdict): boolean {
  return ['plain', 'haproxy-frontend', 'ws'].includes(kind)
}

function unclear({ kind, text }: Verdict, { target }: FindingOptions): Finding[] {
  if (kind === 'no-backend') {
    return [
      finding(target, 'MP-P102', 'HIGH', text, { fix: 'look at default_backend and at the state of its servers' }),
    ]
  }
  if (kind !== 'unknown' && kind !== 'silent') return []
  return [finding(target, 'MP-P101', 'WARN', `could not be told: ${text}`)]
}

function proxyFindings(verdict: Verdict, seen: readonly Observation[], options: FindingOptions): Finding[] {
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

function tlsFindings(verdict: Verdict, seen: readonly Observation[], options: FindingOptions): Finding[] {
  const { target, loopback } = options
  if (verdict.tls === undefined) {
    if (!speaksPlain(verdict) || loopback) return []
    const message = 'MQTT without TLS: passwords and messages can be read on the way'
    return [
      finding(target, 'MP-P406', 'MEDIUM', message, { fix: 'end TLS at HAProxy (scenario tls), or at the broker' }),
    ]
  }
  const found: Finding[] = []
  const { certificate, untrusted, wrongName } = verdict.tls
  if (verdict.clientCertificate === 'not required') {
    found.push(
      finding(target, 'MP-P401', 'INFO', 'TLS without a client certificate is let in', {
        evidence: evidenceOf(seen, 'tls', 'wss'),
      }),
    )
  }
  if (verdict.clientCertificate === 'required') {
    found.push(finding(target, 'MP-P401', 'OK', 'a client certificate is required'))
    if (!seen.some((one) => one.attempt === 'tls-cert')) {
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
  const old = seen.find((one) => one.attempt === 'tls-old')
  if (old?.tls !== undefined) {
    found.push(
      finding(target, 'MP-P404', 'HIGH', `${old.tls.version} is taken`, {
        fix: 'ssl-min-ver TLSv1.2 on the bind line',
        evidence: evidenceOf(seen, 'tls-old'),
      }),
    )
  } else if (old !== undefined) found.push(finding(target, 'MP-P404', 'OK', 'TLS 1.0 and 1.1 are refused'))
  if (answered(seen, 'plain')) {
    found.push(
      finding(target, 'MP-P407', 'MEDIUM', 'the same port takes plain text next to TLS', {
        evidence: evidenceOf(seen, 'plain'),
      }),
    )
  }
  return found
}

function mqttFindings(verdict: Verdict, seen: readonly Observation[], options: FindingOptions): Finding[] {
  const { target } = options
  const found: Finding[] = []
  if (verdict.says.version !== undefined) {
    const message = `the broker tells anybody its version: ${verdict.says.version}`
    found.push(finding(target, 'MP-P501', 'LOW', message, { fix: 'deny $SYS/# to ordinary users' }))
  }
  const open = seen.find((one) => one.attempt !== 'v2-cn' && one.outcome === 'accepted')
  if (open !== undefined && !options.usernameGiven && verdict.kind !== 'mtls') {
    found.push(
      finding(target, 'MP-P502', 'INFO', 'a client without username and password is accepted', {
        evidence: evidenceOf(seen, open.attempt),
      }),
    )
  }
  const silence = seen.find((one) => one.attempt === 'silence')
  if (options.silenceAskedMs !== undefined && silence !== undefined && silence.stage === 'mqtt') {
    found.push(
      silence.outcome === 'open'
        ? finding(
            target,
            'MP-P503',
            'LOW',
            `a silent connection still sat there after ${(silence.ms / 1000).toFixed(1)} s`,
            {
              fix: 'timeout client-hs or tcp-request inspect-delay at HAProxy, a connect timeout at the broker',
            },
          )
        : finding(target, 'MP-P503', 'OK', `a silent connection was ended after ${(silence.ms / 1000).toFixed(1)} s`),
    )
  }
  const cut = seen.find((one) => one.attempt === 'session')?.session?.cutAfterMs
  if (cut !== undefined) {
    const message = `an idle session was cut after ${(cut / 1000).toFixed(1)} s, before its keepalive`
    found.push(
      finding(target, 'MP-P606', 'HIGH', message, {
        fix: 'timeout client and timeout server above 1.5 times the keepalive, or timeout tunnel 1h',
      }),
    )
  }
  return found
}
