import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const unixBind: Rule = {
  code: 'MP408',
  name: 'unix-bind',
  summary: 'Clients come over a unix socket, for which HAProxy sends a header without addresses.',
  severity: 'error',
  harm: 'Their connections are dropped: version 1 says UNKNOWN, version 2 LOCAL, and the broker closes on them.',
  evidence:
    'HAProxy 2.6: bind unix@ sends "PROXY UNKNOWN" or LOCAL; Mosquitto 2.1.2 refuses both, VerneMQ 2.2.0 crashes on UNKNOWN.',
  fix: 'A TCP bind for MQTT clients, or a backend without send-proxy for the socket.',
  check: (model) => mismatchesFor('MP408', model),
}
