import { Flags } from '@oclif/core'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { markFlags } from '../flags/marks.js'

export default class Plan extends BaseCommand {
  static override summary =
    'Calculate what HAProxy, the broker and the machine need for many clients, and which limit is too low'
  static override description =
    `Counts connections, open files, ports, memory and timeouts for that many MQTT sessions at the same time. The result is \
compared with your files, if given, and with this machine, unless you give --elsewhere. The cost of a session was measured: \
docs/plan.md explains how.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> plan --clients 100000 --elsewhere',
    '<%= config.bin %> plan --clients 400 --haproxy-config haproxy.cfg --broker-config mosquitto.conf',
    '<%= config.bin %> plan --clients 60000 --tls --keepalive 300 --elsewhere --json',
  ]
  static override flags = {
    ...markFlags,
    clients: Flags.integer({
      char: 'n',
      description: 'number of sessions at the same time',
      required: true,
      min: 1,
      max: 100_000_000,
      helpValue: 'N',
    }),
    keepalive: Flags.integer({ char: 'k', description: 'seconds', default: 60, min: 1, max: 65_535, helpValue: 'N' }),
    tls: Flags.boolean({ description: 'clients use TLS to HAProxy (detected automatically from files)' }),
    'client-certificates': Flags.boolean({ description: 'clients also present a certificate', dependsOn: ['tls'] }),
    'haproxy-config': Flags.string({
      description: 'your haproxy.cfg; several are read in this order, as by haproxy -f',
      multiple: true,
      helpValue: 'FILE',
    }),
    'broker-config': Flags.string({ description: 'your broker file', multiple: true, helpValue: 'FILE' }),
    elsewhere: Flags.boolean({ description: 'the programs run on another machine' }),
  }

  async run() {
    const { flags } = await this.parse(Plan)
    const [{ plan }, { doctorLines }] = await Promise.all([
      import('../../stories/plan/plan.js'),
      import('../../report/doctor.js'),
    ])
    const result = await plan({
      clients: flags.clients,
      keepalive: flags.keepalive,
      transport: flags['client-certificates'] ? 'mtls' : flags.tls ? 'tls' : 'plain',
      haproxyConfigs: flags['haproxy-config'] ?? [],
      brokerConfigs: flags['broker-config'] ?? [],
      elsewhere: flags.elsewhere,
      env: (name) => process.env[name],
    })
    const style = await this.style(flags)
    const lines = doctorLines(result.items, { all: flags.verbose === true, quiet: flags.quiet === true, style })
    this.out(lines.join('\n'))
    this.exitWith(result.ok ? 0 : 1)
    return { schema: 1 as const, command: 'plan' as const, ...result }
  }
}
