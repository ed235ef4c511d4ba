import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const portMismatch: Rule = {
  code: 'MP401',
  name: 'port-mismatch',
  summary: 'HAProxy connects to an address where no broker of the run listens.',
  severity: 'error',
  harm: 'Connection refused: the server is DOWN and every client is cut off.',
  evidence: 'HAProxy 2.6: L4CON, connection refused; haproxy -c and the broker both accept their files.',
  fix: 'The same address and port in the server line and in the listener.',
  check: (model) => mismatchesFor('MP401', model),
}
