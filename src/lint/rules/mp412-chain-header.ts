import { isIP } from 'node:net'
import type { BindView, HaproxyView, ProxyView, ServerView } from '../../config/haproxy/view.js'
import { type Endpoint, isLoopback, reaches } from '../../kernel/address.js'
import { addWords, sendInstead } from '../edits.js'
import type { Model } from '../model.js'
import type { Rule, RuleFinding } from '../rule.js'

export const chainHeader: Rule = {
  code: 'MP412',
  name: 'chain-header',
  summary: 'Two HAProxies in a chain disagree about the PROXY header between them.',
  severity: 'error',
  harm: 'Either the broker gets two headers and drops the client, or the inner HAProxy drops it for want of one.',
  evidence:
    'HAProxy 2.6 and Mosquitto 2.1.2: a header to a bind without accept-proxy is passed on as payload ("First packet not CONNECT"); a bind with accept-proxy resets a connection without a header.',
  fix: 'send-proxy-v2 on the edge together with accept-proxy on the inner bind.',
  *check(model) {
    for (const route of model.routes) {
      const { server, proxy: from } = route
      for (const { bind, proxy } of bindsReached(route, model)) {
        if (bind.acceptProxy === undefined && server.header.version !== undefined) {
          if (proxy.tcpRequests.some((line) => line.words.some((word) => word.text === 'expect-proxy'))) continue
          yield unread(server, bind)
        } else if (bind.acceptProxy !== undefined && server.header.version === undefined && from !== proxy) {
          yield unsent(server, bind.acceptProxy)
        }
      }
    }
  },
}

function unread(server: ServerView, bind: BindView): RuleFinding {
  return {
    at: server.header.span ?? server.address.span,
    message: `${server.name} sends a PROXY header to a bind without accept-proxy: it goes on to the broker as payload`,
    related: [{ span: bind.address.span, message: 'the bind it reaches' }],
    fix: { text: `bind ${bind.address.text} accept-proxy`, edits: [addWords(bind.line, 'accept-proxy')] },
  }
}

function unsent(server: ServerView, acceptProxy: RuleFinding['at']): RuleFinding {
  return {
    at: server.address.span,
    message: `${server.name} sends no PROXY header to a bind with accept-proxy, which resets every connection`,
    related: [{ span: acceptProxy, message: 'a header is required here' }],
    fix: { text: 'send-proxy-v2', edits: sendInstead(server, 'send-proxy-v2') },
  }
}

/**
 * Binds of the run that a server reaches. A bind on every address of another machine looks the same as ours, so within
 * one process only loopback, the very same address, or a socket count.
 */
function bindsReached(
  { server, haproxy }: Model['routes'][number],
  model: Model,
): readonly { bind: BindView; proxy: ProxyView }[] {
  const { endpoint } = server
  if (model.links.some((link) => link.server === server)) return []
  const literal = endpoint.kind !== 'tcp' || (endpoint.host !== undefined && isIP(endpoint.host) !== 0)
  if (!literal) return []
  const certain = (other: HaproxyView, at: Endpoint) =>
    other !== haproxy ||
    endpoint.kind !== 'tcp' ||
    isLoopback(endpoint.host) ||
    (at.kind === 'tcp' && at.host === endpoint.host)
  return model.haproxies.flatMap((other) =>
    other.proxies.flatMap((proxy) =>
      proxy.binds
        .filter((bind) => bind.endpoints.some((one) => reaches(endpoint, one) && certain(other, one)))
        .map((bind) => ({ bind, proxy })),
    ),
  )
}
