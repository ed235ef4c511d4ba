import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const identityNeedsCertificate: Rule = {
  code: 'MP205',
  name: 'identity-needs-certificate',
  summary: 'use_identity_as_username without require_certificate.',
  severity: 'error',
  harm: 'On a PROXY listener the option is ignored silently, and each client is who it says it is; on a TLS listener every client gets CONNACK 4.',
  evidence:
    "Mosquitto 2.1.2: behind a header the client's own username wins and the log shows no CN; with certfile every client is refused.",
  fix: 'require_certificate true.',
  check: (model) => mismatchesFor('MP205', model),
}
