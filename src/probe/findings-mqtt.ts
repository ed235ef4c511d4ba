import type { Finding } from '../kernel/result.js'
import { evidenceOf, type FindingOptions, finding } from './finding.js'
import { carriers, idOf } from './forms.js'
import type { AttemptId, Observation, ProbeVerdict } from './types.js'

const claimed = new Set<AttemptId>(
  carriers.flatMap((carrier) => (['v2-cn', 'loopback', 'private'] as const).map((form) => idOf(form, carrier))),
)

/** What the broker reveals and accepts, and how long it waits. */
export function mqttFindings(verdict: ProbeVerdict, seen: readonly Observation[], options: FindingOptions): Finding[] {
  const { target } = options
  const found: Finding[] = []
  if (verdict.says.version !== undefined) {
    const message = `the broker tells everyone its version: ${verdict.says.version}`
    found.push(finding(target, 'MP-P501', 'LOW', message, { fix: 'deny $SYS/# to ordinary users' }))
  }
  const open = seen.find((one) => !claimed.has(one.attempt) && one.outcome === 'accepted')
  if (open !== undefined && !options.usernameGiven && verdict.clientCertificate !== 'required') {
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
            `a silent connection was still open after ${(silence.ms / 1000).toFixed(1)} s`,
            {
              fix: 'timeout client-hs or tcp-request inspect-delay at HAProxy, a connect timeout at the broker',
            },
          )
        : finding(target, 'MP-P503', 'OK', `a silent connection was closed after ${(silence.ms / 1000).toFixed(1)} s`),
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
