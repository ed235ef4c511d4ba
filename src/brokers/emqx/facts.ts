import type { Fact } from '../facts.js'

const read = { date: '2026-11-27' } as const

/** What is known of EMQX, all of it read: no EMQX was run. */
export const facts: readonly Fact[] = [
  {
    id: 'both-versions',
    what: 'proxy_protocol = true reads both versions; the header is mandatory, also in front of TLS (ssl and wss listeners)',
    source: 'second-hand, from https://docs.emqx.com/en/emqx/latest/configuration/listener.html',
    ...read,
  },
  {
    id: 'timeout',
    what: 'proxy_protocol_timeout, 3 s by default, is how long a header is waited for',
    source: 'second-hand, from https://docs.emqx.com/en/emqx/latest/configuration/listener.html',
    ...read,
  },
  {
    id: 'cn',
    what: 'mqtt.peer_cert_as_username = cn takes the CN of the header; HAProxy has to send it (send-proxy-v2-ssl-cn)',
    source: 'second-hand, from https://docs.emqx.com/en/emqx/latest/deploy/cluster/lb-haproxy.html',
    ...read,
  },
  {
    id: 'client-certificate-on-ssl',
    what: 'behind a header an ssl listener loses the client certificate of its own TLS before 6.0.3',
    source: 'second-hand, from https://github.com/emqx/emqx/pull/17223',
    ...read,
  },
]
