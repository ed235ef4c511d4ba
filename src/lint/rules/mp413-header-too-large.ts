import { eachLink } from '../links.js'
import type { Rule } from '../rule.js'
import { serverName } from '../say.js'

/** Mosquitto 2.1.2 refuses a body of more than this many bytes. */
const limit = 500
/** Addresses, TLS facts and a CN at their largest. */
const others = 230

export const headerTooLarge: Rule = {
  code: 'MP413',
  name: 'header-too-large',
  summary: 'The header may become longer than the broker accepts.',
  severity: 'warning',
  harm: 'Connections whose values are long are reset: "Invalid input".',
  evidence: 'Mosquitto 2.1.2: a body of 495 bytes is accepted, 505 refused; VerneMQ 2.2.0 reads up to 1460 in one go.',
  fix: 'Send fewer or shorter TLVs.',
  *check({ links }) {
    yield* eachLink(links, (link) => {
      const { server, receiver } = link
      const { tlvs } = server.header
      const [first] = tlvs
      if (receiver.origin.broker !== 'mosquitto' || server.header.version !== 2 || first === undefined) return undefined
      // A format that takes what clients send (names, headers) has no bound; a literal has its own length.
      const bytes = tlvs.reduce((sum, one) => sum + (one.args[0]?.text.length ?? 0) + 3, others)
      if (bytes <= limit) return undefined
      return {
        at: first.span,
        message: `the header of ${serverName(link)} can exceed ${limit} bytes, which Mosquitto refuses`,
        fix: { text: 'fewer or shorter set-proxy-v2-tlv-fmt' },
      }
    })
  },
}
