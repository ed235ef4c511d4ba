import type { Rule } from '../rule.js'

export const keywordOfAnotherRelease: Rule = {
  code: 'MP004',
  name: 'keyword-of-another-release',
  summary: 'A keyword that this release of HAProxy does not know any more, or not yet.',
  severity: 'error',
  also: ['info'],
  harm: 'HAProxy does not start; where it only warns, the next release does not start.',
  evidence: 'HAProxy 2.6.12, 3.0.11, 3.2.26 and 3.4.7, haproxy -c, and the releases that their messages name.',
  fix: 'Write what has come in its place, or say which HAProxy the file is for: --haproxy-version 2.4',
  *check({ problems }) {
    for (const { code, message, span, expected } of problems) {
      if (code !== 'refused-keyword' && code !== 'old-keyword') continue
      yield {
        at: span,
        message,
        ...(code === 'old-keyword' && { severity: 'info' }),
        ...(expected !== undefined && { fix: { text: expected } }),
      }
    }
  },
}
