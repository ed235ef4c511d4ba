import { addToReceiver, neededKeyword, sendInstead } from '../edits.js'
import { eachLink, type Link } from '../links.js'
import type { Receiver } from '../receivers.js'
import type { Rule, RuleFinding } from '../rule.js'
import { atListener, fromServer, listenerName, serverName } from '../say.js'

export const headerOnOneSide: Rule = {
  code: 'MP402',
  name: 'header-on-one-side',
  summary: 'One side sends or expects a PROXY header and the other does not.',
  severity: 'error',
  harm: 'Every client is cut off without a CONNACK, while health checks stay green.',
  evidence:
    'HAProxy 2.6 to 3.4 with Mosquitto 2.1.2 and VerneMQ 2.2.0: server UP, connection closed. Mosquitto logs "First packet not CONNECT (0D)" or (50) for a header it did not expect.',
  fix: 'send-proxy-v2 on the server line and enable_proxy_protocol 2 on the listener, or neither.',
  *check({ links }) {
    yield* eachLink(links, (link) => {
      const { server, receiver } = link
      if (server.header.version === undefined && receiver.accepts.length > 0) return missingSender(link)
      if (server.header.version !== undefined && receiver.accepts.length === 0) return missingReceiver(link)
      return undefined
    })
  },
}

function missingSender(link: Link): RuleFinding {
  const { server, receiver } = link
  const keyword = neededKeyword(receiver)
  return {
    at: server.address.span,
    message: `${serverName(link)} sends no PROXY header, and ${listenerName(receiver)} refuses every client without one`,
    related: [{ span: receiver.proxySpan ?? receiver.span, message: 'the listener expects a header' }],
    fix: { text: keyword, edits: sendInstead(server, keyword) },
  }
}

function missingReceiver(link: Link): RuleFinding {
  const { server, receiver } = link
  const text = enablingLine(receiver, server.header.version ?? 2)
  const impossible = receiver.tls && receiver.origin.broker !== 'rabbitmq'
  return {
    ...fromServerFinding(link),
    fix: impossible
      ? { text: 'no send-proxy: a listener that ends TLS cannot read a header' }
      : { text, edits: [addToReceiver(receiver, text)] },
  }
}

function fromServerFinding(link: Link): RuleFinding {
  const { span } = fromServer(link)
  const message = `${serverName(link)} sends a PROXY header that ${listenerName(link.receiver)} cannot read: every client is cut off`
  return { at: span, message, related: [atListener(link.receiver, 'the listener reads no header')] }
}

function enablingLine(receiver: Receiver, version: 1 | 2): string {
  const { origin } = receiver
  if (origin.broker === 'mosquitto') return `enable_proxy_protocol ${version}`
  if (origin.broker === 'rabbitmq') return `${origin.listener.plugin}.proxy_protocol = true`
  return `listener.${origin.listener.transport}.${origin.listener.name}.proxy_protocol = on`
}
