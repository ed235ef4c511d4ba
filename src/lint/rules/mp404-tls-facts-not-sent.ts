import { neededKeyword, sendInstead } from '../edits.js'
import { eachLink } from '../links.js'
import type { Rule } from '../rule.js'
import { fromServer, listenerName, serverName } from '../say.js'

export const tlsFactsNotSent: Rule = {
  code: 'MP404',
  name: 'tls-facts-not-sent',
  summary: 'The listener insists on TLS or a certificate, and the header does not say anything about TLS.',
  severity: 'error',
  harm: 'Every client is refused: "client did not connect using TLS" or "did not provide a certificate".',
  evidence: 'Mosquitto 2.1.2 with require_tls or require_certificate behind plain send-proxy-v2.',
  fix: 'send-proxy-v2-ssl.',
  *check({ links }) {
    yield* eachLink(links, (link) => {
      const { server, receiver } = link
      const need = receiver.needsCertificate ?? receiver.needsTls
      if (need === undefined || server.header.version !== 2 || server.header.ssl) return undefined
      const keyword = neededKeyword(receiver)
      return {
        at: fromServer(link).span,
        message: `${serverName(link)} sends a header without TLS facts, and ${listenerName(receiver)} insists on them: every client is refused`,
        related: [{ span: need, message: 'the listener insists here' }],
        fix: { text: keyword, edits: sendInstead(server, keyword) },
      }
    })
  },
}
