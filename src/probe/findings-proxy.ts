import type { Finding, ProbeSeverity } from '../kernel/result.js'
import { isAnswer } from './attempts.js'
import { ProbeFacts } from './facts.js'
import { evidenceOf, type FindingOptions, finding } from './finding.js'
import { carriers, idOf } from './forms.js'
import type { Carrier, Form, Observation, ProbeVerdict } from './types.js'

const fix = 'bind the listener to 127.0.0.1 or a unix socket, or allow only HAProxy through the firewall'
const over: Readonly<Record<Carrier, string>> = {
  tcp: '',
  ws: ' over WebSocket',
  tls: ' before TLS',
  wss: ' before wss',
}

/** What the header lets a client pretend, and what it does to health checks; for every carrier that was found. */
export function proxyFindings(verdict: ProbeVerdict, seen: readonly Observation[], options: FindingOptions): Finding[] {
  const facts = new ProbeFacts(seen)
  const found = carriers.flatMap((carrier) => findingsOn(new Table(facts, seen, carrier), verdict, options))
  if (!options.spoofed && verdict.proxy.versions.includes(2)) {
    const message = 'whether a forged identity is accepted was not tested; --spoof CN tests it'
    found.push(finding(options.target, 'MP-P901', 'WARN', message))
  }
  return found
}

/** The table of attempts as it came out on one carrier. */
class Table {
  constructor(
    readonly facts: ProbeFacts,
    readonly seen: readonly Observation[],
    readonly carrier: Carrier,
  ) {}

  get(form: Form): Observation | undefined {
    return this.facts.get(idOf(form, this.carrier))
  }

  answered(form: Form): boolean {
    const one = this.get(form)
    return one !== undefined && isAnswer(one)
  }

  accepted(form: Form): boolean {
    return this.get(form)?.outcome === 'accepted'
  }

  evidence(...forms: Form[]): { readonly evidence: readonly string[] } {
    return { evidence: evidenceOf(this.seen, ...forms.map((form) => idOf(form, this.carrier))) }
  }
}

function findingsOn(table: Table, verdict: ProbeVerdict, options: FindingOptions): Finding[] {
  const { target } = options
  const { versions, local, required } = table.facts.proxyOn(table.carrier)
  if (versions.length === 0) return []
  const found: Finding[] = []
  const where = over[table.carrier]
  const taken = (['v1', 'v2', 'v2-ssl-off', 'v2-cert'] as const).filter((form) => table.answered(form))
  const evidence = table.evidence(...taken)
  if (verdict.relay === true && verdict.kind === 'proxy-required') {
    const message = 'a relay stands in front of this PROXY listener and adds no header: ordinary clients are refused'
    found.push(
      finding(target, 'MP-P601', 'HIGH', message, { fix: 'send-proxy-v2 on the server line of HAProxy', ...evidence }),
    )
  }
  if (!required) {
    const message = `the PROXY header${where} is optional: any client that reaches this port can claim any address`
    found.push(finding(target, 'MP-P303', 'HIGH', message, { fix: `require the header, and ${fix}`, ...evidence }))
  } else {
    const from = options.loopback ? 'this machine' : 'here'
    const more = options.spoofed ? '' : ' and, where the CN is the username, any user'
    const message = `a PROXY header${where} from ${from} is trusted: anyone who reaches this port can claim any address${more}`
    found.push(believed(options, 'MP-P301', 'HIGH', message, evidence))
  }
  if (table.accepted('v2-cn')) {
    const message = `a forged certificate identity in the header${where} was accepted: no certificate, no TLS, no password`
    found.push(believed(options, 'MP-P302', 'CRITICAL', message, table.evidence('v2-cn')))
  }
  found.push(...claimedAddress(table, where, options))
  if (local === true)
    found.push(finding(target, 'MP-P304', 'OK', `LOCAL, the header of health checks, is accepted${where}`))
  if (local === false) {
    const message = `LOCAL, the header of health checks, is refused${where}: a check with a payload (tcp-check) marks the server down`
    found.push(
      finding(target, 'MP-P304', 'MEDIUM', message, {
        fix: 'pp2-never-send-local in global (HAProxy 2.2), or check another port, or version 1',
        ...table.evidence('v2-local'),
      }),
    )
  }
  return [...found, ...tlsClaims(table, versions, where, options)]
}

/** What the header says of TLS, and what is required of it. */
function tlsClaims(table: Table, versions: readonly (1 | 2)[], where: string, { target }: FindingOptions): Finding[] {
  const found: Finding[] = []
  if (!table.answered('v2') && table.answered('v2-ssl-off')) {
    const message = `TLS is required${where}, but only the presence of the SSL TLV is checked: one that says "no TLS" is accepted`
    found.push(
      finding(target, 'MP-P305', 'CRITICAL', message, {
        fix: 'require_certificate as well, or a backend of its own for TLS frontends',
        ...table.evidence('v2', 'v2-ssl-off'),
      }),
    )
  }
  if (table.answered('v1')) {
    const strictV2 = versions.includes(2) && !table.answered('v2')
    const message = strictV2
      ? `version 2 headers${where} must report TLS, but a version 1 header, which cannot, is accepted`
      : `version 1 headers${where} are accepted: they carry no TLS facts, so require_certificate and the like are not enforced here`
    found.push(
      finding(target, 'MP-P306', strictV2 ? 'CRITICAL' : 'LOW', message, {
        fix: 'take version 2 only where TLS facts matter',
        ...table.evidence('v1'),
      }),
    )
  }
  return found
}

/** An account for this machine alone, as RabbitMQ's `guest` is, is open to anyone who can send a header. */
function claimedAddress(table: Table, where: string, options: FindingOptions): Finding[] {
  const claims = (['loopback', 'private'] as const).filter((form) => table.accepted(form))
  const [claim] = claims
  if (claim === undefined) return []
  const refused = (['v2', 'v2-ssl-off', 'v2-cert', 'v1'] as const).filter((form) => table.answered(form))
  const message = `a header${where} that claims a ${claims.join(' or a ')} address is accepted where one with another address is refused`
  return [believed(options, 'MP-P307', 'HIGH', message, table.evidence(...refused, ...claims))]
}

/** On loopback alone it is the set-up that is wanted; whether others reach it cannot be tried from here. */
function believed(
  { target, loopback, reachable }: FindingOptions,
  code: 'MP-P301' | 'MP-P302' | 'MP-P307',
  severity: ProbeSeverity,
  message: string,
  evidence: { readonly evidence: readonly string[] },
): Finding {
  if (!loopback) return finding(target, code, severity, message, { fix, ...evidence })
  if (reachable === true) {
    const more = `${message}; it listens on more than loopback`
    return finding(target, code, severity, more, { fix, ...evidence })
  }
  const known = reachable === false ? 'it listens on loopback alone' : 'from elsewhere it was not tested'
  return finding(target, code, 'INFO', `${message}; ${known}`, evidence)
}
