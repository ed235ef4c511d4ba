import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const requireTlsWithoutEnable: Rule = {
  code: 'MP206',
  name: 'require-tls-without-enable',
  summary: 'proxy_protocol_v2_require_tls on a listener that reads no header.',
  severity: 'error',
  harm: 'The option is ignored silently: plaintext clients are accepted.',
  evidence: 'Mosquitto 2.1.2: accepted at start, CONNACK 0 for a plain client.',
  fix: 'enable_proxy_protocol 2 on the same listener.',
  check: (model) => mismatchesFor('MP206', model),
}
