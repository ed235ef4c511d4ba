import { explainTermination } from './termination.js'

/** What HAProxy's TCP log line says (`option tcplog`, configuration.txt 8.2.2). */
export interface TrafficLine {
  /** The client as HAProxy saw it: `127.0.0.2:48014`. */
  readonly client: string
  readonly frontend: string
  readonly backend: string
  /** `<NOSRV>` where none was chosen. */
  readonly server: string
  readonly bytes: number
  readonly termination: string
}

const traffic =
  /(?:^|\s)(\S+:\d+) \[[^\]]+\] (\S+) ([^\s/]+)\/(\S+) -?\d+\/-?\d+\/\+?\d+ \+?(\d+) ([A-Za-z-]{2}(?:[A-Za-z-]{2})?)(?=\s|$)/

/** `undefined` where the line is no line of `option tcplog`. */
export function parseTrafficLine(line: string): TrafficLine | undefined {
  const [, client, frontend, backend, server, bytes, termination] = traffic.exec(line) ?? []
  if (client === undefined || frontend === undefined || backend === undefined) return undefined
  if (server === undefined || termination === undefined) return undefined
  return { client, frontend, backend, server, bytes: Number(bytes), termination }
}

/** Lines that are not about traffic, and what they mean here. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [
    /SSL handshake failure|SSL client certificate not trusted|peer did not return a certificate/,
    'TLS failed before MQTT began: the client speaks no TLS, trusts another CA, or its certificate is missing or was refused',
  ],
  [
    /Received something which does not look like a PROXY protocol header|Truncated PROXY protocol header/,
    'accept-proxy wants a PROXY header first, and something else came: the sender lacks send-proxy, or a client reached this port directly',
  ],
  [/Received an invalid PROXY protocol header/, 'a PROXY header came, but it is malformed'],
  [/Timeout while waiting for PROXY protocol header/, 'accept-proxy waits for a PROXY header, and nothing came'],
  [
    /Connection closed while waiting for PROXY protocol header/,
    'the other side left before it sent a PROXY header: often a health check without one',
  ],
  [/Server \S+ is DOWN/, 'the health check failed; clients are refused until it succeeds again'],
  [/backend '?\S+'? has no server available/, 'no server is up: every client is closed at once'],
  [/cannot bind socket/, 'the port is taken, or it needs privileges'],
]

/** One sentence a line can be given; empty where it says nothing special. */
export function explainLogLine(line: string): readonly string[] {
  const seen = parseTrafficLine(line)
  if (seen === undefined) return phrases.filter(([pattern]) => pattern.test(line)).map(([, meaning]) => meaning)
  if (seen.server === '<NOSRV>') return [noServer(seen)]
  const termination = explainTermination(seen.termination)
  if (termination === undefined) return []
  const silent = seen.bytes === 0
  // A good end with bytes from the broker needs no explanation.
  if (seen.termination.startsWith('--'))
    return silent ? [`--: the broker closed without a CONNACK: ${headerMismatch}`] : []
  const closed = silent && seen.termination.startsWith('SD') ? `; ${headerMismatch}` : ''
  const mqtt = termination.mqtt === undefined || closed !== '' ? '' : `; ${termination.mqtt}`
  return [`${seen.termination}: ${termination.meaning}${mqtt}${closed}`]
}

const headerMismatch =
  'it wanted a PROXY header, wanted another version, got one it does not expect, or refused the TLS facts in it'

function noServer(line: TrafficLine): string {
  if (line.backend === line.frontend.replace(/~$/, '')) {
    return `<NOSRV>: frontend ${line.backend} has no default_backend or use_backend that matches; haproxy -c does not tell`
  }
  return `<NOSRV>: no server of backend ${line.backend} is up`
}
