import { parseConnectedLine } from '../brokers/mosquitto/connected-line.js'
import { parseAccepting, usernameOf } from '../brokers/rabbitmq/accepting-line.js'
import { parseTrafficLine } from '../explain/traffic-line.js'
import { type BrokerSession, type BrokerTls, mqttOf } from './broker-session.js'
import { endOf } from './runtime/sessions.js'

/** What a broker's log says of who is connected now. */
export interface LoggedSessions {
  /** Whose log it is; `undefined`: no line is one of a broker that is known here. */
  readonly program: 'Mosquitto' | 'the embedded broker' | 'RabbitMQ' | undefined
  readonly sessions: readonly BrokerSession[]
  /** Ends that the broker turned away, and its words; the newest of each. */
  readonly rejected: ReadonlyMap<string, string>
  /** The time of its first line, as written. */
  readonly from: string | undefined
  readonly lines: number
  /** A traffic line of HAProxy's: this is another log. */
  readonly haproxy: string | undefined
}

/** Ends turned away are remembered up to this many; a flood of strangers must not fill our memory. */
const mostRejected = 10_000

/**
 * Reads a log line by line and keeps who is connected: who came, and did not go. Bounded by the clients that are
 * connected at once.
 */
export class BrokerLogReader {
  readonly #sessions = new Map<string, BrokerSession>()
  /** Client ids by the address and port that the broker sees. */
  readonly #ids = new Map<string, string>()
  readonly #usernames = new Map<string, string | undefined>()
  readonly #rejected = new Map<string, string>()
  #pending: { readonly address: string; readonly peer: string | undefined; readonly tls: BrokerTls } | undefined
  #program: LoggedSessions['program']
  #haproxy: string | undefined
  #from: string | undefined
  #lines = 0

  push(line: string): void {
    if (line.trim() === '') return
    this.#lines++
    const { time, text } = timed(line)
    this.#from ??= time
    // The embedded broker writes lines of Mosquitto's too: what only it writes may come later.
    if (this.#program === undefined || this.#program === 'Mosquitto') this.#recognise(line, text)
    if (this.#program === 'RabbitMQ') this.#rabbitmq(line, time)
    else this.#mosquitto(text, time)
  }

  result(): LoggedSessions {
    return {
      program: this.#program,
      sessions: [...this.#sessions.values()],
      rejected: this.#rejected,
      from: this.#from,
      lines: this.#lines,
      haproxy: this.#haproxy,
    }
  }

  #recognise(line: string, text: string): void {
    if (this.#program === undefined && /^\[(?:debug|info|notice|warning|error)\] <\d+\.\d+\.\d+>/.test(text))
      this.#program = 'RabbitMQ'
    else if (/^mqtt-proxy version |^#\d+ \S+:\d+ {1,2}/.test(text)) this.#program = 'the embedded broker'
    else if (this.#program !== undefined) return
    else if (/^mosquitto version /.test(text) || mosquittoLine.test(text)) this.#program = 'Mosquitto'
    else if (parseTrafficLine(line) !== undefined) this.#haproxy ??= line
  }

  #mosquitto(text: string, time: string | undefined): void {
    const facts = embeddedFacts(text)
    if (facts !== undefined) {
      this.#pending = facts
      this.#withFacts(facts)
      return
    }
    const connected = parseConnectedLine(text)
    if (connected !== undefined) {
      const { clientId, username, level, keepalive } = connected
      const address = endOf(connected.address, connected.port)
      const pending = this.#pending?.address === address ? this.#pending : undefined
      this.#come({
        clientId,
        username,
        address,
        mqtt: mqttOf(level),
        keepalive,
        since: time,
        ...(pending?.peer !== undefined && { peer: pending.peer }),
        ...(pending !== undefined && { tls: pending.tls }),
      })
      return
    }
    if (/^(?:mosquitto|mqtt-proxy) version \S+ (?:starting|running|terminating)/.test(text)) {
      this.#forget()
      return
    }
    const rejected = /^Connection from (\S+):(\d+) (?:rejected|denied).*/.exec(text)
    if (rejected === null) this.#gone(text)
    else this.#reject(endOf(rejected[1] ?? '', Number(rejected[2])), text)
  }

  /** `Client ID [ADDRESS:PORT] disconnected: ...`; up to 2.0 without the address. */
  #gone(text: string): void {
    const left =
      /^Client (.*?)(?: \[(\S+):(\d+)\])? (?:disconnected|closed its connection|has exceeded timeout)\b/.exec(text)
    const broken = /^Socket error on client (.*), disconnecting/.exec(text)
    const clientId = left?.[1] ?? broken?.[1]
    if (clientId === undefined) return
    const address = left?.[2] === undefined ? undefined : endOf(left[2], Number(left[3]))
    // A client that came again on another connection is not gone when its old one ends.
    if (address === undefined || this.#sessions.get(clientId)?.address === address) this.#go(clientId)
  }

  #come(session: BrokerSession): void {
    this.#go(session.clientId)
    this.#sessions.set(session.clientId, session)
    this.#ids.set(session.address, session.clientId)
  }

  #go(clientId: string): void {
    const old = this.#sessions.get(clientId)
    if (old === undefined) return
    this.#sessions.delete(clientId)
    if (this.#ids.get(old.address) === clientId) this.#ids.delete(old.address)
  }

  #forget(): void {
    this.#sessions.clear()
    this.#ids.clear()
  }

  /** The embedded broker tells TLS facts and HAProxy's end in a line of their own, before or behind the other. */
  #withFacts({ address, peer, tls }: NonNullable<ReturnType<typeof embeddedFacts>>): void {
    const clientId = this.#ids.get(address)
    const one = clientId === undefined ? undefined : this.#sessions.get(clientId)
    if (one !== undefined) this.#sessions.set(one.clientId, { ...one, ...(peer !== undefined && { peer }), tls })
  }

  #rabbitmq(line: string, time: string | undefined): void {
    const process = /\[\w+\] (<\d+\.\d+\.\d+>)/.exec(line)?.[1] ?? ''
    const username = usernameOf(line, process)
    if (username !== undefined) {
      if (this.#usernames.size > mostRejected) this.#usernames.clear()
      this.#usernames.set(process, username ?? undefined)
      return
    }
    const accepted = parseAccepting(line)
    if (accepted !== undefined) {
      const { clientId } = accepted
      const address = endOf(accepted.address, accepted.port)
      const known = this.#usernames.get(accepted.process)
      this.#usernames.delete(accepted.process)
      this.#come({ clientId, username: known, address, mqtt: undefined, keepalive: undefined, since: time })
      return
    }
    if (/Starting RabbitMQ /.test(line)) {
      this.#forget()
      return
    }
    // `MQTT connection "A:P -> B:Q" will terminate because ...`, `closing MQTT connection <0.1.0> (A:P -> B:Q)`.
    const ended = /MQTT connection \D*?(?:<[\d.]+> \()?"?(?:\[([^\]]+)\]|(\d[\d.]*)):(\d+) -> /.exec(line)
    if (ended === null || !/will terminate|closing|closed/.test(line)) return
    const address = endOf(ended[1] ?? ended[2] ?? '', Number(ended[3]))
    const clientId = this.#ids.get(address)
    if (/authentication failure/.test(line)) this.#reject(address, line)
    if (clientId !== undefined) this.#go(clientId)
  }

  #reject(address: string, text: string): void {
    if (this.#rejected.size >= mostRejected) this.#rejected.clear()
    this.#rejected.set(address, text)
  }
}

const mosquittoLine =
  /^(?:New connection from \S+ on port|New client connected from |Client .* (?:disconnected|closed its connection|has exceeded timeout)|Opening \S+ listen socket|Sending CONNACK to |Received (?:CONNECT|PINGREQ) from |Config loaded from )/

/** The time in front of a line, and what follows: seconds since 1970 (Mosquitto's default) or any `log_timestamp_format`. */
function timed(line: string): { readonly time: string | undefined; readonly text: string } {
  const epoch = /^(\d{9,11}): (.*)$/.exec(line)
  if (epoch !== null) return { time: new Date(Number(epoch[1]) * 1000).toISOString(), text: epoch[2] ?? '' }
  const stamp = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)(?:: | )(.*)$/.exec(line)
  if (stamp !== null) return { time: stamp[1], text: stamp[2] ?? '' }
  // Syslog and journal: `Nov 27 02:45:48 host mosquitto[12]: text`.
  const syslog = /^(\w{3} [ \d]\d \d\d:\d\d:\d\d) \S+ [\w.-]+(?:\[\d+\])?: (?:\d{9,11}: )?(.*)$/.exec(line)
  if (syslog !== null) return { time: syslog[1], text: syslog[2] ?? '' }
  return { time: undefined, text: line }
}

/** `#1 203.0.113.7:56324 via 127.0.0.1:40544  PROXY v2 ssl TLSv1.3 cert-ok cn=alice  CONNECT ...`. */
function embeddedFacts(text: string) {
  const match = /^#\d+ (\S+) (?:via (\S+) )? ?(?:(PROXY v\d[^✔✖]*?)|TLS (\S+)) {2}CONNECT /.exec(text)
  if (match === null) return undefined
  const [, client = '', via, proxy = '', own] = match
  const address = splitEnd(client)
  if (address === undefined) return undefined
  const tls: BrokerTls = {
    version: own ?? /\bssl (\S+)/.exec(proxy)?.[1],
    cn: /\bcn=(.*)$/.exec(proxy)?.[1],
    verified: /\bcert-ok\b/.test(proxy) ? true : /\bcert-not-verified\b/.test(proxy) ? false : undefined,
  }
  return { address, peer: via === undefined ? undefined : splitEnd(via), tls }
}

function splitEnd(text: string): string | undefined {
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^[\]]+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? bare
  return host === undefined ? undefined : endOf(host, Number(port))
}
