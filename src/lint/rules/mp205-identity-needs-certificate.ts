import { addToReceiver } from '../edits.js'
import type { Rule } from '../rule.js'

export const identityNeedsCertificate: Rule = {
  code: 'MP205',
  name: 'identity-needs-certificate',
  summary: 'use_identity_as_username without require_certificate on a PROXY listener.',
  severity: 'error',
  harm: 'The option is ignored without a word: each client is who it says it is in CONNECT.',
  evidence: "Mosquitto 2.1.2: the client's own username wins, the log shows no CN.",
  fix: 'require_certificate true.',
  *check({ receivers }) {
    for (const receiver of receivers) {
      const { origin, accepts } = receiver
      if (origin.broker !== 'mosquitto' || accepts[0] !== 2) continue
      const { useIdentityAsUsername, requireCertificate } = origin.listener
      if (!useIdentityAsUsername.value || useIdentityAsUsername.span === undefined || requireCertificate.value) continue
      yield {
        at: useIdentityAsUsername.span,
        message: 'use_identity_as_username is ignored without require_certificate true: clients name themselves',
        fix: { text: 'require_certificate true', edits: [addToReceiver(receiver, 'require_certificate true')] },
      }
    }
  },
}
