import type { Fact } from '../facts.js'

const measured = { source: 'measured on 2.2.0', date: '2026-11-26' } as const
const listener = 'listener.tcp.haproxy'
const proxied = [`${listener}.proxy_protocol = on`]
const v1 = '50524f58592054435034203139382e35312e3130302e37203139322e302e322e31203432343220313838330d0a'
const v1Unknown = '50524f585920554e4b4e4f574e0d0a'

/** What is known of VerneMQ; `VERNEMQ_BIN=... node scripts/broker-facts.mjs vernemq` asks a running one. */
export const facts: readonly Fact[] = [
  {
    id: 'both-versions',
    what: 'a listener with proxy_protocol = on reads both versions of the header',
    ...measured,
    ask: { kind: 'connect', lines: proxied, header: v1, is: 0 },
  },
  {
    id: 'header-mandatory',
    what: 'without a header the connection is reset',
    ...measured,
    ask: { kind: 'connect', lines: proxied, header: '', is: 'closed' },
  },
  {
    id: 'v1-unknown',
    what: 'PROXY UNKNOWN ends the connection with a crash report: HAProxy sends it for clients of a unix socket',
    ...measured,
    ask: { kind: 'connect', lines: proxied, header: v1Unknown, is: 'closed' },
  },
  {
    id: 'on-or-off',
    what: 'proxy_protocol takes on and off only; true keeps VerneMQ from starting',
    ...measured,
    ask: { kind: 'accepts', lines: [`${listener}.proxy_protocol = true`], is: false },
  },
  {
    id: 'no-header-before-tls',
    what: 'listener.ssl.NAME.proxy_protocol is not a setting: a TLS listener reads no header',
    ...measured,
    ask: { kind: 'accepts', lines: ['listener.ssl.other.proxy_protocol = on'], is: false },
  },
  {
    id: 'cn-option-unread',
    what: 'proxy_protocol_use_cn_as_username of one listener is accepted and never read: on TCP a CN always becomes the username, on WebSocket never',
    ...measured,
    ask: { kind: 'accepts', lines: [`${listener}.proxy_protocol_use_cn_as_username = off`], is: true },
  },
  {
    id: 'plugins-after-port',
    what: 'the port is open about a second before the plugins are up: SUBSCRIBE is refused in between',
    ...measured,
  },
  {
    id: 'cookie',
    what: 'without distributed_cookie in vernemq.conf it does not start',
    ...measured,
  },
]
