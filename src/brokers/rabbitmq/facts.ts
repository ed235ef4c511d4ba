import type { Fact } from '../facts.js'

const measured4 = { source: 'measured on 4.3.6', date: '2026-11-27', since: '4.0' } as const
const header = (address: string) => Buffer.from(`PROXY TCP4 ${address} 192.0.2.1 4242 1883\r\n`).toString('hex')
const guest = { username: 'guest', password: 'guest' } as const
const proxied = ['mqtt.proxy_protocol = true', 'mqtt.allow_anonymous = false']
/** Version 2, PROXY, TCP4, 192.0.2.1:4242 to 192.0.2.1:1883, an SSL TLV with one sub-TLV of this type. */
const withSubTlv = (type: string) =>
  `0d0a0d0a000d0a515549540a21110019cb007109c00002011092075b20000a0100000000${type}00027878`

/** The same header with a TLV of this type and no SSL TLV. */
const besideSsl = (type: string) => `0d0a0d0a000d0a515549540a21110011cb007109c00002011092075b${type}00027878`
const openToGuest = [
  'mqtt.proxy_protocol = true',
  'loopback_users = none',
  'anonymous_login_user = guest',
  'anonymous_login_pass = guest',
]

/** What is known of RabbitMQ's MQTT plugin; `scripts/broker-facts.mjs rabbitmq@4` asks a running one. */
export const facts: readonly Fact[] = [
  {
    id: 'mqtt-5',
    what: 'MQTT 5.0 is spoken since 3.13; CONNACK says Maximum QoS 1, because QoS 2 is served as 1',
    ...measured4,
    ask: { kind: 'connack', property: 'maximumQoS', is: 1 },
  },
  {
    id: 'shared-subscriptions',
    what: 'shared subscriptions are not available, and the MQTT 5 CONNACK says so',
    ...measured4,
    ask: { kind: 'connack', property: 'sharedSubscriptionAvailable', is: false },
  },
  {
    id: 'largest-packet',
    what: 'the largest packet is 16 MiB',
    ...measured4,
    ask: { kind: 'connack', property: 'maximumPacketSize', is: 16_777_216 },
  },
  {
    id: 'guest-by-header',
    what: 'guest may log in from loopback only, and the address in the header counts: anyone who reaches the listener can claim 127.0.0.1',
    ...measured4,
    ask: { kind: 'connect', lines: proxied, header: header('127.0.0.1'), ...guest, is: 0 },
  },
  {
    id: 'guest-from-elsewhere',
    what: 'guest is refused when the header claims another address',
    ...measured4,
    ask: { kind: 'connect', lines: proxied, header: header('203.0.113.9'), ...guest, is: 5 },
  },
  {
    id: 'guest-by-socket',
    what: 'before 4 the socket decides about guest, not the header: behind an HAProxy on the same machine guest may log in from everywhere, and on another machine from nowhere',
    source: 'measured on 3.10.8',
    date: '2026-11-27',
    until: '3.10',
    ask: { kind: 'connect', lines: proxied, header: header('203.0.113.9'), ...guest, is: 0 },
  },
  {
    id: 'anonymous-by-name',
    what: 'anonymous_login_user replaces mqtt.default_user since 3.13; neither starts with the other name',
    ...measured4,
    ask: { kind: 'accepts', lines: ['mqtt.default_user = guest'], is: false },
  },
  {
    id: 'sub-tlv-group',
    what: 'SSL sub-TLVs that the library does not know (0x26 to 0x28, of the specification of 2025 and later) end the connection',
    ...measured4,
    ask: {
      kind: 'connect',
      lines: openToGuest,
      header: withSubTlv('26'),
      is: 'closed',
    },
  },
  {
    id: 'tlv-beside-ssl',
    what: 'the same types beside the SSL TLV are ignored: HAProxy up to 3.4 has no proxy-v2-options for the sub-TLVs, and set-proxy-v2-tlv-fmt(0x26) writes beside the SSL TLV, so lint has no rule about them',
    ...measured4,
    ask: { kind: 'connect', lines: openToGuest, header: besideSsl('26'), is: 0 },
  },
  {
    id: 'default-listener',
    what: 'a file without mqtt.listeners.tcp opens port 1883 on every address; a sandbox must name one',
    source: 'second-hand, from https://www.rabbitmq.com/docs/mqtt',
    date: '2026-11-27',
  },
  {
    id: 'header-timeout',
    what: 'a PROXY header is waited for 3 seconds',
    source: 'rabbit_networking.erl of 3.10 and 4.3',
    date: '2026-11-21',
  },
]
