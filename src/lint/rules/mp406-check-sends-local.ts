import { insertBelow } from '../../path/edits.js'
import { eachLink, type Link } from '../../path/ground.js'
import { atListener, serverName } from '../../path/say.js'
import type { Rule, RuleFinding } from '../rule.js'

export const checkSendsLocal: Rule = {
  code: 'MP406',
  name: 'check-sends-local',
  summary: 'An MQTT health check is sent behind a LOCAL header that the broker drops.',
  severity: 'error',
  harm: 'The server is DOWN for ever and every client is cut off, although the broker is well.',
  evidence:
    'HAProxy 2.6 and Mosquitto 2.1.2: "TCPCHK got an empty response"; with pp2-never-send-local the server is UP.',
  fix: 'pp2-never-send-local in the global section, or check a plain listener with "check port".',
  *check({ links }) {
    yield* eachLink({ links }, (link): RuleFinding | undefined => {
      const { hop, listener } = link
      const { haproxy, backend: proxy, server } = hop
      if (
        server.check.enabled === undefined ||
        listener.header.accepts.length === 0 ||
        listener.header.local === 'serves' ||
        server.header.version !== 2
      )
        return undefined
      if (haproxy.global.pp2NeverSendLocal !== undefined || checksElsewhere(link)) return undefined
      const talks =
        proxy.options.has('tcp-check') &&
        proxy.tcpChecks.some((line) => /^(send|expect)/.test(line.words[1]?.text ?? ''))
      if (!talks || bareConnect(link)) return undefined
      const global = haproxy.global.sections[0]
      return {
        at: server.check.enabled,
        message: `the checks of ${serverName(hop)} speak MQTT behind a LOCAL header, which Mosquitto drops: the server is never UP`,
        related: [atListener(listener)],
        fix: {
          text: 'pp2-never-send-local in the global section',
          ...(global !== undefined && { edits: [insertBelow(global.header.span, '    pp2-never-send-local')] }),
        },
      }
    })
  },
}

function checksElsewhere({ hop: { server } }: Link): boolean {
  const { endpoint, check } = server
  return (
    check.addr !== undefined ||
    (check.port !== undefined && !(endpoint.kind === 'tcp' && check.port.value === String(endpoint.port)))
  )
}

/** A `tcp-check connect` without `default` and `send-proxy` sends no header at all: that is MP415. */
function bareConnect({ hop }: Link): boolean {
  const connects = hop.backend.tcpChecks.filter((line) => line.words[1]?.text === 'connect')
  return connects.some((line) => !line.words.some((word) => word.text === 'default' || word.text === 'send-proxy'))
}
