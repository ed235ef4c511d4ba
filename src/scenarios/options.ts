import { type BrokerKind, ownBroker, usualBroker } from '../brokers/index.js'
import { isLoopback } from '../kernel/address.js'
import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { deniedRange } from './names.js'
import { refusePair } from './possible.js'
import type { ClientTransport, IpFamily, Scenario } from './types.js'

export const tlsProfiles = ['intermediate', 'modern'] as const
/** A profile of Mozilla's server side TLS guidelines. */
type TlsProfile = (typeof tlsProfiles)[number]

/** A host (`*` for every address) without brackets, and a port 1..65535. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** What a user may decide; everything has a default that depends on the scenario. */
export interface DeriveOptions {
  readonly broker?: BrokerKind
  /** `2.1`, `2.1.2`. Default: new enough. */
  readonly brokerVersion?: string
  /** `2.6`. Default: 2.6, the oldest that is run here. */
  readonly haproxyVersion?: string
  readonly transport?: ClientTransport
  readonly ip?: IpFamily
  /** HAProxy's front door. */
  readonly listen?: HostPort
  /** Where HAProxy finds the broker, and where the broker listens. */
  readonly server?: HostPort
  /** The address the broker binds, where it differs from `server.host` (containers). */
  readonly brokerBind?: string
  /** A unix socket instead of `server`. */
  readonly socket?: string
  /** The second HAProxy (`chain`, `ip-acl`). */
  readonly inner?: HostPort
  /** The second broker (`sticky`). */
  readonly server2?: HostPort
  /** The front door that sticks by source address (`sticky`). */
  readonly listenBySource?: HostPort
  /** Addresses and networks that are refused (`ip-acl`). */
  readonly deny?: readonly string[]
  /** Longest keepalive of the clients, seconds; 0: clients that never ping. Default 60. */
  readonly keepalive?: number
  /** Seconds; overrides what follows from `keepalive`. */
  readonly clientTimeout?: number
  readonly tlsProfile?: TlsProfile
  /** Folder of the certificates as written into the files; relative to haproxy.cfg. Default `certs`. */
  readonly certs?: string
  /** Refuse what the client CA has revoked, by the list beside it (`gen certs --keep-ca`). Default false. */
  readonly crl?: boolean
  /** Comments that explain each line. Default true. */
  readonly annotate?: boolean
}

/** Options with every default filled in; the pair of HAProxy and broker shares one value of each port. */
export interface Settled extends Required<Omit<DeriveOptions, 'socket' | 'brokerVersion' | 'clientTimeout'>> {
  readonly socket: string | undefined
  readonly brokerVersion: string | undefined
  /** Seconds; undefined: no idle limit on an established connection. */
  readonly clientTimeout: number | undefined
  /** True when HAProxy ends TLS. */
  readonly terminates: boolean
}

export const defaultPorts = { server: 1884, server2: 1885, inner: 1886, bySource: 1893 } as const

const frontPorts: Record<ClientTransport, number> = { tcp: 1883, tls: 8883, ws: 8080, wss: 8443 }

/**
 * @throws Fault MP-GEN-UNSUPPORTED (exit 3) for a pair that cannot work, with the reason;
 *   MP-GEN-OPTION (exit 2) for an option that this scenario has no use for
 */
export function settle(scenario: Scenario, options: DeriveOptions = {}): Settled {
  const ip = options.ip ?? 4
  const loopback = ip === 6 ? '::1' : '127.0.0.1'
  const terminates = scenario.client !== 'as-is'
  const transport = transportOf(scenario, options.transport ?? 'tcp')
  const front = terminates ? (transport === 'ws' ? 'wss' : 'tls') : transport
  const at = (port: number): HostPort => ({ host: loopback, port })
  const bound = options.brokerBind ?? options.server?.host ?? loopback
  const settled: Settled = {
    broker: options.broker ?? usualBroker,
    brokerVersion: options.brokerVersion,
    haproxyVersion: options.haproxyVersion ?? '2.6',
    transport,
    ip,
    listen: options.listen ?? at(frontPorts[front]),
    server: connectable(options.server ?? at(defaultPorts.server), loopback),
    brokerBind: bound === '*' ? (ip === 6 ? '::' : '0.0.0.0') : bound,
    socket: options.socket,
    inner: options.inner ?? at(defaultPorts.inner),
    server2: options.server2 ?? at(defaultPorts.server2),
    listenBySource: options.listenBySource ?? at(defaultPorts.bySource),
    deny: options.deny ?? [deniedRange[ip]],
    keepalive: options.keepalive ?? 60,
    clientTimeout: options.clientTimeout ?? timeoutFor(options.keepalive ?? 60),
    tlsProfile: options.tlsProfile ?? 'intermediate',
    certs: options.certs ?? 'certs',
    crl: options.crl ?? false,
    annotate: options.annotate ?? true,
    terminates,
  }
  refuseUseless(scenario, options, settled)
  refuseClash(scenario, settled)
  refusePair(scenario, settled)
  return settled
}

/** A broker that listens on every address is reached on this machine by loopback. */
function connectable(server: HostPort, loopback: string): HostPort {
  return wildcards.has(server.host) ? { host: loopback, port: server.port } : server
}

/**
 * Seconds of silence that HAProxy must allow: a client pings once per keepalive, a broker waits one and a half
 * keepalives ([MQTT-3.1.2-22]), and the broker's patience has to end first.
 */
function timeoutFor(keepalive: number): number | undefined {
  return keepalive === 0 ? undefined : Math.ceil(keepalive * 1.5) + 10
}

/** On a leg that HAProxy ends TLS for, `tls` and `wss` mean what the client sees; behind HAProxy it is tcp or ws. */
function transportOf(scenario: Scenario, wanted: ClientTransport): ClientTransport {
  const inside: Record<ClientTransport, ClientTransport> = { tcp: 'tcp', ws: 'ws', tls: 'tcp', wss: 'ws' }
  const transport = scenario.client === 'as-is' ? wanted : inside[wanted]
  if (scenario.transports.includes(transport)) return transport
  throw new Fault('MP-GEN-UNSUPPORTED', `scenario ${scenario.id} has no transport "${wanted}"`, {
    exit: EXIT.environment,
    hints: [whyNot(scenario, transport), `it has: ${scenario.transports.join(', ')}`],
  })
}

function whyNot(scenario: Scenario, transport: ClientTransport): string {
  if (scenario.topology === 'sticky')
    return 'stickiness by client id reads the MQTT CONNECT, which WebSocket and TLS hide'
  if (transport === 'tls' || transport === 'wss')
    return 'TLS passed through ends in the broker, and Mosquitto and VerneMQ cannot read a header before it; scenario tcp passes TLS through without a header'
  return 'the document has no such scenario'
}

function refuseUseless(scenario: Scenario, options: DeriveOptions, settled: Settled): void {
  const useless: [string, boolean][] = [
    ['--inner', options.inner !== undefined && scenario.topology !== 'chain' && scenario.topology !== 'acl'],
    ['--deny', options.deny !== undefined && scenario.topology !== 'acl'],
    ['--server2', options.server2 !== undefined && scenario.topology !== 'sticky'],
    ['--listen-by-source', options.listenBySource !== undefined && scenario.topology !== 'sticky'],
    ['--certs', options.certs !== undefined && !settled.terminates && !passesThrough(settled)],
    ['--tls-profile', options.tlsProfile !== undefined && scenario.client === 'as-is'],
    ['--crl', options.crl === true && scenario.client !== 'mtls'],
    ['--socket', options.socket !== undefined && scenario.topology === 'sticky'],
    ['--broker-version', options.brokerVersion !== undefined && options.broker === ownBroker],
  ]
  const [first] = useless.find(([, is]) => is) ?? []
  if (first === undefined) return
  throw new Fault(
    'MP-GEN-OPTION',
    `${first} means nothing in scenario ${scenario.id}${first === '--broker-version' ? ' with the embedded broker' : ''}`,
    {
      exit: EXIT.usage,
      hints: ['leave it out', `mqtt-proxy scenarios ${scenario.id} shows what the scenario has`],
    },
  )
}

/** The broker ends TLS: HAProxy passes it through. Where HAProxy ends it, `transport` is what lies within. */
export function passesThrough({ transport }: Pick<Settled, 'transport'>): boolean {
  return transport === 'tls' || transport === 'wss'
}

/** Two listeners of one machine on one port: neither program says so before it starts. */
function refuseClash(scenario: Scenario, settled: Settled): void {
  const places: [string, HostPort][] = [['--listen', settled.listen]]
  if (settled.socket === undefined) places.push(['--server', settled.server])
  if (scenario.topology === 'sticky') {
    places.push(['--server2', settled.server2], ['--listen-by-source', settled.listenBySource])
  }
  if (scenario.topology === 'chain' || scenario.topology === 'acl') places.push(['--inner', settled.inner])
  for (const [index, [name, place]] of places.entries()) {
    const clash = places.slice(index + 1).find(([, other]) => collide(place, other))
    if (clash === undefined) continue
    throw new Fault('MP-GEN-OPTION', `${name} and ${clash[0]} both take port ${place.port}`, {
      exit: EXIT.usage,
      hints: ['one port of one machine serves one program; give one of them another port'],
    })
  }
}

const wildcards = new Set(['*', '0.0.0.0', '::'])

/** A wildcard takes the loopback port too; another host's address may belong to another machine. */
function collide(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port) return false
  if (a.host === b.host) return true
  const local = (one: HostPort) => wildcards.has(one.host) || isLoopback(one.host)
  return (wildcards.has(a.host) && local(b)) || (wildcards.has(b.host) && local(a))
}

/** Where HAProxy finds the first broker. */
export function brokerListener(settled: Settled): HostPort | { readonly path: string } {
  return settled.socket === undefined ? settled.server : { path: settled.socket }
}
