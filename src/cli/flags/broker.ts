import { Flags } from '@oclif/core'
import type { ConnectionEvent } from '../../mqtt-server/connection-event.js'
import type { BrokerCommandOptions } from '../../stories/broker/broker.js'
import { usage } from '../usage.js'
import { limitFlags, limitsOf } from './broker-limits.js'
import { markFlags } from './marks.js'

/** Flags that make no sense for a broker that runs as Mosquitto does. */
export const own = [
  'bind',
  'socket',
  'transport',
  'proxy-protocol',
  'accept',
  'header-timeout',
  'require-tls',
  'require-cert',
  'cn-as-username',
  'allow',
  'deny',
] as const

export const brokerFlags = {
  ...markFlags,
  config: Flags.string({
    char: 'c',
    multiple: true,
    multipleNonGreedy: true,
    description: 'read this mosquitto.conf or vernemq.conf',
    helpValue: 'FILE',
  }),
  port: Flags.integer({
    helpGroup: 'LISTENER',
    char: 'p',
    multiple: true,
    multipleNonGreedy: true,
    description: 'port to listen on, 0: the kernel chooses [default: 1884]',
    helpValue: 'PORT',
  }),
  bind: Flags.string({
    helpGroup: 'LISTENER',
    description: 'address to listen on [default: 127.0.0.1]',
    helpValue: 'ADDRESS',
  }),
  socket: Flags.string({
    helpGroup: 'LISTENER',
    description: 'listen on a unix socket instead',
    helpValue: 'PATH',
    exclusive: ['port', 'bind'],
  }),
  transport: Flags.string({
    helpGroup: 'LISTENER',
    description: 'MQTT directly or in WebSocket [default: tcp]',
    options: ['tcp', 'ws'],
  }),
  'proxy-protocol': Flags.string({
    helpGroup: 'HEADER',
    description: 'the header is required, off, or optional (unsafe) [default: required]',
    options: ['required', 'optional', 'off'],
  }),
  accept: Flags.string({
    helpGroup: 'HEADER',
    description: 'header versions that are accepted [default: v1,v2]',
    helpValue: 'v1,v2',
  }),
  'header-timeout': Flags.integer({
    helpGroup: 'HEADER',
    helpValue: 'SECONDS',
    description: 'seconds for the header to arrive, 1 to 60 [default: 10]',
    min: 1,
    max: 60,
  }),
  'require-tls': Flags.boolean({ helpGroup: 'HEADER', description: 'the SSL bit of the header must be set' }),
  'require-cert': Flags.boolean({
    helpGroup: 'HEADER',
    description: 'require a verified client certificate in the header',
  }),
  'cn-as-username': Flags.boolean({
    helpGroup: 'HEADER',
    description: 'the CN in the header is the username; implies --require-cert',
  }),
  allow: Flags.string({
    helpGroup: 'HEADER',
    multiple: true,
    description: 'allow only clients from this network',
    helpValue: 'CIDR',
  }),
  deny: Flags.string({
    helpGroup: 'HEADER',
    multiple: true,
    description: 'refuse clients from this network',
    helpValue: 'CIDR',
  }),
  ...limitFlags,
  exec: Flags.string({
    description: 'run this with MQTT_URL and MQTT_PROXY_PORT set, and exit with its code',
    helpValue: 'CMD',
  }),
  'ready-file': Flags.string({
    description: 'write the address to this file once it listens',
    helpValue: 'FILE',
  }),
  count: Flags.integer({ helpValue: 'N', description: 'exit after this many connections', min: 1 }),
  'test-config': Flags.boolean({ description: 'validate the -c file and exit', dependsOn: ['config'] }),
}

export interface BrokerFlags {
  readonly config?: readonly string[] | undefined
  readonly port?: readonly number[] | undefined
  readonly bind?: string | undefined
  readonly socket?: string | undefined
  readonly transport?: string | undefined
  readonly 'proxy-protocol'?: string | undefined
  readonly accept?: string | undefined
  readonly 'header-timeout'?: number | undefined
  readonly 'require-tls'?: boolean
  readonly 'require-cert'?: boolean
  readonly 'cn-as-username'?: boolean
  readonly allow?: readonly string[] | undefined
  readonly deny?: readonly string[] | undefined
  readonly 'max-waiting'?: number | undefined
  readonly 'max-queued'?: number | undefined
  readonly 'max-total'?: number | undefined
  readonly 'max-filters'?: number | undefined
  readonly 'max-keepalive'?: number | undefined
  readonly 'refuse-filter'?: readonly string[] | undefined
  readonly 'read-timeout'?: number | undefined
  readonly 'handshake-timeout'?: number | undefined
  readonly verbose?: boolean
  readonly quiet?: boolean
  readonly count?: number | undefined
  readonly exec?: string | undefined
  readonly 'ready-file'?: string | undefined
  readonly 'test-config'?: boolean
}

export function optionsOf(flags: BrokerFlags, onEvent: (event: ConnectionEvent) => void): BrokerCommandOptions {
  const mode = flags['proxy-protocol']
  return {
    host: flags.bind ?? '127.0.0.1',
    port: portOf(flags.port),
    socket: flags.socket,
    transport: flags.transport === 'ws' ? 'ws' : 'tcp',
    mode: mode === 'optional' || mode === 'off' ? mode : 'required',
    accept: versionsOf(flags.accept ?? 'v1,v2'),
    headerTimeoutMs: (flags['header-timeout'] ?? 10) * 1000,
    requireTls: flags['require-tls'] === true,
    requireCertificate: flags['require-cert'] === true,
    cnAsUsername: flags['cn-as-username'] === true,
    allow: flags.allow ?? [],
    deny: flags.deny ?? [],
    limits: limitsOf(flags),
    verbose: flags.verbose === true && flags.quiet !== true,
    onEvent,
  }
}

function portOf(ports: readonly number[] | undefined): number {
  const [port = 1884, ...more] = ports ?? []
  if (more.length > 0) throw usage('one -p is enough', 'several ports need a mosquitto.conf: -c FILE')
  if (port < 0 || port > 65535) throw usage(`port ${port} is not within 0 and 65535`)
  return port
}

function versionsOf(text: string): readonly (1 | 2)[] {
  return [...new Set(text.split(','))].map((one) => {
    if (one.trim() === 'v1') return 1
    if (one.trim() === 'v2') return 2
    throw usage(`"${one}" is not a header version`, 'write --accept v1,v2, v1 or v2')
  })
}
