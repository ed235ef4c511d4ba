import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const noBackend: Rule = {
  code: 'MP101',
  name: 'no-backend',
  summary: 'A frontend leads to no backend.',
  severity: 'error',
  harm: 'Every client is cut off right after its TCP or TLS handshake; the log says <NOSRV> and SC.',
  evidence: 'HAProxy 2.6 and 3.2: haproxy -c reports no error, then no connection gets through.',
  fix: 'Add a default_backend (or a use_backend) to the frontend.',
  check: (model) => mismatchesFor('MP101', model),
}
