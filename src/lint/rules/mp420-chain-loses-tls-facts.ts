import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const chainLosesTlsFacts: Rule = {
  code: 'MP420',
  name: 'chain-loses-tls-facts',
  summary: 'A chain of HAProxies cannot carry the TLS facts that the broker insists on.',
  severity: 'error',
  harm: 'Every client is refused: "did not provide a certificate", or "did not connect using TLS".',
  evidence:
    'HAProxy 3.2.26: after accept-proxy the next header has the address and no TLS facts, whatever its server line says.',
  fix: 'An inner hop that neither reads nor writes a header, or TLS that ends at the last hop.',
  check: (model) => mismatchesFor('MP420', model),
}
