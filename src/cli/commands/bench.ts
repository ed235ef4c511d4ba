import { Args, Flags } from '@oclif/core'
import { EXIT } from '../../kernel/exit.js'
import { proxyKinds } from '../../stories/header/spec.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { checkFlags } from '../flags/check.js'
import { connectionFlags, mqttFlags, mqttVersion } from '../flags/connection.js'
import { loadFlags, parseRate } from '../flags/load.js'
import { verboseFlag } from '../flags/marks.js'
import { caseReporterFlag } from '../flags/reporter.js'
import { runOnce } from '../flags/run-once.js'
import { parseMilliseconds, parseNetwork } from '../flags/values.js'

export default class Bench extends BaseCommand {
  static override strict = true
  static override summary = 'Measure connections or messages a second and their latency, directly and through HAProxy'
  static override description =
    `Starts are due at fixed times, and latency counts from the time a start was due. So a target that stops answering is \
not measured less often. The load goes to HAProxy and a broker (a scenario, or your own files, in the sandbox that check \
uses), or to your own TARGET.

--compare runs the same load on several ways in, in turn and in both orders: direct (the broker, with the header that HAProxy \
would write), haproxy, haproxy-tls, haproxy-mtls, haproxy-ws.

--fail-on takes figures and limits: p50, p90, p95, p99, p99.9, max, connect-p50, connect-p99, rate, errors, lost; for example \
p99>50ms,errors>1%,rate<95%.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> bench proxy --rate 200 -t 2s',
    '<%= config.bin %> bench proxy-tls --measure connections --rate 100 -t 2s',
    '<%= config.bin %> bench proxy-tls --compare direct,haproxy-tls --rate 500 -t 4s',
    '<%= config.bin %> bench 127.0.0.1:1884 --proxy-protocol v2 --src 10.0.0.0/8 --measure connections -t 2s',
    "<%= config.bin %> bench proxy --subscribers 20 -q 1 -t 2s --fail-on 'p99>500ms,errors>0,lost>0' --json",
    '<%= config.bin %> bench 127.0.0.1:1884 --proxy-protocol v2 --shard 1/2 --align 1s -t 2s --reporter json=shard-1.json',
  ]
  static override args = {
    subject: Args.string({
      description: 'TARGET ([mqtt|mqtts|ws|wss]://HOST:PORT[/PATH]), or a scenario by name or number (default: proxy)',
    }),
  }
  static override flags = {
    verbose: verboseFlag,
    // -q is the QoS here, as every MQTT client has it.
    quiet: Flags.boolean({ description: 'only what failed', helpGroup: 'GLOBAL' }),
    ...loadFlags,
    compare: Flags.string({ description: 'comma-separated ways in to compare (see above)', helpValue: 'LIST' }),
    rounds: Flags.integer({
      description: 'with --compare: rounds for each way in, half of them in reverse order',
      default: 2,
      min: 2,
      max: 100,
      helpValue: 'N',
    }),
    shard: Flags.string({ description: 'run shard I of N of this load; merge-reports merges them', helpValue: 'I/N' }),
    align: Flags.string({
      description: 'start at the next multiple of this time on the clock, so that all shards start together',
      default: '0s',
      helpValue: 'TIME',
    }),
    'yes-i-may-test-this-host': Flags.boolean({ description: 'confirm that you may test this non-loopback host' }),
    'proxy-protocol': Flags.option({ options: proxyKinds })({
      helpGroup: 'CONNECTION',
      description: 'with TARGET: header of each connection; default: v2 with --src, else none',
    }),
    host: connectionFlags.host,
    port: connectionFlags.port,
    unix: connectionFlags.unix,
    'local-address': connectionFlags['local-address'],
    timeout: connectionFlags.timeout,
    cafile: connectionFlags.cafile,
    cert: connectionFlags.cert,
    key: connectionFlags.key,
    insecure: connectionFlags.insecure,
    servername: connectionFlags.servername,
    'mqtt-version': mqttFlags['mqtt-version'],
    username: Flags.string({ helpGroup: 'MQTT', char: 'u', description: 'username of the clients', helpValue: 'NAME' }),
    'password-file': Flags.string({
      helpGroup: 'MQTT',
      description: 'file with their password',
      helpValue: 'FILE',
      dependsOn: ['username'],
    }),
    keepalive: Flags.integer({
      helpGroup: 'MQTT',
      char: 'k',
      description: 'seconds',
      default: 60,
      min: 1,
      max: 65_535,
      helpValue: 'N',
    }),
    dir: checkFlags.dir,
    'haproxy-config': checkFlags['haproxy-config'],
    'broker-config': checkFlags['broker-config'],
    root: checkFlags.root,
    map: checkFlags.map,
    'allow-exec': checkFlags['allow-exec'],
    haproxy: checkFlags.haproxy,
    broker: checkFlags.broker,
    'broker-bin': checkFlags['broker-bin'],
    transport: checkFlags.transport,
    ip: checkFlags.ip,
    reporter: caseReporterFlag,
  }

  async run() {
    const { args, flags } = await this.parse(Bench)
    const [{ bench }, { renderBench }, { checkOptions }, { passwordOf }, { parseShard }] = await Promise.all([
      import('../../stories/bench/request.js'),
      import('../../report/bench.js'),
      import('../flags/check.js'),
      import('../../stories/send/connection.js'),
      import('../../check/select.js'),
    ])
    const { src } = flags
    const network = src === undefined ? undefined : parseNetwork(src)
    const style = await this.style(flags)
    const shard = flags.shard === undefined ? { index: 1, count: 1 } : parseShard(flags.shard)
    const load = {
      measure: flags.measure,
      rate: parseRate(flags.rate),
      durationMs: parseMilliseconds(flags.duration),
      rampMs: parseMilliseconds(flags.ramp),
      publishers: flags.publishers,
      subscribers: flags.subscribers,
      topics: flags.topics,
      split: flags.split,
      qos: flags.qos === 1 ? (1 as const) : flags.qos === 2 ? (2 as const) : (0 as const),
      payload: flags.payload,
      shard,
    }
    const { username, ...rest } = flags
    const check = await checkOptions({
      ...rest,
      ...runOnce,
      keep: false,
      shard: undefined,
    })
    const report = await this.openReports(flags.reporter, flags, { sarif: false })
    const result = await bench({
      subject: args.subject,
      load,
      compare: listed(flags.compare),
      rounds: flags.rounds,
      failOn: flags['fail-on'],
      alignMs: parseMilliseconds(flags.align),
      header: flags['proxy-protocol'],
      network,
      connection: flags,
      mayTest: flags['yes-i-may-test-this-host'],
      mqtt: mqttVersion(flags['mqtt-version']),
      username,
      password: await passwordOf({ 'password-file': flags['password-file'] }),
      keepalive: flags.keepalive,
      timeoutMs: Math.max(1, parseMilliseconds(flags.timeout)),
      check,
      say: (text) => {
        if (!flags.quiet) this.progress(text)
      },
    })
    await report(result, { text: (one) => renderBench(one, style, flags.quiet === true) })
    this.exitWith(result.ok ? EXIT.ok : EXIT.wrong)
    return result
  }
}

function listed(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
