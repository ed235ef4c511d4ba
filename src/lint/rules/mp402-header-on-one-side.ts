import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const headerOnOneSide: Rule = {
  code: 'MP402',
  name: 'header-on-one-side',
  summary: 'One side sends or expects a PROXY header and the other does not.',
  severity: 'error',
  harm: 'Every client is cut off without a CONNACK, while health checks stay green.',
  evidence:
    'HAProxy 2.6 to 3.4 with Mosquitto 2.1.2 and VerneMQ 2.2.0: server UP, connection closed. Mosquitto logs "First packet not CONNECT (0D)" or (50) for a header it did not expect.',
  fix: 'send-proxy-v2 on the server line and enable_proxy_protocol 2 on the listener, or neither.',
  check: (model) => mismatchesFor('MP402', model),
}
