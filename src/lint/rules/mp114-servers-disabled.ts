import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const serversDisabled: Rule = {
  code: 'MP114',
  name: 'servers-disabled',
  summary: 'Every server of a backend is disabled or has weight 0.',
  severity: 'error',
  also: ['warning'],
  harm: 'Every client that is led there is cut off at once; the log says <NOSRV> and SC.',
  evidence:
    'HAProxy 3.2.26: each client is closed while "disabled" or "weight 0" stands on every server line; haproxy -c ends 0.',
  fix: 'Take "disabled" away or give the server a weight, or do so over the stats socket.',
  check: (model) => mismatchesFor('MP114', model),
}
