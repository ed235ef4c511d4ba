import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const helloAfterTls: Rule = {
  code: 'MP116',
  name: 'hello-after-tls',
  summary: 'A rule looks for a TLS ClientHello behind a bind that has ended TLS.',
  severity: 'error',
  also: ['warning'],
  harm: 'It never matches: clients are rejected, or all go to the default backend.',
  evidence: 'HAProxy 3.2.26: req.ssl_sni and req.ssl_hello_type on a bind with ssl; ssl_fc_sni matched.',
  fix: 'ssl_fc_sni for req.ssl_sni, ssl_fc_alpn for req.ssl_alpn; or pass TLS through.',
  check: (model) => mismatchesFor('MP116', model),
}
