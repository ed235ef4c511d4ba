import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const portClash: Rule = {
  code: 'MP411',
  name: 'port-clash',
  summary: 'HAProxy and the broker take the same port of one machine.',
  severity: 'error',
  harm: 'Whichever starts second does not start: address already in use.',
  evidence: 'HAProxy 2.6 (exit 1) and Mosquitto 2.1.2 (exit 1) on one port.',
  fix: 'Give the broker a port of its own on 127.0.0.1.',
  check: (model) => mismatchesFor('MP411', model),
}
