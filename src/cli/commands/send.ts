import { Args, Flags, type Interfaces } from '@oclif/core'
import { EXIT } from '../../kernel/exit.js'
import { proxyKinds } from '../../stories/header/spec.js'
import { dialOptions, passwordOf, targetOf } from '../../stories/send/connection.js'
import { type SendRequest, send } from '../../stories/send/send.js'
import { causeLines, sendDocument, sendLines } from '../../stories/send/text.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { connectionFlags, mqttFlags, mqttVersion } from '../flags/connection.js'
import { headerFlags } from '../flags/header.js'
import { headerKind } from '../flags/header-kind.js'
import { verboseFlag } from '../flags/marks.js'
import { parseMilliseconds } from '../flags/values.js'
import { usage } from '../usage.js'

export default class Send extends BaseCommand {
  static override summary = 'Send a PROXY header, then MQTT, and explain the result'
  static override description =
    `Header and CONNECT are sent in one write, because many receivers need that. With -t a message is published; with \
--subscribe it waits for messages. Without a header flag it is a plain MQTT client.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> send 127.0.0.1:1884 --proxy-protocol v2 --src 203.0.113.7 -t t -m hi -q 1',
    '<%= config.bin %> send mqtts://localhost:8883 --cafile ca.crt --cert client.crt --key client.key -V 5.0',
    '<%= config.bin %> send ws://127.0.0.1:8080/mqtt --subscribe t --count 1 -t t -m hi',
    '<%= config.bin %> send 127.0.0.1:1884 --src 203.0.113.7 --malform tlv-overrun --expect reject',
    '<%= config.bin %> send 127.0.0.1:1884 --src 203.0.113.7 --split 12,20 --delay 100ms',
  ]
  static override args = { target: Args.string({ description: '[mqtt|mqtts|ws|wss]://HOST:PORT[/PATH]' }) }
  static override flags = {
    verbose: verboseFlag,
    // -q is the QoS here, as every MQTT client has it.
    quiet: Flags.boolean({ description: 'only what failed', helpGroup: 'GLOBAL' }),
    topic: Flags.string({ helpGroup: 'MESSAGE', char: 't', description: 'publish to this topic', helpValue: 'TOPIC' }),
    message: Flags.string({
      helpGroup: 'MESSAGE',
      char: 'm',
      description: 'what to publish; - reads stdin; default: nothing',
      helpValue: 'TEXT',
      dependsOn: ['topic'],
    }),
    qos: Flags.integer({
      helpGroup: 'MESSAGE',
      helpValue: '0|1|2',
      char: 'q',
      description: 'QoS of publish and subscribe',
      min: 0,
      max: 2,
      default: 0,
    }),
    retain: Flags.boolean({ helpGroup: 'MESSAGE', char: 'r', description: 'retain the message' }),
    subscribe: Flags.string({ helpGroup: 'MESSAGE', description: 'subscribe first', helpValue: 'TOPIC' }),
    count: Flags.integer({
      helpGroup: 'MESSAGE',
      helpValue: 'N',
      char: 'C',
      description: 'number of messages to wait for',
      min: 0,
      dependsOn: ['subscribe'],
    }),
    'proxy-protocol': Flags.option({ options: proxyKinds })({
      description: "header, named as HAProxy's send-proxy options; default: v2 with any header flag, else none",
    }),
    'haproxy-protocol': Flags.boolean({ description: 'version 1, as curl calls it', exclusive: ['proxy-protocol'] }),
    ...headerFlags,
    split: Flags.string({ helpGroup: 'HEADER', description: 'cut the header at these offsets', helpValue: 'N,...' }),
    delay: Flags.string({
      helpGroup: 'HEADER',
      description: 'pause between the pieces; without --split between header and CONNECT',
      helpValue: 'TIME',
    }),
    ...mqttFlags,
    ...connectionFlags,
    expect: Flags.option({ options: ['accept', 'reject'] as const })({
      description: 'exit 1 unless this happens',
    }),
  }

  async run() {
    const { args, flags } = await this.parse(Send)
    const request = await this.request(args.target, flags)
    const result = await send(request)
    if (!flags.quiet || result.exit !== EXIT.ok) {
      for (const line of sendLines(request, result, flags.verbose === true)) this.out(line)
    }
    if (result.cause !== undefined && request.expect !== 'reject') {
      for (const line of causeLines(result.cause)) this.out(line)
    }
    if (request.expect !== undefined && result.exit === EXIT.wrong) {
      this.out(`expected the other side to ${request.expect}, but it was ${result.outcome}`)
    }
    this.exitWith(result.exit)
    return sendDocument(request, result)
  }

  private async request(target: string | undefined, flags: SendFlags): Promise<SendRequest> {
    if (flags.message === '-' && flags.password === '-') throw usage('-m - and -P - both want stdin')
    if (flags.retain && flags.topic === undefined)
      throw usage('-r retains a message, and none is sent', 'add -t TOPIC -m TEXT')
    const timeoutMs = Math.max(1, parseMilliseconds(flags.timeout))
    const { readBytes } = await import('../../host/files/input.js')
    const payload = flags.message === '-' ? await readBytes('-', 256 << 20) : Buffer.from(flags.message ?? '')
    const kind = headerKind(flags)
    if (kind === 'none' && (flags.split ?? flags.delay) !== undefined) {
      throw usage('--split and --delay are about a header', 'add --proxy-protocol v1 or v2')
    }
    return {
      dial: await dialOptions(targetOf(target, flags), flags, timeoutMs),
      mqtt: mqttVersion(flags['mqtt-version']),
      clientId: flags.id,
      username: flags.username,
      password: await passwordOf(flags),
      keepalive: flags.keepalive,
      header: {
        kind,
        flags,
        malform: flags.malform ?? [],
        split: offsets(flags.split),
        delayMs: flags.delay === undefined ? undefined : parseMilliseconds(flags.delay),
      },
      publish: flags.topic === undefined ? undefined : { topic: flags.topic, payload, retain: flags.retain === true },
      subscribe: flags.subscribe === undefined ? undefined : { topic: flags.subscribe, count: flags.count ?? 1 },
      qos: flags.qos === 1 ? 1 : flags.qos === 2 ? 2 : 0,
      expect: flags.expect,
    }
  }
}

type SendFlags = Interfaces.InferredFlags<typeof Send.flags>

function offsets(text: string | undefined): number[] {
  if (text === undefined) return []
  if (!/^\d{1,5}(,\d{1,5})*$/.test(text)) throw usage(`"${text}" is not a list of offsets`, 'write --split 12,20')
  return text.split(',').map(Number)
}
