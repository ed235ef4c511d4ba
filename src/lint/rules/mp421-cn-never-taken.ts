import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const cnNeverTaken: Rule = {
  code: 'MP421',
  name: 'cn-never-taken',
  summary: 'RabbitMQ is told to take logins from certificates, and TLS ends at HAProxy.',
  severity: 'error',
  harm: 'Every client without a password is refused: CONNACK 4 (134 in MQTT 5).',
  evidence: 'RabbitMQ 3.10.8: mqtt.ssl_cert_login looks at TLS of its own; the CN in a PROXY header is never a login.',
  fix: 'Users with passwords, or TLS passed through to mqtt.listeners.ssl.',
  check: (model) => mismatchesFor('MP421', model),
}
