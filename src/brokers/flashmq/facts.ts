import type { Fact } from '../facts.js'

const measured = { source: 'measured on 1.26.2', date: '2026-11-27' } as const

/** 203.0.113.9:4242 to 192.0.2.1:1883. */
const v1 = '50524f58592054435034203230332e302e3131332e39203139322e302e322e31203432343220313838330d0a'
const v2 = '0d0a0d0a000d0a515549540a2111000ccb007109c00002011092075b'
const local = '0d0a0d0a000d0a515549540a20000000'
/** The same client, with a certificate of CN alice that was not verified. */
const unverified = '0d0a0d0a000d0a515549540a2111001ccb007109c00002011092075b20000d0700000001220005616c696365'
/** The same client, with the TLV NOOP twice. */
const twice = '0d0a0d0a000d0a515549540a21110012cb007109c00002011092075b040000040000'

/** What is known of FlashMQ 1.26.2, built from its source and run. */
export const facts: readonly Fact[] = [
  {
    id: 'version',
    what: 'what stands here was measured on FlashMQ 1.26.2',
    ...measured,
    ask: { kind: 'version', is: '1.26' },
  },
  {
    id: 'version-2',
    what: 'haproxy on reads version 2, also in front of its own TLS (fullchain, privkey)',
    ...measured,
    ask: { kind: 'connect', lines: ['haproxy on'], header: v2, is: 0 },
  },
  {
    id: 'version-2-only',
    what: 'haproxy on resets a connection that begins with a header of version 1, or with a CONNECT',
    ...measured,
    ask: { kind: 'connect', lines: ['haproxy on'], header: v1, is: 'closed' },
  },
  {
    id: 'local-closed',
    what: 'LOCAL headers, as health checks send them, and v2 headers without addresses are closed',
    ...measured,
    ask: { kind: 'connect', lines: ['haproxy on'], header: local, is: 'closed' },
  },
  {
    id: 'client-verification',
    what: 'haproxy client_verification (since 1.25.0) demands a CN in the header and makes it the username',
    ...measured,
    ask: { kind: 'connect', lines: ['haproxy client_verification'], header: v2, is: 'closed' },
  },
  {
    id: 'verify-not-looked-at',
    what: 'client_verification takes the CN of a certificate that was not verified, too: verify and client bits are not looked at',
    ...measured,
    ask: { kind: 'connect', lines: ['haproxy client_verification'], header: unverified, is: 0 },
  },
  {
    id: 'client-verification-logs-in',
    what: 'client_verification lets a client in by its CN alone, also with allow_anonymous false; client_verification_with_authn asks for its password as well',
    ...measured,
    ask: {
      kind: 'connect',
      lines: ['haproxy client_verification', 'allow_anonymous false'],
      header: unverified,
      is: 0,
    },
  },
  {
    id: 'tlv-twice',
    what: 'a header that has any TLV twice is refused',
    ...measured,
    ask: { kind: 'connect', lines: ['haproxy on'], header: twice, is: 'closed' },
  },
  {
    id: 'off-after-on',
    what: 'haproxy off does not take back a haproxy on above it in the same block',
    ...measured,
    ask: { kind: 'connect', lines: ['haproxy on', 'haproxy off'], header: v2, is: 0 },
  },
  {
    id: 'no-comment-behind-a-value',
    what: 'a comment behind a value keeps FlashMQ from starting',
    ...measured,
    ask: { kind: 'accepts', lines: ['haproxy on # headers'], is: false },
  },
  {
    id: 'in-pieces',
    what: 'the first 16 bytes of a header, and its addresses, have to come in one piece each; TLVs may come later, up to 60,000 bytes of them were taken',
    ...measured,
  },
  {
    id: 'patience',
    what: 'a client that sends no complete CONNECT is closed after 32 s; so is a header of version 1 on a listener without haproxy',
    ...measured,
  },
  {
    id: 'no-port-in-the-log',
    what: 'the log names clients by address and username, without their port',
    ...measured,
  },
  {
    id: 'reuses-its-port',
    what: 'it binds with SO_REUSEPORT: two FlashMQ of one user listen on the same port side by side, silently',
    ...measured,
  },
]
