import { next } from '../brokers/log-lines.js'
import { mismatchWords } from '../kernel/mismatch-words.js'
import type { LineExplanation } from './line-explanation.js'
import { explainTermination } from './termination.js'
import type { TrafficLine } from './traffic-line.js'

const headerMismatch =
  'it wanted a PROXY header, wanted another version, got one it does not expect, or refused the TLS facts in it'

/** A traffic line in words; `undefined` where it tells of a session that ended well. */
export function explainTraffic(line: TrafficLine): LineExplanation | undefined {
  const { server, termination, status } = line
  const pair = termination.slice(0, 2)
  if (status !== undefined) return inHttpMode(line)
  if (server === '<NOSRV>' && pair.startsWith('SC')) return noServer(line)
  const explained = explainTermination(termination)
  if (explained === undefined) return undefined
  if (pair === '--') {
    if (line.bytes > 0) return undefined
    return say(
      '--: the broker closed without a CONNACK',
      [...whenSilent(line), headerMismatch],
      [next.lint, next.probe],
    )
  }
  const before = server === '<NOSRV>' ? `${termination}, before a server was chosen` : termination
  const causes = causesOf[pair]?.(line) ?? (explained.mqtt === undefined ? [] : [explained.mqtt])
  return say(`${before}: ${explained.meaning}`, causes, nextOf[pair] ?? [next.lintHaproxy])
}

function say(meaning: string, causes: readonly string[], commands: readonly string[]): LineExplanation {
  return { program: 'HAProxy', meaning, causes, next: commands }
}

function inHttpMode(line: TrafficLine): LineExplanation | undefined {
  const { status, termination, server } = line
  if (status === 400 && /^[PC]R/.test(termination))
    return say(
      `400, ${termination}: mode http read something that is not HTTP, and answered "400 Bad request"`,
      [
        `${mismatchWords['mode-http'].what}: ${mismatchWords['mode-http'].remedy}`,
        'TLS or a PROXY header came to a bind in mode http without "ssl" or "accept-proxy"',
      ],
      [next.lintHaproxy],
    )
  if (status === 503 && /^S[CQ]/.test(termination)) {
    const [first, ...others] = server === '<NOSRV>' ? (noServer(line).causes ?? []) : unreachable(line)
    return say(`503, ${termination}: HAProxy found no server for the request`, [first ?? '', ...others], [next.ports])
  }
  const explained = explainTermination(termination)
  if (explained === undefined || termination.startsWith('--')) return undefined
  const cut = /^[cs]D/.test(termination)
    ? ['a WebSocket is cut by timeout client and timeout server as long as there is no timeout tunnel']
    : explained.mqtt === undefined
      ? []
      : [explained.mqtt]
  return say(`${termination}: ${explained.meaning}`, cut, [next.lintHaproxy])
}

/** Frontend and backend share their name: a frontend alone, or a `listen`. The name is all that the line tells. */
function noServer({ backend, frontend }: TrafficLine): LineExplanation {
  const down = `no server of backend ${backend} is up: their health checks failed, or they are disabled`
  if (backend !== frontend.replace(/~$/, ''))
    return say('<NOSRV>: HAProxy found no server', [down], [next.ports, next.lint])
  const missing = `frontend ${backend} has no default_backend or use_backend that matches; haproxy -c does not tell`
  const listen = `${backend} is a "listen" section, and no server in it is up: their health checks failed, or they are disabled`
  const named = /front|(?:^|[-_.])(?:fe|ft|fr|in)(?:$|[-_.\d])/i.test(backend)
  return say('<NOSRV>: HAProxy found no server', named ? [missing, listen] : [listen, missing], [next.ports, next.lint])
}

/** Retries that cost no time failed on this machine; a port that refuses costs a second each (or timeout connect). */
function unreachable({ server, backend, retries, total }: TrafficLine): string[] {
  const name = `${backend}/${server}`
  const refused = `nothing listens on the address of ${name}, or a firewall rejects it`
  const ports =
    'HAProxy has no source port left towards the server ("Cannot bind to source address" in its log): "source" with a short range, or some 28,000 sessions from one address to one server address'
  if (retries > 0 && total < retries * 100) return [`${ports}: the retries took no time at all`, refused]
  return [`${refused}${retries > 0 ? ' (it was tried again and again)' : ''}`, ports]
}

const connecting = (line: TrafficLine): string[] => [
  `nothing listens on the address of ${line.backend}/${line.server}, or it does not answer, and timeout client ran out before HAProxy gave up`,
]

const causesOf: Readonly<Record<string, (line: TrafficLine) => readonly string[]>> = {
  SC: unreachable,
  cC: connecting,
  PR: ({ total }) => {
    const early = `${mismatchWords['bytes-not-awaited'].what}: ${mismatchWords['bytes-not-awaited'].remedy}`
    const wrong =
      'the bytes were no MQTT CONNECT (a stray PROXY header, TLS, another protocol), and a rule refuses those'
    const silent = 'inspect-delay ran out, and the client had not sent a whole CONNECT'
    const refused = 'a rule refuses the client: its address, its rate, or its username'
    return total >= 900 ? [silent, wrong, refused] : [early, wrong, refused]
  },
  SD: (line) => {
    if (line.bytes === 0) return [...whenSilent(line), headerMismatch]
    if (line.bytes === 4 && line.total < 2000)
      return ['the broker sent 4 bytes, the length of a CONNACK of MQTT 3.1.1, and closed: it refused the login']
    return [
      'the broker closed the session: it was stopped or restarted, the keepalive ran out, or the client was taken over',
    ]
  },
  cD: ({ bytes }) =>
    bytes === 0
      ? ['the client opened the connection and never sent a whole CONNECT, or the broker never answered it']
      : [
          'timeout client is not longer than the keepalive of the client: it is cut before its PINGREQ (1.5 times the keepalive is needed, or timeout tunnel)',
        ],
}

/** How long a broker waits for a header before it closes tells which one it is. */
function whenSilent({ total }: TrafficLine): string[] {
  if (total < 500) return ['it closed at once: the first bytes were not what the listener wants']
  if (total >= 2900 && total < 3400)
    return ['it closed after 3 seconds: so long RabbitMQ and EMQX wait for a PROXY header']
  if (total >= 9800 && total < 10_600) return ['it closed after 10 seconds: so long VerneMQ waits for a PROXY header']
  if (total >= 29_000 && total < 33_000)
    return ['it closed after 30 seconds: so long Mosquitto waits for a header or a CONNECT']
  return []
}

const nextOf: Readonly<Record<string, readonly string[]>> = {
  SC: [next.ports, next.lint],
  cC: [next.ports, next.lint],
  SD: [next.lint, next.probe],
}
