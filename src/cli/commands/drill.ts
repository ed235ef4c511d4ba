import { Args, Flags } from '@oclif/core'
import { drillEvents } from '../../drill/events.js'
import { reconnectNames } from '../../drill/reconnect.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { checkFlags } from '../flags/check.js'
import { markFlags } from '../flags/marks.js'
import { caseReporterFlag } from '../flags/reporter.js'
import { runOnce } from '../flags/run-once.js'
import { parseMilliseconds } from '../flags/values.js'

const { dir, root, map, haproxy, broker, timeout, keep } = checkFlags

export default class Drill extends BaseCommand {
  static override strict = true
  static override summary =
    'Hold many MQTT sessions, reload, drain, fail over or restart, and show what happens to them'
  static override description =
    `Runs a scenario, or your own files, in a sandbox as check does. Many clients hold sessions and send messages at QoS 1; then \
the event happens on the real programs. The result shows which sessions were cut, second by second, who reconnected and \
when, lost messages, and whether the broker sees every client as before.

EVENTS
  reload       HAProxy loads its files again: --way master (SIGUSR2), sf
  drain        the busiest server is drained: --way sessions (its sessions
               are shut down too), new (only new clients go elsewhere)
  failover     a broker fails for --down: --way kill, hang
  certificate  HAProxy gets another certificate: --way socket, file
  restart      the broker is restarted
  network      every connection between HAProxy and the broker is reset

--fault injects a fault into connections between HAProxy and the broker that start after the event (names: tap --help): \
network --fault cut-after-connack,p=0.3 makes three of ten fail when they first reconnect. The drill fails if no connection \
got the fault.

--fail-on takes figures and limits: cut, cut-in-100ms, cut-in-1s, not-back, back-in, offline, silence, delay, lost, \
duplicated, wrong (the broker sees another client), old-sessions.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> drill reload',
    '<%= config.bin %> drill reload --clients 100 --compare',
    '<%= config.bin %> drill network --clients 50 --fault cut-after-connack,p=0.3,count=10',
    "<%= config.bin %> drill failover --down 1s --fail-on 'not-back>0,back-in>10s'",
    '<%= config.bin %> drill certificate proxy-tls --clients 50 --json',
    '<%= config.bin %> drill reload --haproxy-config haproxy.cfg --broker-config mosquitto.conf --broker mosquitto',
  ]
  static override args = {
    event: Args.string({ description: 'the event to cause', options: [...drillEvents], required: true }),
    scenario: Args.string({ description: 'a scenario by name or number (default: proxy)' }),
  }
  static override flags = {
    ...markFlags,
    way: Flags.string({ description: 'how the event happens (default: the first of its list)', helpValue: 'WAY' }),
    clients: Flags.integer({
      char: 'n',
      description: 'number of sessions to hold',
      default: 500,
      min: 1,
      max: 50_000,
      helpValue: 'N',
    }),
    rate: Flags.integer({
      description: 'messages per second, all clients together',
      default: 50,
      min: 0,
      max: 5000,
      helpValue: 'N',
    }),
    watch: Flags.string({ description: 'how long to watch after the event', default: '8s', helpValue: 'TIME' }),
    down: Flags.string({ description: 'how long a server or broker is down', default: '2s', helpValue: 'TIME' }),
    keepalive: Flags.integer({ char: 'k', description: 'seconds', default: 60, min: 1, max: 65_535, helpValue: 'N' }),
    reconnect: Flags.option({ options: reconnectNames })({
      description: 'reconnect as this library does',
      default: 'mqtt.js' as const,
    }),
    'fail-on': Flags.string({
      description: 'figures and limits; exit 1 when one is crossed (default: depends on the event; empty: none)',
      helpValue: 'LIST',
    }),
    fault: Flags.string({
      description: 'inject this fault into new connections to the broker (see tap --help)',
      helpValue: 'NAME[=VALUE]',
      multiple: true,
    }),
    seed: Flags.integer({
      description: 'repeat the random choices of a run: reconnect delays and connections with a fault',
      default: 1,
      min: 0,
      helpValue: 'N',
    }),
    compare: Flags.string({
      description: 'also run another HAProxy file; without a value, with reload: the same file with hard-stop-after 2s',
      helpValue: 'FILE',
    }),
    dir,
    'haproxy-config': checkFlags['haproxy-config'],
    'broker-config': checkFlags['broker-config'],
    root,
    map,
    'allow-exec': checkFlags['allow-exec'],
    haproxy,
    broker,
    'broker-bin': checkFlags['broker-bin'],
    username: Flags.string({ char: 'u', description: 'user name of the clients', helpValue: 'NAME' }),
    'password-file': Flags.string({
      description: 'file with their password',
      helpValue: 'FILE',
      dependsOn: ['username'],
    }),
    timeout,
    keep,
    reporter: caseReporterFlag,
  }

  async run() {
    this.argv = withBareCompare(this.argv)
    const { args, flags } = await this.parse(Drill)
    const [
      { drill },
      { drillDocument, renderDrill },
      { drillRunResult },
      { drillHolds },
      { checkOptions },
      { parseFault },
    ] = await Promise.all([
      import('../../stories/drill/request.js'),
      import('../../report/drill.js'),
      import('../../report/drill-result.js'),
      import('../../drill/run.js'),
      import('../flags/check.js'),
      import('../../stories/tap/faults.js'),
    ])
    const options = await checkOptions({
      ...flags,
      ...runOnce,
    })
    const report = await this.openReports(flags.reporter, flags, { sarif: false })
    const result = await drill({
      event: args.event,
      scenario: args.scenario,
      way: flags.way,
      clients: flags.clients,
      rate: flags.rate,
      watchMs: parseMilliseconds(flags.watch),
      downMs: parseMilliseconds(flags.down),
      keepalive: flags.keepalive,
      reconnect: flags.reconnect,
      failOn: flags['fail-on'],
      faults: (flags.fault ?? []).map((one) => parseFault(one, parseMilliseconds)),
      seed: flags.seed,
      compare: flags.compare,
      username: flags.username,
      passwordFile: flags['password-file'],
      check: options,
      quiet: flags.quiet,
      say: (text) => {
        if (!flags.quiet) this.progress(text)
      },
    })
    const ok = drillHolds(result)
    this.exitWith(ok ? 0 : 1)
    const style = await this.style(flags)
    await report(drillRunResult(result), { text: () => renderDrill(result, style) })
    return { schema: 1 as const, command: 'drill' as const, ok, ...drillDocument(result) }
  }
}

/** `--compare` without a file stands for the pair's own counterpart. */
function withBareCompare(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    const next = argv[index + 1]
    const bare = word === '--compare' && (next === undefined || next.startsWith('-'))
    return bare ? ['--compare', ''] : [word]
  })
}
