import { type LineRow, next } from '../../brokers/log-lines.js'

const tail =
  'check duration: 401ms. 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.'
const cut = 'with on-marked-down shutdown-sessions every MQTT session on it is cut'

/** Server states: why a health check failed. The most special reasons come first. */
export const haproxyServerRows: readonly LineRow[] = [
  {
    pattern: /Server \S+ is DOWN.*Layer4 timeout/i,
    example: `Server mqtt/s1 is DOWN, reason: Layer4 timeout, ${tail}`,
    meaning: `the health check got no answer to its connection; clients are refused until it succeeds again; ${cut}`,
    causes: ['a firewall drops the packets, or the host is off', 'timeout check is shorter than the way takes'],
    next: [next.ports, next.lintHaproxy],
  },
  {
    pattern: /Server \S+ is DOWN.*Layer4 connection problem/i,
    example: `Server mqtt/s1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", ${tail}`,
    meaning: 'the health check could not connect; clients are refused until it succeeds again',
    causes: [
      '"Connection refused": the broker is not running, or listens on another port or address',
      '"No route to host", "Network is unreachable": the address is wrong, or a firewall rejects',
      '"Cannot assign requested address": the source addresses have no port left',
    ],
    next: [next.ports, next.lint],
  },
  {
    pattern: /Server \S+ is DOWN.*Layer6 (?:invalid response|timeout)/i,
    example: `Server mqtt/s1 is DOWN, reason: Layer6 invalid response, info: "SSL handshake failure", ${tail}`,
    meaning: 'the health check speaks TLS to the broker, and TLS failed; clients are refused until it succeeds again',
    causes: [
      'the listener of the broker speaks no TLS: take ssl or check-ssl off the server line',
      'the certificate of the broker is not signed by the CA in ca-file, or has another name than verifyhost',
      'a PROXY header goes in front of TLS, and the listener does not read one',
    ],
    next: [next.lint, 'openssl s_client -connect 127.0.0.1:8883 -brief </dev/null'],
  },
  {
    pattern: /Server \S+ is DOWN.*Layer7 timeout/i,
    example: `Server mqtt/s1 is DOWN, reason: Layer7 timeout, info: " at step 3 of tcp-check (expect binary '20020000')", ${tail}`,
    meaning: 'the health check connected and sent its bytes, and the broker did not answer in time',
    causes: (found) => [
      ...step(found.input),
      'the CONNECT of the check is not whole: its length byte promises more bytes than are sent, and the broker waits for the rest',
      'the broker wants a PROXY header, and the check sends none (tcp-check connect send-proxy, or check-send-proxy)',
      'the broker is too slow for timeout check',
    ],
    next: [next.lintHaproxy],
  },
  {
    pattern: /Server \S+ is DOWN.*did not match content/i,
    example: `Server mqtt/s1 is DOWN, reason: Layer7 invalid response, info: "TCPCHK did not match content '20020000' at step 3", ${tail}`,
    meaning: 'the health check got another answer than it expects',
    causes: (found) => [
      ...step(found.input),
      'the broker refuses the CONNECT of the check: it wants a username and password (the answer is 20020005 then)',
      'the check sends MQTT 3.1.1, and expects the CONNACK of 5.0, or the other way round',
    ],
    next: [next.lintHaproxy],
  },
  {
    pattern: /Server \S+ is DOWN.*empty response/i,
    example: `Server mqtt/s1 is DOWN, reason: Layer7 invalid response, info: "TCPCHK got an empty response at step 3", ${tail}`,
    meaning: 'the broker closed the connection of the health check without an answer',
    causes: (found) => [
      ...step(found.input),
      'the listener wants a PROXY header, and the check sends none; or the check sends one (LOCAL), and the broker closes those, as Mosquitto does',
      'the CONNECT of the check is malformed',
    ],
    next: [next.lint],
  },
  {
    pattern: /Server \S+ is DOWN.*Layer7/i,
    example: `Server mqtt/s1 is DOWN, reason: Layer7 wrong status, code: 426, ${tail}`,
    meaning: 'the health check got an answer that it does not accept; clients are refused until it succeeds again',
    causes: (found) => step(found.input),
    next: [next.lintHaproxy],
  },
  {
    pattern: /Server \S+ is going DOWN for maintenance/i,
    example: 'Server mqtt/s1 is going DOWN for maintenance. 0 active and 0 backup servers left.',
    meaning:
      'somebody put the server into maintenance (stats socket, disabled in the file, or its name no longer resolves)',
    next: ['echo "show servers state" | sudo socat stdio /run/haproxy/admin.sock'],
  },
  {
    pattern: /Server \S+ is DOWN/i,
    example: `Server mqtt/s1 is DOWN, reason: Socket error, ${tail}`,
    meaning: `the health check failed, for the reason that stands behind "reason:"; clients are refused until it succeeds again; ${cut}`,
    next: [next.ports, next.lintHaproxy],
  },
  {
    pattern: /(?:backend|proxy|listen) '?\S+'? has no server available/i,
    example: "[ALERT]    (21887) : backend 'mqtt' has no server available!",
    meaning: 'no server is up: every client is closed at once, and its line has <NOSRV> and SC',
    next: [next.ports, next.lint],
  },
  {
    pattern: /Server \S+ is UP/i,
    example: 'Server mqtt/s1 is UP/READY (leaving forced maintenance).',
    meaning: 'the server takes clients again',
    normal: true,
  },
  {
    pattern: /Health check for (?:backup )?server \S+ (?:failed|succeeded)/i,
    example:
      'Health check for server mqtt/s1 failed, reason: Layer4 connection problem, info: "Connection refused", status: 2/3 UP.',
    meaning:
      'one health check failed or succeeded; the server goes DOWN after "fall" of them (option log-health-checks)',
    next: [next.ports],
  },
]

/** `at step 3` counts the tcp-check lines, connect included. */
function step(line: string): string[] {
  const number = /at step (\d+)/.exec(line)?.[1]
  return number === undefined
    ? []
    : [
        `step ${number} is the tcp-check rule number ${number} of the backend, the connect counted (an implicit one too)`,
      ]
}
