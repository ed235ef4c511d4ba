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

/** Why TLS failed, where HAProxy says it (since 2.8) and the connection line is of a client. */
const handshakes: readonly (readonly [RegExp, string])[] = [
  [/wrong version number|http request|unknown protocol/i, 'the client speaks no TLS, and this port wants it'],
  [/did not return a certificate/i, 'the client showed no certificate, and verify required wants one'],
  [/no shared cipher/i, 'client and HAProxy have no cipher in common'],
  [
    /unsupported protocol|version too low/i,
    'the client speaks only versions of TLS that HAProxy refuses (ssl-min-ver)',
  ],
  [
    /alert (?:unknown ca|bad certificate|certificate)/i,
    'the client refuses the certificate of HAProxy: it knows another CA',
  ],
]

/** Lines that are not about traffic, and what they mean here. */
const phrases: readonly (readonly [RegExp, string])[] = [
  ...handshakes.map(
    ([reason, why]) =>
      [new RegExp(`SSL handshake failure.*(?:${reason.source})`, 'i'), `TLS failed before MQTT began: ${why}`] as const,
  ),
  [
    /SSL handshake failure/i,
    'TLS failed before MQTT began: the client speaks no TLS, trusts another CA, or its certificate is missing or was refused',
  ],
  [
    /SSL client certificate not trusted|SSL client CA chain cannot be verified/i,
    'TLS failed before MQTT began: the certificate of the client has expired, or is signed by a CA that ca-file does not hold',
  ],
  [
    /Connection closed during SSL handshake/i,
    'the other side left before TLS was done: it does not like our certificate, or it is a health check or a port scan',
  ],
  [
    /Timeout during SSL handshake/i,
    'TLS was never begun or never finished: the client speaks no TLS and waits, or something on the way drops packets',
  ],
  [
    /Received something which does not look like a PROXY protocol header/i,
    'accept-proxy wants a PROXY header first, and something else came: the sender lacks send-proxy, or a client reached this port directly',
  ],
  [/Truncated PROXY protocol header/i, 'a PROXY header began, and the other side stopped or left in the middle of it'],
  [
    /Received an (?:invalid|unhandled protocol in the) PROXY protocol header/i,
    'a PROXY header came, but it is malformed',
  ],
  [/Timeout while waiting for PROXY protocol header/i, 'accept-proxy waits for a PROXY header, and nothing came'],
  [
    /Connection closed while waiting for PROXY protocol header/i,
    'the other side left before it sent a PROXY header: often a health check without one',
  ],
  [/Server \S+ is DOWN/i, 'the health check failed; clients are refused until it succeeds again'],
  [/(?:backend|proxy) '?\S+'? has no server available/i, 'no server is up: every client is closed at once'],
  [/cannot bind socket/i, 'the port is taken, or it needs privileges'],
]

/** What a line that is not about traffic means; the first phrase that fits is the most special one. */
function phraseOf(line: string): readonly string[] {
  const found = phrases.find(([pattern]) => pattern.test(line))
  return found === undefined ? [] : [found[1]]
}

/** One sentence a line can be given; empty where it says nothing special. */
export function explainLogLine(line: string): readonly string[] {
  const seen = parseTrafficLine(line)
  if (seen === undefined) return phraseOf(line)
  if (seen.server === '<NOSRV>') return [noServer(seen)]
  const termination = explainTermination(seen.termination)
  if (termination === undefined) return []
  const silent = seen.bytes === 0
  // A good end with bytes from the broker needs no explanation.
  if (seen.termination.startsWith('--'))
    return silent ? [`--: the broker closed without a CONNACK: ${headerMismatch}`] : []
  const why = (silent && whenSilent[seen.termination.slice(0, 2)]) || termination.mqtt
  return [`${seen.termination}: ${termination.meaning}${why === undefined ? '' : `; ${why}`}`]
}

const headerMismatch =
  'it wanted a PROXY header, wanted another version, got one it does not expect, or refused the TLS facts in it'

/** What a pair means where the broker has not said a byte. */
const whenSilent: Readonly<Record<string, string>> = {
  SD: headerMismatch,
  cD: 'the client opened the connection and never sent a whole CONNECT, or the broker never answered it',
}

/** Without a server, it is the termination code that tells why: only with SC was there none to be had. */
function noServer({ termination, backend, frontend }: TrafficLine): string {
  const explained = explainTermination(termination)
  if (!termination.startsWith('SC') && explained !== undefined) {
    const mqtt = explained.mqtt === undefined ? '' : `; ${explained.mqtt}`
    return `${termination}, before a server was chosen: ${explained.meaning}${mqtt}`
  }
  if (backend === frontend.replace(/~$/, '')) {
    return `<NOSRV>: frontend ${backend} has no default_backend or use_backend that matches; haproxy -c does not tell`
  }
  return `<NOSRV>: no server of backend ${backend} is up`
}
