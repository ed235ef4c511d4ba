import type { Fact } from '../facts.js'

const measured = { source: 'measured on 2.1.2', date: '2026-11-21', since: '2.1' } as const
const v1 = '50524f58592054435034203139382e35312e3130302e37203139322e302e322e31203432343220313838330d0a'

/** What is known of Mosquitto; `node scripts/broker-facts.mjs mosquitto@2.1` asks a running one. */
export const facts: readonly Fact[] = [
  {
    id: 'one-version',
    what: 'a listener reads the version that it names, not the other one',
    ...measured,
    ask: { kind: 'connect', lines: ['enable_proxy_protocol 2'], header: v1, is: 'closed' },
  },
  {
    id: 'v1-listener',
    what: 'enable_proxy_protocol 1 reads version 1',
    ...measured,
    ask: { kind: 'connect', lines: ['enable_proxy_protocol 1'], header: v1, is: 0 },
  },
  {
    id: 'a-number',
    what: 'enable_proxy_protocol takes 1 or 2; true keeps Mosquitto from starting',
    ...measured,
    ask: { kind: 'accepts', lines: ['enable_proxy_protocol true'], is: false },
  },
  {
    id: 'option-name',
    what: 'enable_proxy_protocol_v2 is not an option',
    ...measured,
    ask: { kind: 'accepts', lines: ['enable_proxy_protocol_v2 true'], is: false },
  },
  {
    id: 'topic-alias',
    what: 'the MQTT 5 CONNACK allows ten topic aliases',
    ...measured,
    ask: { kind: 'connack', property: 'topicAliasMaximum', is: 10 },
  },
]
