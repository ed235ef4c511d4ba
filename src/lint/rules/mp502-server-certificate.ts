import { bindCertificates, type NamedPath } from '../certificate-paths.js'
import { type Certificate, certificatesIn } from '../certificates.js'
import type { Rule } from '../rule.js'
import type { RuleFinding } from '../rule-finding.js'
import { holdsOnlyCas } from './mp117-ca-for-certificate.js'

const day = 86_400_000
const soon = 14 * day

export const serverCertificate: Rule = {
  code: 'MP502',
  name: 'server-certificate',
  summary:
    'The certificate that HAProxy shows to clients is expired, not yet valid, without names, or not for servers.',
  severity: 'error',
  also: ['warning'],
  harm: 'Every client that checks certificates ends the handshake.',
  evidence: 'RFC 5280 4.1.2.5 and 4.2.1.12, RFC 6125; haproxy -c does not look at dates or names.',
  fix: 'Issue a new certificate with the names that clients connect to.',
  unproven: 'check puts test certificates in place of yours; bad ones of this kind are among its own cases.',
  *check({ haproxies, certificates, now }) {
    for (const haproxy of haproxies) {
      for (const named of bindCertificates(haproxy)) {
        const found = certificates?.get(named.path)
        const files = found?.kind === 'folder' ? found.files : found?.kind === 'file' ? [found.file] : []
        for (const file of files) {
          if (holdsOnlyCas(file)) continue
          const [first] = certificatesIn(file)
          if (first !== undefined && !/\.(key|issuer|ocsp|sctl)$/.test(file.path)) yield* judge(first, named, now)
        }
      }
    }
  },
}

function* judge(one: Certificate, { span }: NamedPath, now: number): Generator<RuleFinding> {
  if (one.notAfter < now) yield { at: span, message: `${one.file} expired on ${date(one.notAfter)}` }
  else if (one.notBefore > now) yield { at: span, message: `${one.file} is not valid before ${date(one.notBefore)}` }
  else if (one.notAfter - now < soon) {
    yield { at: span, severity: 'warning', message: `${one.file} expires on ${date(one.notAfter)}` }
  }
  if (!one.serverAuth) yield { at: span, message: `${one.file} is not for servers (extended key usage)` }
  if (one.names.length === 0) {
    yield {
      at: span,
      severity: 'warning',
      message: `${one.file} has no subject alternative name: most clients refuse it`,
    }
  }
}

function date(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
