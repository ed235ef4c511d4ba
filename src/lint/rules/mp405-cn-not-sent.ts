import { sendInstead } from '../edits.js'
import { eachLink } from '../links.js'
import type { Rule } from '../rule.js'
import { fromServer, serverName } from '../say.js'

export const cnNotSent: Rule = {
  code: 'MP405',
  name: 'cn-not-sent',
  summary: 'The broker takes the username from the CN, which HAProxy does not send.',
  severity: 'error',
  harm: 'Every client is refused: CONNACK 4 (134 in MQTT 5).',
  evidence: 'Mosquitto 2.1.2 with use_identity_as_username behind send-proxy-v2-ssl.',
  fix: 'send-proxy-v2-ssl-cn.',
  *check({ links }) {
    yield* eachLink(links, (link) => {
      const { server, receiver } = link
      if (receiver.usesCn === undefined || server.header.version !== 2 || !server.header.ssl || server.header.cn)
        return undefined
      return {
        at: fromServer(link).span,
        message: `use_identity_as_username needs the CN, and ${serverName(link)} sends ${server.header.kind} without it`,
        related: [{ span: receiver.usesCn, message: 'the CN is to be the username' }],
        fix: { text: 'send-proxy-v2-ssl-cn', edits: sendInstead(server, 'send-proxy-v2-ssl-cn') },
      }
    })
  },
}
