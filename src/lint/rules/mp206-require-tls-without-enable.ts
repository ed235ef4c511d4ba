import { addToReceiver } from '../edits.js'
import type { Rule } from '../rule.js'

export const requireTlsWithoutEnable: Rule = {
  code: 'MP206',
  name: 'require-tls-without-enable',
  summary: 'proxy_protocol_v2_require_tls on a listener that reads no header.',
  severity: 'error',
  harm: 'The option is ignored without a word: plaintext clients are accepted.',
  evidence: 'Mosquitto 2.1.2: accepted at start, CONNACK 0 for a plain client.',
  fix: 'enable_proxy_protocol 2 on the same listener.',
  *check({ receivers }) {
    for (const receiver of receivers) {
      const { origin, accepts } = receiver
      if (origin.broker !== 'mosquitto' || accepts.length > 0 || origin.listener.proxy !== undefined) continue
      const { requireTls } = origin.listener
      if (!requireTls.value || requireTls.span === undefined) continue
      yield {
        at: requireTls.span,
        message: 'proxy_protocol_v2_require_tls does nothing without enable_proxy_protocol 2: plaintext is accepted',
        fix: { text: 'enable_proxy_protocol 2', edits: [addToReceiver(receiver, 'enable_proxy_protocol 2')] },
      }
    }
  },
}
