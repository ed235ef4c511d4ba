import { Args } from '@oclif/core'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress, type SocketAddress } from '../../kernel/socket-address.js'
import type { TapText } from '../../report/tap-events.js'
import type { TapEvent } from '../../tap/event.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { filterOf, type TapFlags, tapFlags } from '../flags/tap.js'
import { parseMilliseconds } from '../flags/values.js'
import { listenerEnvironment } from '../listener-environment.js'
import { usage } from '../usage.js'

export default class Tap extends BaseCommand {
  static override summary = 'Show what flows between HAProxy and the broker, packet by packet'
  static override description =
    `A relay that decodes PROXY headers, MQTT 3.1.1 and 5.0 in both directions, and WebSocket frames. It passes on every \
byte, also bytes that it cannot decode. \
With -r it reads a capture instead. Passwords and payloads are hidden unless you ask for them, and so are bytes that may hold one.

--fault injects a fault, so that you see how both sides react: cut-in-header, cut-after-header, cut-after-connack, \
reset-after-connack, cut-in-publish, delay=TIME, trickle=TIME, half-open, strip-header, duplicate-header, swap-header, \
forge-header=IP:PORT, forge-cn=NAME, drop-tlv=TYPE, duplicate-tlv=TYPE, forge-tlv=TYPE:VALUE, drop-puback. Options behind a \
comma: p=0.5 (share of connections), count=3.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> tap 127.0.0.1:0 127.0.0.1:1884',
    '<%= config.bin %> tap 127.0.0.1:0 127.0.0.1:1884 --client "sensor-*" --type CONNECT,CONNACK,DISCONNECT',
    '<%= config.bin %> tap 127.0.0.1:0 127.0.0.1:1884 -w tapped.pcapng -C 1 --json',
    '<%= config.bin %> tap 127.0.0.1:0 127.0.0.1:1884 --fault cut-after-connack,count=1',
    "<%= config.bin %> tap 127.0.0.1:0 127.0.0.1:1884 --exec 'mqtt-proxy send 127.0.0.1:$MQTT_PROXY_PORT --proxy-protocol v2'",
    '<%= config.bin %> tap -r capture.pcap -v',
    '<%= config.bin %> tap -r - < capture.pcap',
  ]
  static override args = {
    listen: Args.string({
      description: 'where clients (HAProxy) connect: HOST:PORT, PORT or a socket path; port 0: any',
    }),
    target: Args.string({ description: 'where the broker listens: HOST:PORT, PORT or a socket path' }),
  }
  static override flags = tapFlags

  async run() {
    const { args, flags } = await this.parse(Tap)
    const { EventFilter } = await import('../../tap/filter.js')
    const { tapDocument, tapLines } = await import('../../report/tap-events.js')
    const text: TapText = {
      style: await this.style(flags),
      payloads: flags.payloads,
      passwords: flags.passwords,
      verbose: flags.verbose === true,
    }
    const filter = new EventFilter(filterOf(flags))
    const show = (event: TapEvent) => {
      for (const one of filter.take(event)) {
        if (this.jsonEnabled()) this.logJson({ schema: 1, ...tapDocument(one, text) })
        else for (const line of tapLines(one, text)) this.out(line)
      }
    }
    this.streams = true
    if (flags.read !== undefined) return this.capture(args, flags.read, flags.port ?? [], show)
    return this.relay(args, flags, show)
  }

  private async capture(
    args: { readonly listen?: string | undefined },
    file: string,
    ports: readonly number[],
    show: (event: TapEvent) => void,
  ): Promise<undefined> {
    if (args.listen !== undefined)
      throw usage('-r reads a capture: there is nothing to listen on', `mqtt-proxy tap -r ${file}`)
    const { tapCapture } = await import('../../stories/tap/capture.js')
    const { connections, cutOff } = await tapCapture(file, ports, show)
    if (cutOff > 0) this.progress(`the capture ends within a packet: its last ${cutOff} bytes are not shown`)
    if (connections === 0) {
      const which = ports.length > 0 ? ` with port ${ports.join(' or ')}` : ''
      throw new Fault('MP-CAPTURE-EMPTY', `the capture has no TCP connection${which}`, {
        exit: EXIT.usage,
        hints: ports.length > 0 ? [`without -p: mqtt-proxy tap -r ${file}`] : [],
      })
    }
    return undefined
  }

  private async relay(
    args: { readonly listen?: string | undefined; readonly target?: string | undefined },
    flags: TapFlags,
    show: (event: TapEvent) => void,
  ): Promise<undefined> {
    if (args.listen === undefined || args.target === undefined) {
      throw usage(
        'tap needs where to listen and where to connect to',
        'mqtt-proxy tap 127.0.0.1:1885 127.0.0.1:1884',
        'mqtt-proxy tap -r FILE',
      )
    }
    const [{ parsePlace, requireApart }, { parseFault }, { startTap }, { exitWhenStopped }, { faultKinds }] =
      await Promise.all([
        import('../../stories/tap/place.js'),
        import('../../stories/tap/faults.js'),
        import('../../stories/tap/live.js'),
        import('../../host/process/lifetime.js'),
        import('../../tap/fault-kinds.js'),
      ])
    const listen = parsePlace(args.listen, 'allowed')
    const target = parsePlace(args.target, 'refused')
    requireApart(listen, target)
    const faults = (flags.fault ?? []).map((one) => parseFault(one, parseMilliseconds))
    const tls = await this.tlsOf(flags)
    let left = flags.count ?? Number.POSITIVE_INFINITY
    let finish = () => {}
    const counted = new Promise<void>((resolve) => {
      finish = resolve
    })
    exitWhenStopped(EXIT.ok)
    const { at, stop } = await startTap({
      listen,
      target,
      ...tls,
      connectTimeoutMs: Math.max(1, parseMilliseconds(flags.timeout)),
      faults,
      seed: flags.seed,
      write: flags.write,
      onEvent: (event) => {
        show(event)
        if (event.what.kind === 'close' && --left <= 0) finish()
      },
    })
    await this.announce(at, target, flags)
    for (const { name } of faults) {
      const { what, healthy } = faultKinds[name]
      this.progress(`fault ${name} (${what}): ${healthy}`)
    }
    if (flags.exec === undefined) await counted
    else {
      const { runCommand } = await import('../../host/server/child.js')
      process.exitCode = await runCommand(flags.exec, listenerEnvironment(at))
    }
    await stop()
    return undefined
  }

  private async tlsOf(flags: TapFlags) {
    const { readText } = await import('../../host/files/input.js')
    const read = (file: string) => readText(file, 1 << 20)
    const { 'listen-cert': cert, 'listen-key': key, 'target-cert': ownCert, 'target-key': ownKey } = flags
    const { cafile, servername } = flags
    return {
      ...(cert !== undefined && key !== undefined && { listenTls: { cert: await read(cert), key: await read(key) } }),
      ...(flags['target-tls'] && {
        targetTls: {
          verify: !flags.insecure,
          ...(cafile !== undefined && { ca: await read(cafile) }),
          ...(ownCert !== undefined && { cert: await read(ownCert) }),
          ...(ownKey !== undefined && { key: await read(ownKey) }),
          ...(servername !== undefined && { servername }),
        },
      }),
    }
  }

  private async announce(at: SocketAddress, target: SocketAddress, flags: TapFlags): Promise<void> {
    if (flags['ready-file'] !== undefined) {
      const { writeOutput } = await import('../../host/files/output.js')
      await writeOutput(flags['ready-file'], `${nameOf(at)}\n`)
    }
    if (this.jsonEnabled()) this.logJson({ schema: 1, t: new Date().toISOString(), event: 'listening', ...at })
    else this.progress(`listening on ${nameOf(at)}, passing on to ${nameOf(target)}   Ctrl-C stops`)
    const seen = 'path' in at ? undefined : at.host
    const { isLoopback } = await import('../../kernel/address.js')
    if (seen !== undefined && !isLoopback(seen)) {
      this.progress('this is not a loopback address: anyone who reaches it reaches the target, with any PROXY header')
    }
  }
}

function nameOf(place: SocketAddress): string {
  return formatSocketAddress(place)
}
