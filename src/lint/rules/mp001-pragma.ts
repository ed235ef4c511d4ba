import type { Rule } from '../rule.js'

export const pragma: Rule = {
  code: 'MP001',
  name: 'pragma',
  summary: 'An "ignore" comment without a reason, with an unknown code, or with nothing to ignore.',
  severity: 'style',
  harm: 'Nobody will know why the finding was suppressed, or that it is gone.',
  evidence: 'Our own convention: # mqtt-proxy ignore=MP103 -- reason',
  fix: 'Write the reason after " -- ", or take the comment away.',
  *check({ pragmaFindings }) {
    yield* pragmaFindings
  },
}
