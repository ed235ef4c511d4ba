import { pcapngOf, type RecordedConnection, wiresharkScript } from '../../capture/pcapng.js'
import type { Stage } from '../../check/plan.js'
import { portKeys } from '../../check/sandbox/relocate.js'
import type { Side } from '../../check/sandbox/relocation.js'
import { headerOf, timelineOf } from '../../check/timeline.js'
import { type Relay, type RelayOptions, startRelay } from '../../host/sandbox/relay.js'
import { portsFor } from '../../host/sandbox/sandbox.js'
import type { TimelineEvent } from '../../kernel/result.js'
import type { SocketAddress } from '../../kernel/socket-address.js'
import type { Subject } from './sources.js'

/** Both legs of one case, as bytes and as a story. */
export interface Recording {
  readonly pcapng: Uint8Array
  /** For Wireshark, so that it decodes MQTT behind the header. */
  readonly lua: string
  readonly timeline: readonly TimelineEvent[]
  /** The PROXY header between HAProxy and the broker. */
  readonly headerHex: string | undefined
}

/** A recording tells more than a log, but it needs the wire to itself; a few failures say what there is to say. */
export const mostRecordings = 5

/** Stands between a server line and what it reaches; recorders are one kind, taps another. */
export type RelayStart = (between: Omit<RelayOptions, 'keepAddress'>) => Promise<Relay>

const record: RelayStart = (between) => startRelay({ ...between, keepAddress: false })

/** Recorders between clients and HAProxy and between HAProxy and brokers, on ports that leave room for them. */
export class Recorders {
  readonly #inner: Relay[] = []
  #outer: Relay | undefined

  private constructor(
    readonly ip: 4 | 6,
    readonly ports: Awaited<ReturnType<typeof recordingPorts>>,
    private readonly start: RelayStart,
  ) {}

  static async for(subject: Subject, start: RelayStart = record): Promise<Recorders> {
    return new Recorders(subject.ip, await recordingPorts(subject), start)
  }

  /** The port that one side of a connection is to use. */
  readonly portOf = (key: string, side: Side): number => this.ports.portOf(key, side)

  /** Before HAProxy is started, whose first health check has to find them. */
  async startBehindHaproxy(): Promise<void> {
    const host = this.ip === 6 ? '::1' : '127.0.0.1'
    for (const [listen, to] of this.ports.between()) {
      this.#inner.push(await this.start({ listen: { host, port: listen }, to: { host, port: to } }))
    }
  }

  /** The stage with the recorders in the way; `undefined`: the way in is no TCP. */
  async startBefore(stage: Stage): Promise<Stage | undefined> {
    const front = stage.main
    if ('path' in front) return undefined
    const listen = { host: front.host, port: this.ports.client }
    this.#outer = await startRelay({ listen, to: front, keepAddress: true })
    return { ...stage, main: listen, brokers: stage.brokers.map((place) => this.ports.relayed(place)) }
  }

  /** `straight`: clients went to the broker themselves. `undefined`: nothing came by. */
  recording(title: string, straight = false): Recording | undefined {
    const outer = this.#outer?.recorded() ?? []
    const inner = this.#inner.flatMap((one) => one.recorded())
    const all: readonly RecordedConnection[] = [...outer, ...inner]
    if (all.length === 0) return undefined
    const legs = [
      { client: 'client' as const, server: 'haproxy' as const, connections: outer },
      { client: straight ? ('client' as const) : ('haproxy' as const), server: 'broker' as const, connections: inner },
    ].filter((leg) => leg.connections.length > 0)
    const comment = `mqtt-proxy check: ${title}. Recorded above TCP, at both sides of HAProxy; TCP and IP are made up around the bytes.`
    return {
      pcapng: pcapngOf(all, comment),
      lua: wiresharkScript(all),
      timeline: timelineOf(legs),
      headerHex: headerOf(inner),
    }
  }

  async stop(): Promise<void> {
    await this.#outer?.stop()
    for (const one of this.#inner) await one.stop()
  }
}

/** Every key gets a port of its own on each side, so that recorders fit between. */
async function recordingPorts(subject: Subject) {
  const keys = portKeys(subject.pair, subject.ip)
  const names = keys.flatMap((key) => [`${key} haproxy`, `${key} server`, `${key} broker`])
  const ports = await portsFor([...names, 'client'], subject.ip)
  const used = new Set<string>()
  const portOf = (key: string, side: Side) => {
    used.add(`${key} ${side}`)
    return ports.get(`${key} ${side}`) ?? 0
  }
  const number = (name: string) => ports.get(name) ?? 0
  return {
    portOf,
    client: number('client'),
    /** From the port that a server line names to whatever really listens under that key. */
    between: (): (readonly [number, number])[] =>
      keys.flatMap((key) => {
        const to = used.has(`${key} broker`) ? 'broker' : used.has(`${key} haproxy`) ? 'haproxy' : undefined
        if (to === undefined || (to === 'haproxy' && !used.has(`${key} server`))) return []
        return [[number(`${key} server`), number(`${key} ${to}`)] as const]
      }),
    relayed: (place: SocketAddress): SocketAddress => {
      const key = 'path' in place ? undefined : keys.find((one) => number(`${one} broker`) === place.port)
      return 'path' in place || key === undefined ? place : { host: place.host, port: number(`${key} server`) }
    },
  }
}
