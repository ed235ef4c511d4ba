import { Flags } from '@oclif/core'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { ConnectionEvent } from '../../mqtt-server/connection-event.js'
import type { ListenerAt } from '../../mqtt-server/options.js'
import { volumeOf } from '../../stories/broker/arguments.js'
import { type BrokerOptions, listeningLine, startProxyBroker } from '../../stories/broker/broker.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { limitFlags, limitsOf } from '../flags/broker-limits.js'
import { markFlags } from '../flags/marks.js'
import { listenerEnvironment } from '../listener-environment.js'

/** Flags that make no sense for a broker that runs as Mosquitto does. */
const own = [
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

export default class Broker extends BaseCommand {
  static override summary = 'Run the embedded MQTT broker behind the PROXY protocol'

  static override description =
    `An MQTT 3.1, 3.1.1 and 5.0 broker that reads PROXY headers (v1 and v2) and says of every connection who came, what \
the header told and whether it was let in. It keeps nothing on disk.

With -c it runs by a mosquitto.conf or vernemq.conf, and as Mosquitto 2.1 does: foreground, log on stderr, exit 0 when \
it is stopped. So does "-v -p PORT" without any other option (loopback, no PROXY header, everybody may come in).

${exitCodesHelp}`

  static override examples = [
    {
      description: 'A broker that wants a PROXY header, on a port the kernel chooses',
      command: '<%= config.bin %> broker -p 0',
    },
    {
      description: 'What scenario 7 asks for: TLS, a verified certificate, its CN as the username',
      command: '<%= config.bin %> broker -p 1884 --require-tls --require-cert --cn-as-username',
    },
    { description: 'As Mosquitto would run', command: '<%= config.bin %> broker -c mosquitto.conf -v' },
    { description: 'Run a test suite against it', command: "<%= config.bin %> broker -p 0 --exec 'npm test'" },
    { description: 'Ten connections as JSON lines', command: '<%= config.bin %> broker -p 1884 --count 10 --json' },
  ]

  static override flags = {
    ...markFlags,
    config: Flags.string({
      char: 'c',
      multiple: true,
      multipleNonGreedy: true,
      description: 'run by this mosquitto.conf or vernemq.conf',
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
      description: 'only clients of this network may come in',
      helpValue: 'CIDR',
    }),
    deny: Flags.string({
      helpGroup: 'HEADER',
      multiple: true,
      description: 'clients of this network may not',
      helpValue: 'CIDR',
    }),
    ...limitFlags,
    exec: Flags.string({
      description: 'run this with MQTT_URL and MQTT_PROXY_PORT set, and exit with its code',
      helpValue: 'CMD',
    }),
    'ready-file': Flags.string({
      description: 'written with the address as soon as clients can come',
      helpValue: 'FILE',
    }),
    count: Flags.integer({ helpValue: 'N', description: 'end after so many connections', min: 1 }),
    'test-config': Flags.boolean({ description: 'validate the -c file and exit', dependsOn: ['config'] }),
  }

  protected override streams = true

  async run(): Promise<void> {
    const { flags } = await this.parse(Broker)
    const given = own.filter((name) => flags[name] !== undefined)
    if (flags.config !== undefined && given.length > 0) throw clash(given)
    if (flags.config !== undefined || (flags.verbose && flags.port !== undefined && given.length === 0)) {
      await this.asMosquitto(flags)
      return
    }
    const counted = this.counter(flags.count)
    const options = optionsOf(flags, (event) => {
      if (!flags.quiet || this.jsonEnabled()) void this.show(event)
      counted.one()
    })
    const { at, warnings } = await startProxyBroker(options)
    for (const warning of warnings) this.progress(warning)
    await this.announce(at, `${listeningLine(options, at)}   Ctrl-C stops`, flags['ready-file'])
    await this.serve(at, flags.exec, counted.done)
  }

  private async asMosquitto(flags: BrokerFlags): Promise<void> {
    const { exitWhenStopped } = await import('../../host/process/lifetime.js')
    const { runAsMosquitto } = await import('../../stories/broker/mosquitto.js')
    exitWhenStopped(EXIT.ok)
    const counted = this.counter(flags.count)
    const server = await runAsMosquitto({
      config: flags.config?.at(-1),
      ports: flags.port ?? [],
      volume: volumeOf(flags.quiet, flags.verbose),
      testConfig: flags['test-config'] === true,
      limits: limitsOf(flags),
      onEvent:
        this.jsonEnabled() || flags.count !== undefined
          ? (event) => {
              if (this.jsonEnabled()) void this.show(event)
              counted.one()
            }
          : undefined,
    })
    if (!server) return
    const [at] = server.listeners
    if (!at) return
    if (this.jsonEnabled() || flags['ready-file'] !== undefined) await this.announce(at, undefined, flags['ready-file'])
    await this.serve(at, flags.exec, counted.done)
  }

  /** Serves until the command of `--exec` is done, the count is reached or a signal comes. */
  private async serve(at: ListenerAt, command: string | undefined, counted: Promise<void>): Promise<void> {
    if (command === undefined) {
      await counted
      return
    }
    const { runCommand } = await import('../../host/server/child.js')
    const code = await runCommand(command, listenerEnvironment(at))
    process.exitCode = code
  }

  private counter(count: number | undefined): { readonly one: () => void; readonly done: Promise<void> } {
    let left = count ?? Number.POSITIVE_INFINITY
    let finish = () => {}
    const done = new Promise<void>((resolve) => {
      finish = resolve
    })
    return {
      one: () => {
        left -= 1
        if (left <= 0) finish()
      },
      done,
    }
  }

  private async announce(at: ListenerAt, line: string | undefined, readyFile: string | undefined): Promise<void> {
    if (readyFile !== undefined) {
      const { writeOutput } = await import('../../host/files/output.js')
      await writeOutput(readyFile, `${formatSocketAddress(at)}\n`)
    }
    if (this.jsonEnabled()) {
      this.logJson({ schema: 1, t: new Date().toISOString(), event: 'listening', ...at })
    } else if (line !== undefined) this.out(line)
  }

  private async show(event: ConnectionEvent): Promise<void> {
    if (this.jsonEnabled()) {
      this.logJson({ schema: 1, ...event })
      return
    }
    const { eventLine } = await import('../../mqtt-server/connection-event.js')
    this.out(eventLine(event))
  }
}

interface BrokerFlags {
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

function optionsOf(flags: BrokerFlags, onEvent: (event: ConnectionEvent) => void): BrokerOptions {
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
    throw usage(`"${one}" is no header version`, 'write --accept v1,v2, v1 or v2')
  })
}

function clash(given: readonly string[]): Fault {
  return usage(`-c and --${given[0]} cannot stand together`, 'with -c everything stands in the file')
}

function usage(message: string, ...hints: string[]): Fault {
  return new Fault('MP-USAGE', message, { exit: EXIT.usage, hints })
}
