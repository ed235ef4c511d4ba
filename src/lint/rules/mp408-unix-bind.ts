import { eachLink } from '../links.js'
import type { Rule } from '../rule.js'
import { serverName } from '../say.js'

export const unixBind: Rule = {
  code: 'MP408',
  name: 'unix-bind',
  summary: 'Clients come over a unix socket, for which HAProxy sends a header without addresses.',
  severity: 'error',
  harm: 'Their connections are dropped: version 1 says UNKNOWN, version 2 LOCAL, and the broker closes on them.',
  evidence:
    'HAProxy 2.6: bind unix@ sends "PROXY UNKNOWN" or LOCAL; Mosquitto 2.1.2 refuses both, VerneMQ 2.2.0 crashes on UNKNOWN.',
  fix: 'A TCP bind for MQTT clients, or a backend without send-proxy for the socket.',
  *check({ links }) {
    yield* eachLink(links, (link) => {
      const { receiver, server } = link
      const { version } = server.header
      const unix = link.fronts.find(
        ({ bind }) => bind.endpoints.some((one) => one.kind === 'unix') && bind.acceptProxy === undefined,
      )
      if (unix === undefined || version === undefined || !receiver.accepts.includes(version)) return undefined
      const refuses = version === 1 ? receiver.origin.broker !== 'rabbitmq' : receiver.dropsLocal
      if (!refuses) return undefined
      return {
        at: unix.bind.address.span,
        message: `clients of this socket get a header without addresses (${version === 1 ? 'UNKNOWN' : 'LOCAL'}), which the broker refuses`,
        related: [{ span: server.header.span ?? server.address.span, message: `${serverName(link)} sends it` }],
      }
    })
  },
}
