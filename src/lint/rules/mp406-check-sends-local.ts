import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const checkSendsLocal: Rule = {
  code: 'MP406',
  name: 'check-sends-local',
  summary: 'An MQTT health check is sent behind a LOCAL header that the broker drops.',
  severity: 'error',
  harm: 'The server is DOWN for ever and every client is cut off, although the broker is well.',
  evidence:
    'HAProxy 2.6 and Mosquitto 2.1.2: "TCPCHK got an empty response"; with pp2-never-send-local the server is UP.',
  fix: 'pp2-never-send-local in the global section, or check a plain listener with "check port".',
  check: (model) => mismatchesFor('MP406', model),
}
