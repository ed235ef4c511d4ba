import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const tooFewDescriptors: Rule = {
  code: 'MP120',
  name: 'too-few-descriptors',
  summary: 'maxconn wants more file descriptors than ulimit-n or fd-hard-limit allow.',
  severity: 'warning',
  also: ['error'],
  harm: 'HAProxy does not start: "Cannot raise FD limit", or "FD limit too low".',
  evidence:
    'HAProxy 2.6.12, 3.2.26 and 3.4.7: two descriptors for each connection, and some more (maxconn 20000: 40,017); haproxy -c ends 0.',
  fix: 'A higher limit, or leave maxconn and ulimit-n out: HAProxy then takes what its service allows.',
  check: (model) => mismatchesFor('MP120', model),
}
