import { addWords } from '../../path/edits.js'
import { eachLink, type Link } from '../../path/ground.js'
import { serverName } from '../../path/say.js'
import type { Rule, RuleFinding } from '../rule.js'

export const checkWithoutHeader: Rule = {
  code: 'MP415',
  name: 'check-without-header',
  summary: 'Health checks reach a PROXY listener without the header that traffic has.',
  severity: 'warning',
  also: ['error'],
  harm: 'Each check is an error in the broker log; a check that speaks MQTT fails, and the server is never UP.',
  evidence: 'HAProxy 2.6 and 3.4: "check port N" and a bare "tcp-check connect" send no header.',
  fix: 'check-send-proxy on the server line, or "tcp-check connect default".',
  *check(model) {
    yield* eachLink(model, (link) => {
      const { hop, listener } = link
      if (hop.server.check.enabled === undefined || listener.header.accepts.length === 0) return undefined
      return bareConnect(link) ?? explicitPort(link, model.topology.listeners)
    })
  },
}

function bareConnect(link: Link): RuleFinding | undefined {
  const { backend: proxy, server } = link.hop
  if (!proxy.options.has('tcp-check') || server.check.port !== undefined) return undefined
  const bare = proxy.tcpChecks.find((line) => {
    const words = line.words.map((one) => one.text)
    return (
      words[1] === 'connect' && !words.includes('default') && !words.includes('send-proxy') && !words.includes('port')
    )
  })
  if (bare === undefined) return undefined
  const talks = proxy.tcpChecks.some((line) => /^(send|expect)/.test(line.words[1]?.text ?? ''))
  return {
    at: bare.span,
    severity: talks ? 'error' : 'warning',
    message: `this tcp-check connect sends no PROXY header to ${serverName(link.hop)}${talks ? ': the server is never UP' : ''}`,
    fix: { text: 'tcp-check connect default', edits: [addWords(bare, 'default')] },
  }
}

function explicitPort(link: Link, listeners: readonly Link['listener'][]): RuleFinding | undefined {
  const { server } = link.hop
  const { port, addr, sendProxy } = server.check
  const at = port ?? addr
  if (at === undefined || sendProxy !== undefined) return undefined
  const target =
    port === undefined
      ? link.listener
      : listeners.find((one) => one.endpoint.kind === 'tcp' && String(one.endpoint.port) === port.value)
  if (target === undefined || target.header.accepts.length === 0) return undefined
  return {
    at: at.span,
    message: `checks of ${serverName(link.hop)} with "${port === undefined ? 'addr' : 'port'}" send no PROXY header to a listener that wants one`,
    related: [{ span: target.header.span ?? target.span, message: 'the listener wants a header' }],
    fix: { text: 'check-send-proxy', edits: [addWords(server.line, 'check-send-proxy')] },
  }
}
