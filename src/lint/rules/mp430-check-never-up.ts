import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const checkNeverUp: Rule = {
  code: 'MP430',
  name: 'check-never-up',
  summary: 'The bytes of an MQTT health check are ones that the broker does not answer as the check expects.',
  severity: 'error',
  harm: 'The server is DOWN for ever and every client is cut off, although the broker is well.',
  evidence:
    'HAProxy 2.6.12, 3.2.26 and 3.4.7 with Mosquitto 2.1.2: a wrong length, name, level or flag, no login where one is wanted, the CONNACK of another version expected.',
  fix: 'A CONNECT of MQTT 3.1.1, for example 101200044d5154540402003c0006636865636b31, and "tcp-check expect binary 20020000".',
  check: (model) => mismatchesFor('MP430', model),
}
