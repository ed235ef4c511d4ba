import { replaceAt } from '../edits.js'
import type { Rule } from '../rule.js'

export const v1IgnoresTls: Rule = {
  code: 'MP203',
  name: 'v1-ignores-tls',
  summary: 'A version 1 listener is told to insist on TLS or certificates.',
  severity: 'error',
  harm: 'Nothing is checked: every client gets in, without TLS and without a certificate.',
  evidence: 'Mosquitto 2.1.2 with enable_proxy_protocol 1 and require_certificate true: CONNACK 0, no warning.',
  fix: 'enable_proxy_protocol 2, and send-proxy-v2-ssl in HAProxy.',
  *check({ receivers }) {
    for (const { origin } of receivers) {
      if (origin.broker !== 'mosquitto' || origin.listener.proxy?.value !== 1 || origin.listener.certfile) continue
      const { requireTls, requireCertificate, useIdentityAsUsername, settings } = origin.listener
      const version = settings.get('enable_proxy_protocol')
      for (const flag of [requireTls, requireCertificate, useIdentityAsUsername]) {
        if (!flag.value || flag.span === undefined || version === undefined) continue
        yield {
          at: flag.span,
          message: 'version 1 of the header carries no TLS facts: this option checks nothing',
          related: [{ span: version.span, message: 'the listener reads version 1' }],
          fix: { text: 'enable_proxy_protocol 2', edits: [replaceAt(version.valueSpan, '2')] },
        }
      }
    }
  },
}
