import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const tlsLayer: Rule = {
  code: 'MP419',
  name: 'tls-layer',
  summary: 'One side speaks TLS between HAProxy and the next hop, the other does not.',
  severity: 'error',
  harm: 'Every client is cut off; the logs say "wrong version number" or "SSL handshake failure".',
  evidence:
    'HAProxy 3.2.26 and Mosquitto 2.1.2: a plain server line to a listener with certfile, and "server ... ssl" to a plain listener.',
  fix: 'ssl on the server line and TLS at the listener, or neither.',
  check: (model) => mismatchesFor('MP419', model),
}
