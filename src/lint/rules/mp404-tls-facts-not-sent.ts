import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const tlsFactsNotSent: Rule = {
  code: 'MP404',
  name: 'tls-facts-not-sent',
  summary: 'The listener insists on TLS or a certificate, and the header does not say anything about TLS.',
  severity: 'error',
  harm: 'Every client is refused: "client did not connect using TLS" or "did not provide a certificate".',
  evidence: 'Mosquitto 2.1.2 with require_tls or require_certificate behind plain send-proxy-v2.',
  fix: 'send-proxy-v2-ssl.',
  check: (model) => mismatchesFor('MP404', model),
}
