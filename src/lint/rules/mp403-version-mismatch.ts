import { neededKeyword, replaceAt, sendInstead } from '../edits.js'
import { eachLink } from '../links.js'
import type { Rule } from '../rule.js'
import { fromServer, listenerName, serverName } from '../say.js'

export const versionMismatch: Rule = {
  code: 'MP403',
  name: 'version-mismatch',
  summary: 'HAProxy sends one version of the PROXY header and the listener reads the other.',
  severity: 'error',
  harm: 'Every client is cut off without a CONNACK, while health checks stay green.',
  evidence:
    'Mosquitto 2.1.2 reads one version only: v1 to a v2 listener "Invalid input", v2 to a v1 listener "corrupt PROXY header".',
  fix: 'send-proxy-v2 with enable_proxy_protocol 2, or send-proxy with enable_proxy_protocol 1.',
  *check({ links }) {
    yield* eachLink(links, (link) => {
      const { server, receiver } = link
      const { version } = server.header
      if (version === undefined || receiver.accepts.length === 0 || receiver.accepts.includes(version)) return undefined
      const { origin } = receiver
      const setting = origin.broker === 'mosquitto' ? origin.listener.settings.get('enable_proxy_protocol') : undefined
      const raise = version === 1
      const keyword = neededKeyword(receiver)
      return {
        at: fromServer(link).span,
        message: `${serverName(link)} sends version ${version}, and ${listenerName(receiver)} reads version ${receiver.accepts.join()} only`,
        related: [{ span: receiver.proxySpan ?? receiver.span, message: `reads version ${receiver.accepts.join()}` }],
        fix: raise
          ? { text: keyword, edits: sendInstead(server, keyword) }
          : {
              text: 'enable_proxy_protocol 2',
              ...(setting !== undefined && { edits: [replaceAt(setting.valueSpan, '2')] }),
            },
      }
    })
  },
}
