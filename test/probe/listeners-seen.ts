import { layered, secured } from './listeners-secured.js'
import { firstRound, saw, session } from './observations.js'
import { reach, refused, round, type Seen } from './rounds.js'

const asText = (text: string) => ({ received: Buffer.from(text) })
/** Everything that was sent was ended, silence too. */
const endedAfter = (ms: number) => firstRound().map((one) => ({ ...one, outcome: 'closed' as const, ms }))
const unanswered = (ms: number) =>
  firstRound().map((one) => (one.attempt === 'silence' ? one : { ...saw(one.attempt, 'timeout'), ms }))

const notReached: Readonly<Record<string, Seen>> = {
  'nothing listens': { seen: [saw('silence', 'refused', { stage: 'connect', detail: 'connection refused' })] },
  'nothing listens where silence should have been watched': {
    seen: [saw('silence', 'refused', { stage: 'connect' })],
    options: { silenceAskedMs: 30_000 },
  },
  'a firewall drops': { seen: [saw('silence', 'timeout', { stage: 'connect' })] },
  'an access list resets': { seen: [saw('silence', 'reset', { stage: 'connect' })] },
  'no route to the host': { seen: [saw('silence', 'unreachable', { stage: 'connect', detail: 'no route to host' })] },
  'a name that cannot be looked up, whatever the outcome is called': {
    seen: [saw('silence', 'closed', { stage: 'connect' })],
  },
  'nothing was tried': { seen: [] },
}

const plainText: Readonly<Record<string, Seen>> = {
  'a broker without PROXY': {
    seen: [
      ...round(saw('plain', 'accepted'), saw('plain-5', 'accepted', { properties: { topicAliasMaximum: 10 } })),
      session(false, { version: 'mosquitto version 2.0.22' }),
    ],
  },
  'a broker without PROXY, on the network': {
    seen: [...firstRound('plain', 'plain-5'), session(undefined)],
    options: reach,
  },
  'a broker that asks for a password': { seen: round(refused('plain', 5), refused('plain-5', 135)) },
  'a broker that was given a password': {
    seen: firstRound('plain', 'plain-5'),
    options: { usernameGiven: true },
  },
  'a broker of MQTT 3.1.1 only': { seen: round(saw('plain', 'accepted'), refused('plain-5', 1)) },
  'a broker of MQTT 5 only': { seen: round(refused('plain', 1), saw('plain-5', 'accepted')) },
  'a broker that refuses version 5 with a code of version 5': {
    seen: round(saw('plain', 'accepted'), refused('plain-5', 132)),
  },
  'HAProxy in front of a broker': { seen: [...firstRound('plain', 'plain-5'), session(true)], options: reach },
  'a header or none': { seen: [...firstRound('plain', 'v1', 'v2', 'v2-local'), session(false)] },
  'a header or none, through a relay': { seen: [...firstRound('plain-5', 'v2'), session(true)], options: reach },
  'a session that is cut, and a silence that is not': {
    seen: [
      ...firstRound('plain').map((one) => (one.attempt === 'silence' ? { ...one, ms: 90_000 } : one)),
      session(undefined, { cutAfterMs: 30_250 }),
    ],
    options: { silenceAskedMs: 90_000 },
  },
  'a silence that is ended': {
    seen: round(saw('silence', 'closed', { ms: 10_040 }), saw('plain', 'accepted')),
    options: { silenceAskedMs: 30_000 },
  },
}

const headed: Readonly<Record<string, Seen>> = {
  'version 1 only': { seen: [...firstRound('v1'), session(false)] },
  'version 2 only, LOCAL too': { seen: [...firstRound('v2', 'v2-local'), session(false)] },
  'version 2 only, without LOCAL, on the network': { seen: firstRound('v2'), options: reach },
  'both versions': { seen: firstRound('v1', 'v2', 'v2-local', 'v2-ssl-off', 'v2-cert'), options: { reachable: true } },
  'both versions and LOCAL, through a relay': { seen: [...firstRound('v1', 'v2', 'v2-local'), session(true)] },
  'both versions without LOCAL, through a relay': { seen: [...firstRound('v1', 'v2'), session(true)] },
  'one version and LOCAL, through a relay': { seen: [...firstRound('v2', 'v2-local'), session(true)] },
  'both versions and LOCAL, without a relay': { seen: [...firstRound('v1', 'v2', 'v2-local'), session(false)] },
  'an SSL TLV is enough': { seen: firstRound('v2-ssl-off', 'v2-cert', 'v2-local') },
  'TLS has to be reported in version 2, and version 1 is read': { seen: firstRound('v1', 'v2-cert') },
  'a certificate has to be reported': { seen: firstRound('v2-cert') },
  'a name has to be reported': { seen: round(refused('v2-cert', 4)) },
  'an account for this machine': {
    seen: round(refused('v2', 5), refused('v2-local', 0), saw('loopback', 'accepted'), refused('private', 5)),
    options: { reachable: true },
  },
  'an account for this network': {
    seen: round(refused('v2', 5), refused('v1', 5), refused('loopback', 5), saw('private', 'accepted')),
    options: reach,
  },
  'both accounts, where nobody knows who reaches it': {
    seen: round(refused('v2-cert', 5), saw('loopback', 'accepted'), saw('private', 'accepted')),
    options: { reachable: undefined },
  },
  'a forged name is accepted': { seen: [...firstRound('v2'), saw('v2-cn', 'accepted')], options: { reachable: true } },
  'a forged name is refused': { seen: [...firstRound('v2'), refused('v2-cn', 5)] },
  'nobody forged a name': { seen: firstRound('v2'), options: { spoofed: false } },
  'nobody forged a name, version 1': { seen: firstRound('v1'), options: { spoofed: false, ...reach } },
}

const others: Readonly<Record<string, Seen>> = {
  'an SSH server': { seen: round(saw('silence', 'not-mqtt', asText('SSH-2.0-OpenSSH_9.2\r\n'))) },
  'a web server': { seen: round(saw('ws', 'not-mqtt', { stage: 'websocket', detail: 'HTTP 404' })) },
  'a web server that gives no reason': { seen: round(saw('ws', 'not-mqtt', { stage: 'websocket' })) },
  'a web server that answers CONNECT': {
    seen: round(saw('ws', 'closed'), saw('plain', 'not-mqtt', asText('HTTP/1.1 400 Bad Request\r\n'))),
  },
  'something that answers CONNECT': { seen: round(saw('plain', 'not-mqtt', asText('what?'))) },
  'something that answers MQTT 5': { seen: round(saw('plain-5', 'not-mqtt', asText('\u001b[31mwhat?'))) },
  'a frontend without a backend': { seen: endedAfter(3.4) },
  'a frontend without a backend, by a reset': {
    seen: endedAfter(3000).map((one) => ({ ...one, outcome: one.attempt === 'tls' ? 'tls' : 'reset' })),
  },
  'ends all within a quarter of a second': {
    seen: endedAfter(10).map((one) => (one.attempt === 'v2' ? { ...one, ms: 259 } : one)),
  },
  'ends one later than the others': {
    seen: endedAfter(10).map((one) => (one.attempt === 'v2' ? { ...one, ms: 260 } : one)),
  },
  'ends all within twice the time': {
    seen: endedAfter(1000).map((one) => (one.attempt === 'v2' ? { ...one, ms: 1999 } : one)),
  },
  'ends one after twice the time': {
    seen: endedAfter(1000).map((one) => (one.attempt === 'v2' ? { ...one, ms: 2000 } : one)),
  },
  'ends silence later than the others': {
    seen: endedAfter(1000).map((one) => (one.attempt === 'silence' ? { ...one, ms: 5000 } : one)),
  },
  'ends all but one': {
    seen: endedAfter(1).map((one) => (one.attempt === 'v1' ? saw('v1', 'timeout') : one)),
  },
  'only silence was tried': { seen: [saw('silence', 'closed')] },
  'ends all but those that never got connected': {
    seen: endedAfter(1).map((one) => (one.attempt === 'v1' ? saw('v1', 'timeout', { stage: 'connect' }) : one)),
  },
  'never answers': { seen: unanswered(900) },
  'never answers, not even all connections': {
    seen: unanswered(900).map((one) => (one.attempt === 'ws' ? { ...one, stage: 'connect', ms: 5000.4 } : one)),
  },
  'answers nothing, ends one': {
    seen: unanswered(900).map((one) => (one.attempt === 'v1' ? saw('v1', 'closed') : one)),
  },
  'ends whatever is sent, but not silence': { seen: firstRound() },
}

export const listenersSeen: Readonly<Record<string, Seen>> = {
  ...notReached,
  ...plainText,
  ...headed,
  ...secured,
  ...layered,
  ...others,
}
