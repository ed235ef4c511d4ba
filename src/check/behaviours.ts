import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { nearest } from '../kernel/nearest.js'
import type { Requirement } from '../kernel/result.js'

/** How a pair behaves over time: reload, failures, idle clients, load. Each has a sandbox of its own. */
export interface Behaviour {
  /** The case id is `behaviour/id`. */
  readonly id: string
  readonly title: string
  readonly requirement: Requirement
  readonly expected: string
  /** Run HAProxy with a master process. */
  readonly master?: true
  /** Only a broker in a process of its own can do that. */
  readonly needsProcess?: true
  /** HAProxy's file of scenario `proxy`, changed. */
  readonly haproxy?: (text: string) => string
  /** Another listener of the broker, on loopback, that reads no header. */
  readonly plainListener?: number
}

const manual = 'HAProxy configuration manual'

/** Adds words to the server line. */
const onServer = (words: string) => (text: string) => text.replace(/^( +server broker1 .*)$/m, `$1 ${words}`)
const inGlobal = (line: string) => (text: string) => text.replace(/^global\n/m, `global\n    ${line}\n`)
const inBackend =
  (...lines: readonly string[]) =>
  (text: string) =>
    text.replace(/^(backend mqtt_backend\n)/m, `$1${lines.map((one) => `    ${one}\n`).join('')}`)
const idle = (time: string) => (text: string) => text.replace(/timeout (client|server) \S+/g, `timeout $1 ${time}`)
const both =
  (...edits: readonly ((text: string) => string)[]) =>
  (text: string) =>
    edits.reduce((one, edit) => edit(one), text)
const without = (words: RegExp) => (text: string) => text.replace(words, '')

/** CONNECT of client id "prob" with keepalive 60, and the CONNACK that has to follow. */
const mqttCheck = [
  'option tcp-check',
  'tcp-check connect default',
  'tcp-check send-binary 101000044d5154540402003c000470726f62',
  'tcp-check expect binary 20020000',
]
const quick = 'inter 150ms fastinter 150ms downinter 150ms rise 1 fall 1'
/** A second port for health checks; our own listener stands there. */
export const checkPort = 1890

const alive: Requirement = {
  text: 'A reload is not seen by clients that are connected.',
  ref: `${manual} 3.1, master-worker`,
}
const health: Requirement = {
  text: 'What a health check says and what clients get are two things.',
  ref: `${manual} 5.2, check`,
}
const marked: Requirement = {
  text: 'Sessions of a server that is marked down are ended only when told so.',
  ref: `${manual} 5.2, on-marked-down`,
}
const silence: Requirement = {
  text: 'A client may be silent for one and a half keepalives; HAProxy counts its own time.',
  ref: `${manual} 4.2, timeout client; MQTT-3.1.2-22`,
}
const failing: Requirement = { text: 'What becomes of clients when the broker fails.', ref: `${manual} 5.2, check` }

export const behaviours: readonly Behaviour[] = [
  {
    id: 'reload',
    title: 'a reload (master, SIGUSR2) keeps live sessions and loses no QoS 1 message',
    requirement: alive,
    expected: 'the old session answers, new clients come in, every QoS 1 message of the time arrives',
    master: true,
  },
  {
    id: 'reload-sf',
    title: 'a new HAProxy with -sf takes over and leaves live sessions to the old one',
    requirement: { ...alive, ref: `${manual}, management guide 4, -sf` },
    expected: 'the old session answers, new clients come in, the old process ends after its last client',
  },
  {
    id: 'hard-stop-after',
    title: 'hard-stop-after cuts sessions that outlive a reload',
    requirement: { ...alive, ref: `${manual} 3.1, hard-stop-after` },
    expected: 'the old session is closed about one second after the reload',
    master: true,
    haproxy: inGlobal('hard-stop-after 1s'),
  },
  {
    id: 'broker-stops',
    title: 'a broker that ends takes its clients along; new ones come in when it is back',
    requirement: failing,
    expected: 'the session is closed at once, new clients are refused, and accepted again when the broker is back',
    haproxy: onServer(quick),
  },
  {
    id: 'broker-late',
    title: 'a broker that starts after HAProxy is found by the health check',
    requirement: failing,
    expected: 'clients are closed while the server is down, and accepted soon after the broker listens',
    haproxy: onServer(quick),
  },
  {
    id: 'broker-hangs',
    title: 'a broker that hangs is not seen by a plain check: the server stays UP, clients get no CONNACK',
    requirement: failing,
    expected: 'no DOWN in the log, a new client gets no CONNACK, the old session stays open',
    needsProcess: true,
    haproxy: onServer(quick),
  },
  {
    id: 'broker-hangs-mqtt-check',
    title: 'a broker that hangs is seen by an MQTT check, and shutdown-sessions ends its sessions',
    requirement: marked,
    expected: 'DOWN in the log, the old session is closed, new clients are refused at once',
    needsProcess: true,
    haproxy: both(onServer(quick), inBackend('timeout check 300ms', ...mqttCheck), inGlobal('pp2-never-send-local')),
  },
  {
    id: 'check-plain',
    title: 'a plain check sees no header mismatch: UP, and every client is refused',
    requirement: health,
    expected: 'no DOWN in the log, no CONNACK for clients',
    haproxy: both(onServer(quick), without(/ send-proxy-v2/)),
  },
  {
    id: 'check-mqtt-local',
    title: 'an MQTT check through a PROXY listener speaks LOCAL, which the broker has to take',
    requirement: {
      text: 'Receivers accept LOCAL connections and use the real endpoints.',
      ref: 'PROXY protocol 2.2, LOCAL',
    },
    expected: 'the server stays UP and clients are accepted',
    haproxy: both(onServer(quick), inBackend(...mqttCheck)),
  },
  {
    id: 'check-mqtt-never-local',
    title: 'with pp2-never-send-local an MQTT check is taken for a client of its own',
    requirement: health,
    expected: 'the server stays UP and clients are accepted',
    haproxy: both(onServer(quick), inBackend(...mqttCheck), inGlobal('pp2-never-send-local')),
  },
  {
    id: 'check-port',
    title: 'check port N judges another listener: MQTT there, no header, UP',
    requirement: health,
    expected: 'the server stays UP and clients are accepted',
    haproxy: both(onServer(`port ${checkPort} ${quick}`), inBackend(...mqttCheck)),
    plainListener: checkPort,
  },
  {
    id: 'shutdown-sessions',
    title: 'on-marked-down shutdown-sessions ends healthy sessions when only the check fails',
    requirement: marked,
    expected: 'the session is closed when the check port goes away',
    haproxy: onServer(`port ${checkPort} ${quick}`),
  },
  {
    id: 'no-shutdown-sessions',
    title: 'without on-marked-down shutdown-sessions they survive',
    requirement: marked,
    expected: 'the session still answers after DOWN, new clients are refused',
    haproxy: both(onServer(`port ${checkPort} ${quick}`), without(/ on-marked-down shutdown-sessions/)),
  },
  {
    id: 'idle-client',
    title: 'a client whose keepalive is longer than timeout client is cut off',
    requirement: silence,
    expected: 'a silent client is closed after about 1 s, one that pings stays',
    haproxy: idle('1s'),
  },
  {
    id: 'timeout-tunnel',
    title: 'timeout tunnel replaces timeout client on an established session',
    requirement: { ...silence, ref: `${manual} 4.2, timeout tunnel` },
    expected: 'a silent client is still there after twice timeout client',
    haproxy: both(idle('700ms'), (text) => text.replace(/^( +timeout connect .*)$/m, '$1\n    timeout tunnel 1h')),
  },
  {
    id: 'many-clients',
    title: '300 clients at once are accepted, each with its own address and port',
    requirement: { text: 'Headers and connections are never mixed up.', ref: 'PROXY protocol 2' },
    expected: '300 CONNACKs, and the broker saw 300 different clients, each where it was',
  },
  {
    id: 'payload-1-mib',
    title: '1 MiB payloads arrive intact at QoS 0, 1 and 2',
    requirement: { text: 'HAProxy hands the MQTT bytes through unchanged, both ways.', ref: `${manual} 4.2, mode tcp` },
    expected: '1048576 bytes arrive as they were sent, three times',
  },
]

/**
 * `behaviour`, `behaviour/reload`.
 * @throws Fault MP-CHECK-UNKNOWN (exit 2) with the nearest name
 */
export function findBehaviours(text: string): readonly Behaviour[] {
  const id = text.replace(/^behaviour\/?/, '')
  if (id === '') return behaviours
  const found = behaviours.filter((one) => one.id === id)
  if (found.length > 0) return found
  const ids = behaviours.map((one) => one.id)
  const near = nearest(id, ids)
  throw new Fault('MP-CHECK-UNKNOWN', `there is no behaviour "${id}"`, {
    exit: EXIT.usage,
    hints: [...(near === undefined ? [] : [`did you mean behaviour/${near}?`]), `known: ${ids.join(', ')}`],
  })
}

export function isBehaviour(text: string): boolean {
  return text === 'behaviour' || text.startsWith('behaviour/')
}
