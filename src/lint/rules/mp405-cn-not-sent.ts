import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const cnNotSent: Rule = {
  code: 'MP405',
  name: 'cn-not-sent',
  summary: 'The broker takes the username from the CN, which HAProxy does not send.',
  severity: 'error',
  harm: 'Every client is refused: CONNACK 4 (134 in MQTT 5).',
  evidence: 'Mosquitto 2.1.2 with use_identity_as_username behind send-proxy-v2-ssl.',
  fix: 'send-proxy-v2-ssl-cn.',
  check: (model) => mismatchesFor('MP405', model),
}
