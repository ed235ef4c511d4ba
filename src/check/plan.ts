import type { SocketAddress } from '../kernel/socket-address.js'
import type { Scheme } from '../kernel/target.js'
import type { HeaderSpec } from '../proxy-header/types.js'
import { deniedAddress, forgedCn, forgedSource } from '../scenarios/names.js'
import type {
  ClientCertificate,
  ClientTransport,
  ConnectAttempt,
  ForgedHeader,
  HealthAttempt,
  MqttVersion,
  OutcomeRow,
  PublishAttempt,
  Scenario,
} from '../scenarios/types.js'
import type { Login } from './login.js'

/** Where a scenario is in its sandbox, and what this host allows. */
export interface Stage {
  readonly scenario: Scenario
  readonly transport: ClientTransport
  readonly ip: 4 | 6
  readonly main: SocketAddress
  readonly bySource: SocketAddress | undefined
  readonly inner: SocketAddress | undefined
  /** Listeners of the brokers, in order. */
  readonly brokers: readonly SocketAddress[]
  /** Our clients' own address where the host has a second loopback address; else the port distinguishes them. */
  readonly clientAddress: string | undefined
  /** A loopback address that the files were made to deny. */
  readonly deniedAddress: string | undefined
  /** Versions the broker speaks; checks that are not about the version use one of them. */
  readonly speaks: readonly string[]
  /** Clients bring a PROXY header of their own, as a load balancer in front of HAProxy would write it. */
  readonly bringsHeader: boolean
  /** Clients show a certificate. */
  readonly certified: boolean
  /** Every attempt comes from an address of its own, because a rule counts what one address does. */
  readonly apart: boolean
  /** Whether one client publishes to itself. */
  readonly clients: 'one' | 'two'
  /** How clients log in; `undefined`: nobody said, or nobody asks. */
  readonly login: Login | undefined
  /** Speak only this version. */
  readonly mqtt: MqttVersion | undefined
}

interface TlsNeed {
  readonly trust: 'server-ca' | 'other-ca'
  readonly certificate: ClientCertificate
}

/** Everything `dial` and CONNECT need, but for the certificates themselves. */
export interface Approach {
  readonly to: SocketAddress
  readonly scheme: Scheme
  readonly tls: TlsNeed | undefined
  readonly header: HeaderSpec | undefined
  /** Before everything else: what the way in wants to read first. */
  readonly brought?: HeaderSpec
  readonly localAddress: string | undefined
  /** SNI, where it is another name than that of the target. */
  readonly serverName?: string
  /** Say nothing for so long after connecting, as a client behind a slow network does. */
  readonly pauseMs?: number
}

export type Step =
  | { readonly kind: 'start' }
  | {
      readonly kind: 'connect'
      readonly approach: Approach
      readonly mqtt: MqttVersion
      readonly clientId: string
      readonly login: Partial<Login>
    }
  | {
      readonly kind: 'idle'
      readonly approach: Approach
      readonly keepalive: number
      readonly seconds: number
      readonly mqtt: MqttVersion
      readonly clientId: string
      readonly login: Partial<Login>
    }
  | {
      readonly kind: 'route'
      readonly approach: Approach
      readonly backend: string
      readonly served: boolean
      readonly mqtt: MqttVersion
      readonly clientId: string
      readonly login: Partial<Login>
    }
  | { readonly kind: 'health'; readonly servers: HealthAttempt['servers']; readonly withinMs: number }
  | {
      readonly kind: 'publish'
      readonly approach: Approach
      readonly attempt: PublishAttempt
      readonly mqtt: MqttVersion
      readonly clientId: string
      readonly login: Partial<Login>
    }
  | {
      readonly kind: 'sticky'
      readonly approach: Approach
      readonly bySource: Approach
      readonly attempt: StickyAttempt
      readonly mqtt: MqttVersion
      readonly clientId: string
    }
  | { readonly kind: 'cannot'; readonly reason: string }

type StickyAttempt = Extract<OutcomeRow['attempt'], { kind: 'return' | 'spread' | 'takeover' }>

/** Rows that speak another MQTT version only. */
export function wantedRows(rows: readonly OutcomeRow[], mqtt: MqttVersion | undefined): readonly OutcomeRow[] {
  return rows.filter((row) => mqtt === undefined || !/^connect-/.test(row.id) || row.id === `connect-${mqtt}`)
}

/** What to do for one row. `run` tells repetitions apart. */
export function planStep(row: OutcomeRow, stage: Stage, run = ''): Step {
  const { attempt } = row
  const clientId = `check-${row.id}${run}`
  switch (attempt.kind) {
    case 'configs':
      return { kind: 'start' }
    case 'connect': {
      const approach = approachOf(attempt, stage)
      if (typeof approach === 'string') return { kind: 'cannot', reason: approach }
      const login = loginOf(attempt.username, stage)
      return { kind: 'connect', approach, mqtt: stage.mqtt ?? attempt.mqtt, clientId, login }
    }
    case 'health':
      return { kind: 'health', servers: attempt.servers, withinMs: attempt.withinMs }
    case 'idle': {
      const approach = front(stage, stage.main)
      const mqtt = versionFor(attempt.mqtt, stage)
      const { keepalive, seconds } = attempt
      return { kind: 'idle', approach, keepalive, seconds, mqtt, clientId, login: loginOf(undefined, stage) }
    }
    case 'route': {
      const { backend, served, serverName } = attempt
      const approach = { ...front(stage, stage.main), pauseMs: lateMs, ...(serverName !== undefined && { serverName }) }
      const mqtt = versionFor(attempt.mqtt, stage)
      const login = loginOf(attempt.username, stage)
      return { kind: 'route', approach, backend, served, mqtt, clientId: attempt.clientId ?? clientId, login }
    }
    case 'publish':
      return {
        kind: 'publish',
        approach: front(stage, stage.main),
        attempt: stage.clients === 'one' ? { ...attempt, clients: 'one' } : attempt,
        mqtt: versionFor(attempt.mqtt, stage),
        clientId,
        login: loginOf(undefined, stage),
      }
    default: {
      const bySource = front(stage, stage.bySource ?? stage.main)
      return {
        kind: 'sticky',
        approach: front(stage, stage.main),
        bySource,
        attempt,
        mqtt: versionFor(attempt.mqtt, stage),
        clientId,
      }
    }
  }
}

/** Longer than HAProxy takes to ask its rules for the first time. */
const lateMs = 60

function loginOf(username: string | undefined, { login }: Stage): Partial<Login> {
  if (username === undefined) return login ?? {}
  return { ...login, username }
}

function versionFor(wanted: MqttVersion, stage: Stage): MqttVersion {
  return stage.mqtt ?? (stage.speaks.includes(wanted) ? wanted : '3.1.1')
}

/** The good way in. */
function front(stage: Stage, to: SocketAddress): Approach {
  const need: TlsNeed = {
    trust: 'server-ca',
    certificate: stage.certified ? 'valid' : 'none',
  }
  const secure = frontIsSecure(stage)
  return {
    to,
    scheme: schemeOf(stage, secure),
    tls: secure ? need : undefined,
    header: undefined,
    localAddress: stage.apart && stage.clientAddress !== undefined ? nextAddress() : stage.clientAddress,
    ...(stage.bringsHeader && { brought: broughtHeader(stage.ip, stage.apart) }),
  }
}

let broughtPorts = 0
let addresses = 0

/** One of 127.1.0.1 to 127.1.250.250: all of 127/8 is loopback where a second address of it is. */
function nextAddress(): string {
  const n = addresses++
  return `127.1.${Math.floor(n / 250) % 250}.${(n % 250) + 1}`
}

/** Each connection claims a source of its own, so that it is told from the others in every log. */
function broughtHeader(ip: 4 | 6, apart: boolean): HeaderSpec {
  const port = 20_000 + (broughtPorts++ % 40_000)
  const last = apart ? (broughtPorts % 200) + 2 : 61
  const [from, to] = ip === 6 ? [`2001:db8::c:${last}`, '2001:db8::1'] : [`198.51.100.${last}`, '198.51.100.1']
  return { version: 2, source: { address: from, port }, destination: { address: to, port: 1883 } }
}

function frontIsSecure({ scenario, transport }: Stage): boolean {
  return scenario.client !== 'as-is' || transport === 'tls' || transport === 'wss'
}

function schemeOf({ transport }: Stage, secure: boolean): Scheme {
  const web = transport === 'ws' || transport === 'wss'
  return web ? (secure ? 'wss' : 'ws') : secure ? 'mqtts' : 'mqtt'
}

/** @returns why not, in words */
function approachOf(attempt: ConnectAttempt, stage: Stage): Approach | string {
  const header = attempt.header && headerOf(attempt.header, stage)
  if (attempt.to === 'broker') {
    const to = stage.brokers[0]
    if (to === undefined) return 'the broker file has no listener for MQTT'
    return direct(stage, to, header)
  }
  if (attempt.to === 'inner') {
    return stage.inner === undefined ? 'there is no second HAProxy' : direct(stage, stage.inner, header)
  }
  const good = front(stage, stage.main)
  if (attempt.from === 'denied') {
    if (stage.deniedAddress === undefined) return 'this host has no second loopback address that could be denied'
    return { ...good, localAddress: stage.deniedAddress, header }
  }
  if (attempt.tls === 'off') return { ...good, tls: undefined, scheme: schemeOf(stage, false), header }
  if (good.tls === undefined) return { ...good, header }
  const tls = {
    trust: attempt.trust ?? good.tls.trust,
    certificate: attempt.certificate ?? good.tls.certificate,
  }
  return { ...good, tls, header }
}

/** Past HAProxy's TLS: the broker (or the inner HAProxy) is spoken to without it, unless it ends TLS itself. */
function direct(stage: Stage, to: SocketAddress, header: HeaderSpec | undefined): Approach {
  const secure = stage.transport === 'tls' || stage.transport === 'wss'
  return {
    to,
    scheme: schemeOf(stage, secure),
    tls: secure ? { trust: 'server-ca', certificate: stage.certified ? 'valid' : 'none' } : undefined,
    header,
    localAddress: undefined,
  }
}

function headerOf(forged: ForgedHeader, stage: Stage): HeaderSpec {
  const claimed = forgedSource[stage.ip]
  const source = {
    address: forged.source === 'denied' ? (stage.deniedAddress ?? deniedAddress[stage.ip]) : claimed.host,
    port: claimed.port,
  }
  const destination = { address: stage.ip === 6 ? '2001:db8::1' : '203.0.113.1', port: 1883 }
  if (forged.kind === 'v1') return { version: 1, source, destination }
  const base: HeaderSpec = { version: 2, source, destination }
  if (forged.kind === 'v2') return base
  const withCn = forged.kind === 'v2-ssl-cn'
  const client = forged.client ?? (withCn ? 0x07 : 0x01)
  return {
    ...base,
    ssl: {
      client,
      verify: forged.verify ?? 0,
      ...(client !== 0 && { version: 'TLSv1.3' }),
      ...(withCn && { cn: forged.cn ?? forgedCn }),
    },
  }
}
