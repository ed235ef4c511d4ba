import { Args, Flags, type Interfaces } from '@oclif/core'
import { EXIT, type ExitCode } from '../../kernel/exit.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { connectionFlags } from '../flags/connection.js'
import { markFlags } from '../flags/marks.js'
import { reporterFlag } from '../flags/reporter.js'
import { parseMilliseconds } from '../flags/values.js'

const { unix: _unix, insecure: _insecure, 'tls-alpn': _alpn, timeout: _timeout, ...reaching } = connectionFlags

export default class Probe extends BaseCommand {
  static override summary = 'Identify what listens on a port and which PROXY headers it trusts'
  static override description =
    `Each attempt has a connection of its own: plain MQTT, PROXY headers of both versions, TLS, WebSocket, silence. The \
verdict depends on MQTT answers, never on how a connection was closed. If the answers are not enough, the verdict is \
unknown. \
Nothing is published, and no identity is forged unless --spoof asks for it.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> probe 127.0.0.1:1884',
    '<%= config.bin %> probe mqtts://broker.example --cafile ca.crt --cert client.crt --key client.key',
    '<%= config.bin %> probe 127.0.0.1:1883 --behind 127.0.0.1:1884',
    '<%= config.bin %> probe 127.0.0.1:1884 --expect proxy-required --fail-on critical',
    '<%= config.bin %> probe --targets hosts.txt --json',
    '<%= config.bin %> probe 127.0.0.1:1884 --spoof admin --reporter sarif=probe.sarif',
  ]
  static override strict = false
  static override args = { target: Args.string({ description: '[mqtt|mqtts|ws|wss]://HOST:PORT, any number' }) }
  static override flags = {
    ...markFlags,
    targets: Flags.string({ description: 'read targets from this file, one a line; - is stdin', helpValue: 'FILE' }),
    behind: Flags.string({
      description: "the broker's own listener behind the target: compare both sides",
      helpValue: 'TARGET',
    }),
    src: Flags.string({ description: 'the client address that headers claim', helpValue: 'IP[:PORT]' }),
    spoof: Flags.string({ description: 'test whether a forged certificate name is accepted', helpValue: 'CN' }),
    silence: Flags.string({
      description: 'how long to watch a silent connection; default: until the other attempts end',
      helpValue: 'TIME',
    }),
    keepalive: Flags.integer({
      char: 'k',
      description: 'stay idle in a session for this keepalive, to see whether it is cut early',
      helpValue: 'SECONDS',
      min: 1,
      max: 3600,
    }),
    username: Flags.string({ char: 'u', description: 'username', helpValue: 'NAME' }),
    password: Flags.string({ char: 'P', description: 'password; - reads a line of stdin', helpValue: 'PASSWORD' }),
    'password-file': Flags.string({
      description: 'read the password from the first line of this file',
      helpValue: 'FILE',
      exclusive: ['password'],
    }),
    expect: Flags.string({
      description: 'exit 1 unless the target is of this kind: plain, proxy-required, tls, ...',
      helpValue: 'KIND',
    }),
    'fail-on': Flags.option({ options: ['low', 'medium', 'high', 'critical', 'none'] as const })({
      description: 'exit 1 for findings of this severity and above',
      default: 'high',
    }),
    gentle: Flags.boolean({ description: 'one connection at a time, at most ten per second' }),
    concurrency: Flags.integer({
      helpValue: 'N',
      description: 'number of targets at the same time',
      min: 1,
      max: 1000,
      default: 256,
    }),
    rate: Flags.integer({
      helpValue: 'N',
      description: 'new connections per second',
      min: 1,
      max: 100_000,
      default: 2000,
    }),
    reporter: reporterFlag,
    timeout: Flags.string({
      char: 'W',
      description: 'how long to wait in each attempt',
      default: '5s',
      helpValue: 'TIME',
    }),
    ...reaching,
  }

  async run() {
    const { argv, flags } = await this.parse(Probe)
    const [{ parseExpected, probeRequest }, { probe }, results, { probeText }, { countTo }] = await Promise.all([
      import('../../stories/probe/request.js'),
      import('../../stories/probe/probe.js'),
      import('../../stories/probe/result.js'),
      import('../../stories/probe/text.js'),
      import('../../host/process/live.js'),
    ])
    const expect = parseExpected(flags.expect)
    const request = await probeRequest(argv.map(String), this.values(flags), Date.now())
    const write = await this.openReports(flags.reporter, flags)
    const run = await probe(request, flags.quiet ? undefined : countTo(request.targets.length, 'probed'))
    const failOn = flags['fail-on'] === 'none' ? undefined : results.severityOf(flags['fail-on'])
    const document = results.probeDocument(run, { expect, failOn, env: { node: process.version } })
    const brief = run.probed.length > 2
    const style = await this.style(flags)
    const { quiet, verbose } = flags
    const text = () => probeText(run, { style, brief, expect, quiet, verbose })
    await write(document, { rules: results.ruleTexts, text })
    this.exitWith(
      this.exitCode(
        document.ok,
        results.anyUnknown(run, expect),
        document.stats.failed > 0 || results.anyFails(document, failOn),
      ),
    )
    return document
  }

  private exitCode(ok: boolean, unknown: boolean, wrong: boolean): ExitCode {
    if (wrong) return EXIT.wrong
    if (unknown) return EXIT.unreachable
    return ok ? EXIT.ok : EXIT.wrong
  }

  private values(flags: Interfaces.InferredFlags<typeof Probe.flags>) {
    return {
      ...flags,
      timeoutMs: Math.max(1, parseMilliseconds(flags.timeout)),
      silenceMs: flags.silence === undefined ? undefined : parseMilliseconds(flags.silence),
    }
  }
}
