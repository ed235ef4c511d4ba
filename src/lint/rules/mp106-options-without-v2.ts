import { addWords } from '../../path/edits.js'
import type { Rule } from '../rule.js'

export const optionsWithoutV2: Rule = {
  code: 'MP106',
  name: 'options-without-v2',
  summary: 'proxy-v2-options stands on a server that sends no version 2 header.',
  severity: 'error',
  harm: 'HAProxy 2.6 sends a version 1 header and 3.x none at all: the broker refuses it, or never learns of TLS.',
  evidence: 'Header bytes recorded from HAProxy 2.6.12 and 3.4.7.',
  fix: 'Add send-proxy-v2 to the server line.',
  *check({ topology }) {
    for (const { server } of topology.hops) {
      const { header } = server
      if (header.optionsSpan === undefined || header.version === 2 || server.disabled) continue
      yield {
        at: header.optionsSpan,
        message: `proxy-v2-options of ${server.name} does nothing without send-proxy-v2`,
        fix: { text: 'send-proxy-v2', edits: [addWords(server.line, 'send-proxy-v2')] },
      }
    }
  },
}
