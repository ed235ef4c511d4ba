import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const checkProvesNothing: Rule = {
  code: 'MP431',
  name: 'check-proves-nothing',
  summary: 'An MQTT health check succeeds whatever the broker answers.',
  severity: 'warning',
  harm: 'A broker that accepts nobody stays UP, and clients are led to it.',
  evidence:
    'HAProxy 2.6.12, 3.2.26 and 3.4.7 with Mosquitto 2.1.2: UP without "tcp-check expect", and UP with one that a refusal (CONNACK 5) fulfils.',
  fix: 'tcp-check expect binary 20020000 behind a CONNECT that the broker accepts.',
  check: (model) => mismatchesFor('MP431', model),
}
