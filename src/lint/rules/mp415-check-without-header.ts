import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const checkWithoutHeader: Rule = {
  code: 'MP415',
  name: 'check-without-header',
  summary: 'Health checks reach a PROXY listener without the header that traffic has.',
  severity: 'warning',
  also: ['error'],
  harm: 'Each check is an error in the broker log; a check that speaks MQTT fails, and the server is never UP.',
  evidence: 'HAProxy 2.6 and 3.4: "check port N" and a bare "tcp-check connect" send no header.',
  fix: 'check-send-proxy on the server line, or "tcp-check connect default".',
  check: (model) => mismatchesFor('MP415', model),
}
