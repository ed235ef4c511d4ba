import { once } from 'node:events'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { driverFor } from '../../src/host/brokers/index.js'
import { haproxyFacts, startHaproxy } from '../../src/host/haproxy/haproxy.js'
import { freePorts } from '../../src/host/net/ports.js'
import { findProgram } from '../../src/host/process/programs.js'
import type { BrokerDriver, RunningHaproxy } from '../../src/host/types.js'
import { mqttProxy } from '../cli.js'
import { programFolder } from './run-console.js'
import { writeStandIns } from './stand-ins.js'

/** Where the lab's listeners are: `127.0.0.1:40123`. */
export interface Places {
  /** A Mosquitto that wants a PROXY header, and the file it logs to. */
  readonly broker: string
  readonly brokerLog: string
  /** HAProxy before it, plain MQTT, its file and its stats socket; a client called alice stays connected. */
  readonly front: string
  readonly haproxyConfig: string
  readonly statsSocket: string
  /** HAProxy that itself wants a PROXY header (`accept-proxy`), with the same broker behind it. */
  readonly inner: string
  /** HAProxy that wants a client certificate, with a Mosquitto that takes its CN for the username behind it. */
  readonly mtls: string
  readonly mtlsBroker: string
  /** HAProxy with MQTT in WebSocket behind it. */
  readonly webSocket: string
}

/** What the examples of the help talk to: real brokers and HAProxies, on ports of the kernel's choice. */
export class Lab {
  private readonly ends: (() => Promise<void>)[] = []
  private readonly haproxies = new Map<string, RunningHaproxy>()

  private constructor(
    readonly folder: string,
    /** The folder for PATH. */
    readonly bin: string,
    readonly places: Places,
  ) {}

  static async start(): Promise<Lab> {
    const folder = await mkdtemp(join(tmpdir(), 'mp-ex-'))
    const bin = await programFolder(folder)
    await writeStandIns(bin)
    const lab = new Lab(folder, bin, await freePlaces(folder))
    const started = await Promise.allSettled([lab.startProxy(), lab.startMtls(), lab.startWebSocket()])
    for (const one of started) {
      if (one.status === 'fulfilled') continue
      await lab.stop()
      throw one.reason
    }
    return lab
  }

  async stop(): Promise<void> {
    await Promise.all(this.ends.map((end) => end()))
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Runs mqtt-proxy; whoever prepares something wants it to succeed. */
  async mqttProxy(...args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await mqttProxy(args, { cwd: this.folder })
    if (code !== 0) throw new Error(`mqtt-proxy ${args.join(' ')}: exit ${code}\n${stdout}${stderr}`)
  }

  /** The lines that HAProxy logs when a client without TLS comes to `mtls`. */
  async logOfPlainClient(): Promise<readonly string[]> {
    const { host, port } = listenerAt(this.places.mtls)
    const local = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, host, () => {
        const from = `${socket.localAddress}:${socket.localPort}`
        socket.on('close', () => resolve(from))
        // HAProxy closes or resets it: either way the connection stands in its log.
        socket.off('error', reject).on('error', () => {})
        socket.end(Buffer.from('100d00044d5154540402003c000161', 'hex'))
      })
      socket.on('error', reject)
      socket.resume()
    })
    return (await this.haproxies.get(this.places.mtls)?.logOf(local)) ?? []
  }

  private async startProxy(): Promise<void> {
    const { broker, brokerLog, front, inner } = this.places
    const pair = await this.pair('proxy', front, broker)
    await appendFile(join(pair, 'mosquitto.conf'), `log_dest file ${brokerLog}\n`)
    await this.startBroker(pair, await driverFor('mosquitto'), broker)
    const { haproxyConfig, statsSocket } = this.places
    await appendFile(haproxyConfig, `\nglobal\n    stats socket ${statsSocket} mode 600 level operator\n`)
    await this.startHaproxy(pair, front)
    this.ends.push(await stayConnected(front))
    const behind = join(this.folder, 'lab', 'inner')
    const places = ['--inner', inner, '--server', broker]
    await this.mqttProxy('gen', 'haproxy', 'chain', '--role', 'inner', ...places, '-o', join(behind, 'haproxy.cfg'))
    await this.startHaproxy(behind, inner)
  }

  private async startMtls(): Promise<void> {
    const { mtls, mtlsBroker } = this.places
    const pair = await this.pair('proxy-mtls-cn', mtls, mtlsBroker)
    await this.startBroker(pair, await driverFor('mosquitto'), mtlsBroker)
    await this.startHaproxy(pair, mtls)
  }

  private async startWebSocket(): Promise<void> {
    const { webSocket } = this.places
    const [server] = await freePorts(1)
    const pair = await this.pair('tcp', webSocket, `127.0.0.1:${server}`, '--transport', 'ws')
    await this.startBroker(pair, await driverFor('embedded'), `127.0.0.1:${server}`)
    await this.startHaproxy(pair, webSocket)
  }

  private async pair(scenario: string, listen: string, server: string, ...more: readonly string[]): Promise<string> {
    const folder = join(this.folder, 'lab', scenario)
    const places = ['--listen', listen, '--server', server]
    await this.mqttProxy('gen', 'all', scenario, '-o', folder, ...places, '--no-check', ...more)
    return folder
  }

  private async startBroker(folder: string, driver: BrokerDriver, at: string): Promise<void> {
    const configFile = join(folder, 'mosquitto.conf')
    const broker = await driver.start({ folder, configFile, listeners: [listenerAt(at)] })
    this.ends.push(() => broker.stop())
  }

  private async startHaproxy(folder: string, at: string): Promise<void> {
    const { program } = await findProgram('haproxy')
    const { version } = await haproxyFacts(program)
    const files = [join(folder, 'haproxy.cfg')]
    const haproxy = await startHaproxy({ program, version, files, folder, listeners: [listenerAt(at)] })
    this.haproxies.set(at, haproxy)
    this.ends.push(() => haproxy.stop())
  }
}

async function freePlaces(folder: string): Promise<Places> {
  const ports = await freePorts(6)
  const [broker = '', front = '', inner = '', mtls = '', mtlsBroker = '', webSocket = ''] = ports.map(
    (port) => `127.0.0.1:${port}`,
  )
  return {
    broker,
    brokerLog: join(folder, 'mosquitto.log'),
    front,
    haproxyConfig: join(folder, 'lab', 'proxy', 'haproxy.cfg'),
    statsSocket: join(folder, 'stats.sock'),
    inner,
    mtls,
    mtlsBroker,
    webSocket,
  }
}

function listenerAt(place: string): { readonly host: string; readonly port: number } {
  const [host = '', port = ''] = place.split(':')
  return { host, port: Number(port) }
}

/** An MQTT client called alice, through HAProxy; it pings, so that nobody cuts it. */
async function stayConnected(at: string): Promise<() => Promise<void>> {
  const socket = connect(listenerAt(at))
  const answer = once(socket, 'data')
  socket.on('error', () => {})
  socket.write(Buffer.from('101100044d5154540402003c0005616c696365', 'hex'))
  await answer
  const pings = setInterval(() => socket.write(Uint8Array.of(0xc0, 0)), 20_000)
  return async () => {
    clearInterval(pings)
    socket.destroy()
  }
}
