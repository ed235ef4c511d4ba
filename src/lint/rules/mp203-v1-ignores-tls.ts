import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const v1IgnoresTls: Rule = {
  code: 'MP203',
  name: 'v1-ignores-tls',
  summary: 'A version 1 listener is told to insist on TLS or certificates.',
  severity: 'error',
  harm: 'Nothing is checked: every client is accepted, without TLS and without a certificate.',
  evidence: 'Mosquitto 2.1.2 with enable_proxy_protocol 1 and require_certificate true: CONNACK 0, no warning.',
  fix: 'enable_proxy_protocol 2, and send-proxy-v2-ssl in HAProxy.',
  check: (model) => mismatchesFor('MP203', model),
}
