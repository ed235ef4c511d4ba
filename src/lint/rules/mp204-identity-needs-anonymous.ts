import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const identityNeedsAnonymous: Rule = {
  code: 'MP204',
  name: 'identity-needs-anonymous',
  summary: 'The CN of a PROXY header names a client but does not authenticate it.',
  severity: 'error',
  harm: 'Every client gets CONNACK 5 (135 in MQTT 5), certificate or not.',
  evidence:
    'Mosquitto 2.1.2: refused without allow_anonymous true, and refused with a password_file in scope whatever else is set.',
  fix: 'listener_allow_anonymous true, and no password_file for this listener; access rules by %u.',
  check: (model) => mismatchesFor('MP204', model),
}
