import { Args, Flags } from '@oclif/core'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { parseTarget } from '../../kernel/target.js'
import type { WatchPair } from '../../stories/watch/targets.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { connectionFlags } from '../flags/connection.js'
import { quietFlag } from '../flags/marks.js'
import { parseMilliseconds } from '../flags/values.js'
import { usage } from '../usage.js'

const { cafile, cert, key, insecure, servername } = connectionFlags

export default class Watch extends BaseCommand {
  static override strict = false
  static override summary = 'Probe targets repeatedly, report changes, and serve metrics to Prometheus'
  static override description =
    `Each round probes every target as probe --gentle does, one connection at a time, and with --behind compares it with the \
broker's own listener. Rounds are an interval apart, give or take a tenth. On a terminal it shows the last round as a \
table, and prints a line for each change. --metrics serves /metrics: verdict, connect time of each side, whether the broker \
sees the right address \
(--broker-log), whether a forged header is accepted, days left of the certificate. gen monitoring writes rules and a dashboard.

--exec runs a command of the shell for each change, with MQTT_PROXY_TARGET, _WHAT, _FROM, _TO and _WORSE (0 or 1) in its \
environment. Ctrl-C ends it with exit code 0.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> watch 127.0.0.1:1883 --behind 127.0.0.1:1884',
    '<%= config.bin %> watch --haproxy-config /etc/haproxy/haproxy.cfg --interval 30s --metrics 127.0.0.1:0',
    '<%= config.bin %> watch 127.0.0.1:1883 --broker-log /var/log/mosquitto/mosquitto.log -C 1 --json',
    `<%= config.bin %> watch 127.0.0.1:1883 -C 1 --exec 'logger "$MQTT_PROXY_TARGET: $MQTT_PROXY_TO"'`,
  ]
  static override args = { target: Args.string({ description: '[mqtt|mqtts|ws|wss]://HOST:PORT, any number' }) }
  static override flags = {
    quiet: quietFlag,
    behind: Flags.string({ description: "the broker's own listener behind the one target", helpValue: 'TARGET' }),
    'haproxy-config': Flags.string({
      description: 'watch the binds of this haproxy.cfg that carry MQTT, each with its server',
      helpValue: 'FILE',
      exclusive: ['behind'],
    }),
    'broker-log': Flags.string({
      description: 'log of the broker, to check that it sees the address of this client',
      helpValue: 'FILE',
    }),
    interval: Flags.string({ description: 'between two rounds; at least 1s', default: '60s', helpValue: 'TIME' }),
    count: Flags.integer({ char: 'C', description: 'exit after this many rounds', helpValue: 'N', min: 1 }),
    metrics: Flags.string({
      description: 'serve /metrics at this address; a port alone means 127.0.0.1, port 0: the kernel chooses',
      helpValue: '[HOST:]PORT',
    }),
    exec: Flags.string({ description: 'run this for each change', helpValue: 'COMMAND' }),
    username: Flags.string({ char: 'u', description: 'username', helpValue: 'NAME' }),
    'password-file': Flags.string({
      description: 'read the password from the first line of this file; - is stdin',
      helpValue: 'FILE',
      dependsOn: ['username'],
    }),
    timeout: connectionFlags.timeout,
    cafile,
    cert,
    key,
    insecure,
    servername,
  }

  async run(): Promise<undefined> {
    const { argv, flags } = await this.parse(Watch)
    const [{ watch }, { watchTable, changeLine }, { clientTls, passwordOf }, { exitWhenStopped }] = await Promise.all([
      import('../../stories/watch/watch.js'),
      import('../../report/watch.js'),
      import('../../stories/send/connection.js'),
      import('../../host/process/lifetime.js'),
    ])
    const pairs = await this.pairs(argv.map(String), flags)
    const style = await this.style(flags)
    const json = this.jsonEnabled()
    this.streams = true
    exitWhenStopped(EXIT.ok)
    let drawn = 0
    const redraw = process.stdout.isTTY === true && !json && process.env.TERM !== 'dumb'
    const erase = () => {
      if (redraw && drawn > 0) process.stdout.write(`\x1b[${drawn}A\x1b[J`)
      drawn = 0
    }
    let shown = false
    await watch({
      pairs,
      intervalMs: this.interval(flags.interval),
      rounds: flags.count,
      metrics: flags.metrics === undefined ? undefined : await this.metricsAt(flags.metrics),
      exec: flags.exec,
      tls: await clientTls(flags),
      timeoutMs: Math.max(1, parseMilliseconds(flags.timeout)),
      username: flags.username,
      password: await passwordOf({ 'password-file': flags['password-file'] }),
      brokerLog: flags['broker-log'],
      say: (text) => this.progress(text),
      onListening: (at) => {
        if (json) this.logJson({ schema: 1, event: 'listening', ...at })
        else this.progress(`metrics on http://${formatSocketAddress(at)}/metrics`)
      },
      onRound: (readings) => {
        if (json) return this.logJson({ schema: 1, event: 'round', at: new Date().toISOString(), targets: readings })
        if (flags.quiet || (shown && !redraw)) return
        shown = true
        erase()
        for (const line of watchTable(readings, style)) drawn += this.outRows(line)
      },
      onChange: (change) => {
        const at = Date.now()
        if (json) return this.logJson({ schema: 1, event: 'change', at: new Date(at).toISOString(), ...change })
        erase()
        this.out(changeLine(at, change, style))
      },
    })
    return undefined
  }

  private async pairs(
    names: readonly string[],
    flags: { readonly behind?: string | undefined; readonly 'haproxy-config'?: string | undefined },
  ): Promise<readonly WatchPair[]> {
    const { mostPairs, pairsOfConfig } = await import('../../stories/watch/targets.js')
    if (flags.behind !== undefined && names.length !== 1) throw usage('--behind compares one target with its broker')
    const behind = flags.behind === undefined ? undefined : parseTarget(flags.behind)
    const config = flags['haproxy-config']
    const pairs = [
      ...names.map((name) => ({ target: parseTarget(name), behind })),
      ...(config === undefined ? [] : pairsOfConfig(config)),
    ]
    if (pairs.length === 0)
      throw usage('no target', 'mqtt-proxy watch 127.0.0.1:1883', 'mqtt-proxy watch --haproxy-config FILE')
    if (pairs.length > mostPairs)
      throw usage(`${pairs.length} targets are too many for one watch; at most ${mostPairs}`)
    return pairs
  }

  private interval(text: string): number {
    const ms = parseMilliseconds(text)
    if (ms < 1000) throw usage('--interval is at least 1s: watching is not a load test')
    return ms
  }

  private async metricsAt(text: string): Promise<{ readonly host: string; readonly port: number }> {
    const { parsePlace } = await import('../../stories/tap/place.js')
    const hints = ['write 127.0.0.1:9641, [::1]:9641, a port alone, or port 0 for any']
    const place = parsePlace(text, 'allowed', { what: '--metrics can listen on', hints })
    if ('path' in place) throw usage('--metrics takes an address, not a path', ...hints)
    const { isLoopback } = await import('../../kernel/address.js')
    if (!isLoopback(place.host))
      this.progress('--metrics is not on a loopback address: anyone who reaches it can read it')
    return place
  }
}
