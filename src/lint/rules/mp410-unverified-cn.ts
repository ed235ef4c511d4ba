import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const unverifiedCn: Rule = {
  code: 'MP410',
  name: 'unverified-cn',
  summary: 'The CN of a certificate that nobody verified becomes the username.',
  severity: 'error',
  harm: 'Anyone with a self-made certificate can claim any CN.',
  evidence:
    'HAProxy 2.6 with ca-ignore-err all crt-ignore-err all and -ssl-cn: VerneMQ 2.2.0 took alice from a certificate of an untrusted CA; it never looks at the verify result.',
  fix: 'verify required, and no ca-ignore-err or crt-ignore-err.',
  unproven: 'VerneMQ is not among the programs that tools install fetches; measured on 2.2.0.',
  check: (model) => mismatchesFor('MP410', model),
}
