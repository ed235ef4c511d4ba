import { type Endpoint, reaches } from '../../kernel/address.js'
import type { Rule } from '../rule.js'

export const proxyLoop: Rule = {
  code: 'MP113',
  name: 'proxy-loop',
  summary: 'A server line leads back to the frontend it comes from.',
  severity: 'error',
  harm: 'One client fills HAProxy up to maxconn at once, and nobody reaches a broker.',
  evidence: 'Measured on HAProxy 2.6: 200 of 200 connections used by one client; haproxy -c ends 0.',
  fix: 'Point the server at the broker.',
  *check({ routes, links }) {
    for (const { server, fronts, frontends } of routes) {
      // A broker on the very port is a clash (MP411), not a loop.
      if (links.some((one) => one.server === server)) continue
      // With rules that pick a backend the way round may end.
      if (frontends.some((one) => one.useBackends.length > 0)) continue
      const own = fronts.find(({ bind }) =>
        bind.endpoints.some((one) => reaches(server.endpoint, one) && local(server)),
      )
      if (own === undefined) continue
      yield {
        at: server.address.span,
        message: `${server.name} connects to HAProxy's own frontend "${own.proxy.name}": connections go round until maxconn`,
        related: [{ span: own.bind.address.span, message: 'the frontend that leads to this server' }],
      }
    }
  },
}

/** A remote machine may well use the same port. */
function local(server: { readonly endpoint: Endpoint }): boolean {
  const { endpoint } = server
  return endpoint.kind === 'unix' || (endpoint.kind === 'tcp' && /^(localhost|127\.|::1$)/.test(endpoint.host ?? ''))
}
