import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const certificateOptional: Rule = {
  code: 'MP418',
  name: 'certificate-optional',
  summary: 'A bind asks for a client certificate, and nobody behind it insists on one.',
  severity: 'warning',
  harm: 'Clients without a certificate get in: "verify optional" refuses only bad ones.',
  evidence: 'HAProxy 3.2.26 and Mosquitto 2.1.2: CONNACK 0 for a client without a certificate.',
  fix: 'verify required, or require_certificate true on the listener.',
  check: (model) => mismatchesFor('MP418', model),
}
