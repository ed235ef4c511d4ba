import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const nobodyCanEnter: Rule = {
  code: 'MP209',
  name: 'nobody-can-enter',
  summary: 'A listener without any way to authenticate, and anonymous clients are not allowed.',
  severity: 'error',
  harm: 'Every client gets CONNACK 5 (135 in MQTT 5).',
  evidence: 'Mosquitto since 2.0: a listener without allow_anonymous, password_file or plugin refuses everybody.',
  fix: 'password_file (or a plugin) for clients with names, or allow_anonymous true.',
  check: (model) => mismatchesFor('MP209', model),
}
