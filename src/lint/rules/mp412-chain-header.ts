import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const chainHeader: Rule = {
  code: 'MP412',
  name: 'chain-header',
  summary: 'Two HAProxies in a chain disagree about the PROXY header between them.',
  severity: 'error',
  harm: 'Either the broker gets two headers and drops the client, or the inner HAProxy drops it for want of one.',
  evidence:
    'HAProxy 2.6 and Mosquitto 2.1.2: a header to a bind without accept-proxy is passed on as payload ("First packet not CONNECT"); a bind with accept-proxy resets a connection without a header.',
  fix: 'send-proxy-v2 on the edge together with accept-proxy on the inner bind.',
  check: (model) => mismatchesFor('MP412', model),
}
