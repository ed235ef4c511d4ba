import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const requireTlsBypass: Rule = {
  code: 'MP409',
  name: 'require-tls-bypass',
  summary: 'A frontend without TLS leads to a listener that is to insist on TLS.',
  severity: 'error',
  harm: 'Plaintext clients are accepted: Mosquitto looks for the SSL TLV, not at its bit, and HAProxy sends the TLV for them too.',
  evidence:
    'Mosquitto 2.1.2 (src/proxy_v2.c, read_tlv_ssl) behind a plain HAProxy bind with send-proxy-v2-ssl: CONNACK 0.',
  fix: 'A backend with plain send-proxy-v2 and a listener of its own for plain clients, or require_certificate true.',
  check: (model) => mismatchesFor('MP409', model),
}
