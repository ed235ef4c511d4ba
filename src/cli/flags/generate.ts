import { Args, Flags } from '@oclif/core'
import { type BrokerKind, brokerKinds } from '../../brokers/index.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { type DeriveOptions, type HostPort, tlsProfiles } from '../../scenarios/options.js'
import type { ClientTransport } from '../../scenarios/types.js'
import type { GenOutput } from '../../stories/gen/pair.js'
import { parseHostPort, parseNetwork, parsePath, parseSeconds, parseSocket } from './values.js'

export const scenarioArg = {
  scenario: Args.string({ required: true, description: 'name or number, see mqtt-proxy scenarios' }),
}

export const placeFlag = Flags.custom<HostPort>({ helpValue: 'HOST:PORT', parse: async (text) => parseHostPort(text) })
const transports: readonly ClientTransport[] = ['tcp', 'tls', 'ws', 'wss']

/** What both files of a pair depend on. */
export const pairFlags = {
  transport: Flags.option({ options: transports })({
    helpGroup: 'PAIR',
    description: 'protocol of the clients (default tcp)',
  }),
  ip: Flags.option({ options: ['4', '6'] as const })({
    helpGroup: 'PAIR',
    description: 'use loopback addresses of this family (default 4)',
  }),
  server2: placeFlag({ helpGroup: 'PAIR', description: 'sticky: the second broker' }),
  socket: Flags.custom<string>({ helpValue: 'PATH', parse: async (text) => parseSocket(text) })({
    helpGroup: 'PAIR',
    description: 'use a unix socket between HAProxy and the broker, so that there is no port to spoof',
    helpValue: 'PATH',
  }),
  certs: Flags.custom<string>({ helpValue: 'DIR', parse: async (text) => parsePath(text) })({
    helpGroup: 'PAIR',
    description: 'folder of the certificates, as written into the files (default certs)',
    helpValue: 'DIR',
  }),
  annotate: Flags.boolean({
    helpGroup: 'PAIR',
    description: 'add comments that explain each line',
    default: true,
    allowNo: true,
  }),
}

/** What only HAProxy's file depends on. */
export const haproxyFlags = {
  listen: placeFlag({
    helpGroup: 'HAPROXY',
    description: "where HAProxy listens; '*:8883' accepts clients from everywhere (default: loopback)",
  }),
  inner: placeFlag({ helpGroup: 'HAPROXY', description: 'chain, ip-acl: the second HAProxy' }),
  'listen-by-source': placeFlag({
    helpGroup: 'HAPROXY',
    description: 'sticky: where HAProxy listens for clients that stick by source address',
  }),
  deny: Flags.custom<string>({ helpValue: 'CIDR', parse: async (text) => parseNetwork(text) })({
    helpGroup: 'HAPROXY',
    description: 'ip-acl: address or network to refuse',
    multiple: true,
    multipleNonGreedy: true,
  }),
  keepalive: Flags.integer({
    helpGroup: 'HAPROXY',
    helpValue: 'SECONDS',
    description: 'longest keepalive of the clients in seconds, 0 for none (default 60)',
    min: 0,
    max: 65_535,
  }),
  'client-timeout': Flags.custom<number>({ helpValue: 'TIME', parse: async (text) => parseSeconds(text) })({
    helpGroup: 'HAPROXY',
    description: 'HAProxy closes a client that is silent for this long (90s, 5m); default: 1.5 keepalives and 10 s',
  }),
  'haproxy-version': Flags.string({
    helpGroup: 'HAPROXY',
    description: 'generate for this version or later',
    helpValue: 'X.Y',
  }),
  'tls-profile': Flags.option({ options: tlsProfiles })({
    helpGroup: 'HAPROXY',
    description: 'TLS versions and ciphers (default intermediate)',
  }),
  check: Flags.boolean({ helpGroup: 'HAPROXY', description: 'check the file with haproxy -c', allowNo: true }),
  haproxy: Flags.string({
    helpGroup: 'HAPROXY',
    description: 'HAProxy to check with: a path or a version',
    helpValue: 'PROGRAM',
  }),
}

export const brokerVersionFlag = {
  'broker-version': Flags.string({ description: 'generate for this version or later', helpValue: 'X.Y' }),
}

export const brokerOption = Flags.option({ options: brokerKinds })

export const outputFlags = {
  output: Flags.string({
    helpGroup: 'OUTPUT',
    char: 'o',
    description: 'file, folder (with / at the end), - for standard output',
    default: '-',
    helpValue: 'PATH',
  }),
  force: Flags.boolean({ helpGroup: 'OUTPUT', description: 'replace files that differ' }),
  'dry-run': Flags.boolean({ helpGroup: 'OUTPUT', description: 'list what would be written' }),
  diff: Flags.boolean({
    helpGroup: 'OUTPUT',
    description: 'show what would change without writing; exit 1 if there are changes',
  }),
}

interface PairValues {
  readonly transport?: ClientTransport | undefined
  readonly ip?: '4' | '6' | undefined
  readonly server?: HostPort | undefined
  readonly server2?: HostPort | undefined
  readonly socket?: string | undefined
  readonly certs?: string | undefined
  readonly annotate: boolean
  readonly bind?: string | undefined
  readonly broker?: BrokerKind | undefined
  readonly 'broker-version'?: string | undefined
  readonly listen?: HostPort | undefined
  readonly inner?: HostPort | undefined
  readonly 'listen-by-source'?: HostPort | undefined
  readonly deny?: string[] | undefined
  readonly keepalive?: number | undefined
  readonly 'client-timeout'?: number | undefined
  readonly 'haproxy-version'?: string | undefined
  readonly 'tls-profile'?: (typeof tlsProfiles)[number] | undefined
}

/** Flags to options; what was not given stays absent. */
export function deriveOptions(flags: PairValues): DeriveOptions {
  if (flags.socket !== undefined && flags.server !== undefined) {
    throw new Fault('MP-GEN-OPTION', '--socket and --server are two places for one broker', { exit: EXIT.usage })
  }
  return defined({
    transport: flags.transport,
    ip: flags.ip === undefined ? undefined : flags.ip === '6' ? 6 : 4,
    server: flags.server,
    server2: flags.server2,
    socket: flags.socket,
    certs: flags.certs?.replace(/(.)\/+$/, '$1'),
    annotate: flags.annotate,
    brokerBind: flags.bind,
    broker: flags.broker,
    brokerVersion: version('--broker-version', flags['broker-version']),
    listen: flags.listen,
    inner: flags.inner,
    listenBySource: flags['listen-by-source'],
    deny: flags.deny,
    keepalive: flags.keepalive,
    clientTimeout: flags['client-timeout'],
    haproxyVersion: version('--haproxy-version', flags['haproxy-version']),
    tlsProfile: flags['tls-profile'],
  })
}

type Defined<T> = { -readonly [K in keyof T]?: Exclude<T[K], undefined> }

function defined<T extends object>(values: T): Defined<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Defined<T>
}

function version(flag: string, text: string | undefined): string | undefined {
  if (text === undefined || /^\d+(\.\d+){0,3}$/.test(text)) return text
  throw new Fault('MP-GEN-OPTION', `${flag} ${text} is not a valid version`, {
    exit: EXIT.usage,
    hints: ['write it as 2.6 or 2.1.2'],
  })
}

export function outputOf(flags: {
  readonly output: string
  readonly force: boolean
  readonly 'dry-run': boolean
  readonly diff: boolean
  readonly check?: boolean | undefined
  readonly haproxy?: string | undefined
}): GenOutput {
  if (flags.haproxy !== undefined && flags.check === false) {
    throw new Fault('MP-GEN-OPTION', '--haproxy names a program to ask, and --no-check asks nobody', {
      exit: EXIT.usage,
    })
  }
  return {
    output: flags.output,
    force: flags.force,
    dryRun: flags['dry-run'],
    diff: flags.diff,
    check: flags.check ?? flags.haproxy !== undefined,
    ...(flags.haproxy !== undefined && { haproxy: flags.haproxy }),
  }
}
