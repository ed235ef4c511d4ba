import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const tooFewPorts: Rule = {
  code: 'MP119',
  name: 'too-few-ports',
  summary: 'A frontend takes more clients than there are source ports towards its servers.',
  severity: 'warning',
  also: ['info'],
  harm: 'The clients over that number are cut off: SC in the log, and "Cannot bind to source address".',
  evidence:
    'HAProxy 3.2.26 with "source 127.0.0.1:40000-40002" towards one server: the fourth client fails. Linux has 28,232 ports for one pair of addresses (ip_local_port_range 32768 to 60999).',
  fix: 'Several servers, addresses of the broker or "source" addresses, or a unix socket.',
  check: (model) => mismatchesFor('MP119', model),
}
