import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const identityNeedsCertificate: Rule = {
  code: 'MP205',
  name: 'identity-needs-certificate',
  summary: 'use_identity_as_username without require_certificate on a PROXY listener.',
  severity: 'error',
  harm: 'The option is ignored without a word: each client is who it says it is in CONNECT.',
  evidence: "Mosquitto 2.1.2: the client's own username wins, the log shows no CN.",
  fix: 'require_certificate true.',
  check: (model) => mismatchesFor('MP205', model),
}
