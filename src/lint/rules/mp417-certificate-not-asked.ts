import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const certificateNotAsked: Rule = {
  code: 'MP417',
  name: 'certificate-not-asked',
  summary: 'A bind asks no client for the certificate that the listener behind it insists on.',
  severity: 'error',
  harm: 'Every client of this bind is refused: "did not provide a certificate".',
  evidence:
    'HAProxy 3.2.26 and Mosquitto 2.1.2 with require_certificate behind a bind without verify, and behind one without TLS.',
  fix: 'verify required and ca-file on the bind, or a listener of its own for the bind.',
  check: (model) => mismatchesFor('MP417', model),
}
