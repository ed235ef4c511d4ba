import { eachLink } from '../links.js'
import type { Rule } from '../rule.js'
import { listenerName } from '../say.js'

export const requireTlsBypass: Rule = {
  code: 'MP409',
  name: 'require-tls-bypass',
  summary: 'A frontend without TLS leads to a listener that is to insist on TLS.',
  severity: 'error',
  harm: 'Plaintext clients are accepted: Mosquitto looks for the SSL TLV, not at its bit, and HAProxy sends the TLV for them too.',
  evidence:
    'Mosquitto 2.1.2 (src/proxy_v2.c, read_tlv_ssl) behind a plain HAProxy bind with send-proxy-v2-ssl: CONNACK 0.',
  fix: 'A backend with plain send-proxy-v2 and a listener of its own for plain clients, or require_certificate true.',
  *check({ links }) {
    yield* eachLink(links, (link) => {
      const { receiver, server } = link
      if (receiver.needsTls === undefined || receiver.needsCertificate !== undefined || !server.header.ssl)
        return undefined
      const plain = link.fronts.find(
        ({ bind }) => bind.ssl === undefined && !bind.endpoints.every((one) => one.kind === 'other'),
      )
      if (plain === undefined) return undefined
      return {
        at: plain.bind.address.span,
        message: `clients without TLS reach ${listenerName(receiver)} through "${plain.proxy.name}", and require_tls does not stop them`,
        related: [
          { span: receiver.needsTls, message: 'only looks whether the TLV is there' },
          { span: server.header.span ?? server.address.span, message: 'sends the TLV for plain clients as well' },
        ],
        fix: { text: 'a backend and a listener of their own for plain clients' },
      }
    })
  },
}
