import type { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { ConnectionEvent } from '../../mqtt-server/connection-event.js'
import type { ListenerAt } from '../../mqtt-server/options.js'
import { volumeOf } from '../../stories/broker/arguments.js'
import { listeningLine, startProxyBroker } from '../../stories/broker/broker.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { type BrokerFlags, brokerFlags, optionsOf, own } from '../flags/broker.js'
import { limitsOf } from '../flags/broker-limits.js'
import { listenerEnvironment } from '../listener-environment.js'
import { usage } from '../usage.js'

export default class Broker extends BaseCommand {
  static override summary = 'Run the embedded MQTT broker behind the PROXY protocol'

  static override description =
    `An MQTT 3.1, 3.1.1 and 5.0 broker that reads PROXY headers (v1 and v2) and logs for every connection its address, what \
the header said and whether it was accepted. It keeps nothing on disk.

With -c it reads a mosquitto.conf or vernemq.conf and behaves as Mosquitto 2.1 does: it stays in the foreground, logs to \
stderr and exits with 0 when it is stopped. "-v -p PORT" without any other option does the same (on loopback, without a \
PROXY header, open to all clients).

${exitCodesHelp}`

  static override examples = [
    {
      description: 'A broker that requires a PROXY header, on a port that the kernel chooses',
      command: '<%= config.bin %> broker -p 0',
    },
    {
      description: 'As scenario 7 requires: TLS, a verified certificate, its CN as the username',
      command: '<%= config.bin %> broker -p 1884 --require-tls --require-cert --cn-as-username',
    },
    { description: 'Run it as Mosquitto runs', command: '<%= config.bin %> broker -c mosquitto.conf -v' },
    { description: 'Run a test suite against it', command: "<%= config.bin %> broker -p 0 --exec 'npm test'" },
    { description: 'Ten connections as JSON lines', command: '<%= config.bin %> broker -p 1884 --count 10 --json' },
  ]

  static override flags = brokerFlags

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

function clash(given: readonly string[]): Fault {
  return usage(`-c and --${given[0]} cannot stand together`, 'with -c everything stands in the file')
}
