import type { Fact } from '../facts.js'

const read = (file: string) => ({ source: `read in ${file} of EMQX 6.3 (beta), not run`, date: '2026-11-27' })

/** What is known of EMQX 5 and 6, all of it read: no EMQX was run. */
export const facts: readonly Fact[] = [
  {
    id: 'both-versions',
    what: 'proxy_protocol = true reads both versions; the header is mandatory, also in front of TLS (ssl and wss listeners)',
    source: 'second-hand, from https://docs.emqx.com/en/emqx/latest/configuration/listener.html',
    date: '2026-11-27',
  },
  {
    id: 'timeout',
    what: 'proxy_protocol_timeout, 3 s by default, is how long a header is waited for; a number without a unit is milliseconds',
    ...read('apps/emqx/src/emqx_schema.erl'),
  },
  {
    id: 'timeout-not-on-websocket',
    what: 'ws and wss listeners leave proxy_protocol_timeout unused: their header is read by ranch',
    ...read('apps/emqx/src/emqx_listeners.erl'),
  },
  {
    id: 'cn',
    what: 'mqtt.peer_cert_as_username = cn takes the CN of the header; HAProxy has to send it (send-proxy-v2-ssl-cn)',
    source: 'second-hand, from https://docs.emqx.com/en/emqx/latest/deploy/cluster/lb-haproxy.html',
    date: '2026-11-27',
  },
  {
    id: 'peer-cert-as-username',
    what: 'peer_cert_as_username is disabled, cn, dn, crt, pem or md5',
    ...read('apps/emqx/src/emqx_schema.erl'),
  },
  {
    id: 'clients-list',
    what: 'emqx ctl clients list names client id, username and peername of every session, with connected=true while it is open',
    ...read('apps/emqx_management/src/emqx_mgmt_cli.erl'),
  },
  {
    id: 'variables',
    what: 'variables EMQX_ with __ for a dot win over emqx.conf',
    ...read('bin/emqx'),
  },
  {
    id: 'check-config',
    what: 'emqx check_config says what is wrong with emqx.conf without a start',
    ...read('bin/emqx'),
  },
  {
    id: 'ports-of-a-node',
    what: 'the number that ends a node name decides its ports for distribution (4370 and on) and calls (5370 and on); there is no epmd',
    source: 'second-hand, from https://docs.emqx.com/zh/emqx/v4.3/advanced/cluster-security.html',
    date: '2026-11-27',
  },
  {
    id: 'client-certificate-on-ssl',
    what: 'behind a header an ssl listener loses the client certificate of its own TLS before 6.0.3',
    source: 'second-hand, from https://github.com/emqx/emqx/pull/17223',
    date: '2026-11-27',
  },
]
