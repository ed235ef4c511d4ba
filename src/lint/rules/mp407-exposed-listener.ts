import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const exposedListener: Rule = {
  code: 'MP407',
  name: 'exposed-listener',
  summary: 'A listener that trusts PROXY headers can be reached by others than HAProxy.',
  severity: 'error',
  also: ['info'],
  harm: 'Anyone who reaches the port can claim any client address and any certificate identity.',
  evidence: 'Mosquitto 2.1.2 and VerneMQ 2.2.0 accepted a forged header sent straight to the port, username and all.',
  fix: 'Bind it to 127.0.0.1 or a unix socket when HAProxy is on the same machine; else let a firewall admit HAProxy only.',
  unproven:
    'check runs on loopback only, where every listener can be reached; its forged-header case shows what a stranger could do.',
  check: (model) => mismatchesFor('MP407', model),
}
