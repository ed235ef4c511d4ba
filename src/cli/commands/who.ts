import { Args, Flags } from '@oclif/core'
import { EXIT } from '../../kernel/exit.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { markFlags } from '../flags/marks.js'
import { parseMilliseconds } from '../flags/values.js'

export default class Who extends BaseCommand {
  static override summary = 'Show who is connected: each session through HAProxy and what the broker knows about it'
  static override description =
    `Reads HAProxy's sessions from its stats socket, the clients from the broker's log or API, and TLS facts from HAProxy's \
log, and joins them: behind a PROXY header by the client's address, without one by HAProxy's own port. Sessions that cannot \
be joined are shown with the reason. It changes nothing: it sends read-only commands only.

Without flags it looks for a stack that check --keep runs, then at the usual paths of HAProxy and Mosquitto. With CLIENT (a \
client id, username or common name) or ADDRESS only those sessions are shown; * matches any characters. Exits with 1 when \
there is none.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> who --socket /run/haproxy/admin.sock --broker-log /var/log/mosquitto/mosquitto.log',
    '<%= config.bin %> who alice --haproxy-config /etc/haproxy/haproxy.cfg --broker-log /var/log/mosquitto/mosquitto.log',
    '<%= config.bin %> who "sensor-*" --socket /run/haproxy/admin.sock --broker-log /var/log/mosquitto/mosquitto.log',
    '<%= config.bin %> who alice --broker-log /var/log/mosquitto/mosquitto.log --json',
  ]
  static override args = {
    client: Args.string({ description: 'CLIENT or ADDRESS: a client id, username, common name, or IP[:PORT]' }),
  }
  static override flags = {
    quiet: markFlags.quiet,
    socket: Flags.string({
      description: "HAProxy's stats socket, or the socket of its master",
      helpValue: 'SOCKET',
      multiple: true,
    }),
    'haproxy-config': Flags.string({
      description: 'take the stats socket from this haproxy.cfg',
      helpValue: 'FILE',
      multiple: true,
    }),
    'haproxy-log': Flags.string({
      description: "HAProxy's log, for TLS facts",
      helpValue: 'FILE',
      multiple: true,
    }),
    'broker-log': Flags.string({
      description: 'log of Mosquitto, of mqtt-proxy broker -v, or of RabbitMQ',
      helpValue: 'FILE',
      multiple: true,
    }),
    'broker-api': Flags.string({
      description: "API of RabbitMQ's management plugin or of EMQX",
      helpValue: 'URL',
      multiple: true,
    }),
    username: Flags.string({ char: 'u', description: 'username for the API', helpValue: 'NAME' }),
    'password-file': Flags.string({
      description: 'read the password from the first line of this file; - is stdin',
      helpValue: 'FILE',
      dependsOn: ['username'],
    }),
    timeout: Flags.string({ char: 'W', description: 'how long to wait for the API', default: '5s', helpValue: 'TIME' }),
  }

  async run() {
    const { args, flags } = await this.parse(Who)
    const [{ whoIs }, { whoDocument, whoLines }, { passwordOf }] = await Promise.all([
      import('../../stories/who/who.js'),
      import('../../report/who.js'),
      import('../../stories/send/connection.js'),
    ])
    const { rows, all, asked, notes } = await whoIs({
      about: args.client,
      sockets: flags.socket ?? [],
      haproxyConfigs: flags['haproxy-config'] ?? [],
      haproxyLogs: flags['haproxy-log'] ?? [],
      brokerLogs: flags['broker-log'] ?? [],
      brokerApis: flags['broker-api'] ?? [],
      username: flags.username,
      password: await passwordOf({ 'password-file': flags['password-file'] }),
      timeoutMs: Math.max(1, parseMilliseconds(flags.timeout)),
    })
    for (const line of whoLines(rows, await this.style(flags))) this.out(line)
    const joined = rows.filter((row) => row.missing.length === 0).length
    const verdict = `${rows.length} of ${all} ${all === 1 ? 'session' : 'sessions'}, ${joined} joined`
    if (!flags.quiet) {
      this.out(`${rows.length === 0 ? '' : '\n'}${verdict}   asked: ${asked.join(', ')}`)
      for (const note of notes) this.progress(note)
    }
    const ok = rows.length > 0 || args.client === undefined
    this.exitWith(ok ? EXIT.ok : EXIT.wrong)
    return { schema: 1, ok, sessions: rows.map(whoDocument), all, asked, notes }
  }
}
