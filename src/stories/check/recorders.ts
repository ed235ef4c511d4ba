import { pcapngOf, type RecordedConnection, wiresharkScript } from '../../capture/pcapng.js'
import type { Stage } from '../../check/plan.js'
import { portKeys } from '../../check/sandbox/relocate.js'
import type { AddressSide } from '../../check/sandbox/relocation.js'
import { headerOf, type RecordedLeg, timelineOf } from '../../check/timeline.js'
import { type Relay, type RelayOptions, startRelay } from '../../host/sandbox/relay.js'
import { portsFor } from '../../host/sandbox/sandbox.js'
import { formatEnd } from '../../kernel/observed.js'
import type { TimelineEvent } from '../../kernel/result.js'
import type { SocketAddress } from '../../kernel/socket-address.js'
import { decode } from '../../proxy-header/index.js'
import type { Subject } from './sources.js'

/** Both legs of one case, as bytes and as a story: of its own connections, and of no others. */
export interface Recording {
  readonly pcapng: Uint8Array
  /** For Wireshark, so that it decodes MQTT behind the header. */
  readonly lua: string
  readonly timeline: readonly TimelineEvent[]
  /** The PROXY header that reached the broker. */
  readonly headerHex: string | undefined
}

/** Whose connections are to be told. */
export interface TracedEnds {
  readonly title: string
  /** Our ends of connections to HAProxy, as it saw them. */
  readonly clients: readonly string[]
  /** Our ends of connections that went past HAProxy. */
  readonly straight: readonly string[]
  /** HAProxy's ends of the connections that it opened for us. */
  readonly outs: readonly string[]
}

/** A recording tells more than a log, but it needs the wire to itself; a few failures say what there is to say. */
export const mostRecordings = 5

/** Is placed between a server line and its target; recorders are one kind, taps another. */
export type RelayStart = (between: Omit<RelayOptions, 'keepAddress'>) => Promise<Relay>

const record: RelayStart = (between) => startRelay({ ...between, keepAddress: false })

/** Recorders between clients and HAProxy and between HAProxy and brokers, on ports that leave room for them. */
export class Recorders {
  readonly #inner: { readonly relay: Relay; readonly end: 'haproxy' | 'broker' }[] = []
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
  readonly portOf = (key: string, side: AddressSide): number => this.ports.portOf(key, side)

  /** Before HAProxy is started, whose first health check has to find them. */
  async startBehindHaproxy(): Promise<void> {
    const host = this.ip === 6 ? '::1' : '127.0.0.1'
    for (const { listen, to, end } of this.ports.between()) {
      const relay = await this.start({ listen: { host, port: listen }, to: { host, port: to } })
      this.#inner.push({ relay, end })
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

  /** Our ends of the connections so far as HAProxy saw them. */
  clients(): readonly string[] {
    return this.#ofClients().map((one) => formatEnd(one.client))
  }

  /** Our own ends towards the broker of connections that came from these ends of HAProxy. */
  onward(outs: readonly string[]): readonly string[] {
    return this.#inner
      .flatMap(({ relay }) => relay.recorded())
      .flatMap((one) => (outs.includes(formatEnd(one.client)) && one.onward.port > 0 ? [formatEnd(one.onward)] : []))
  }

  /** How many connections there are behind HAProxy, whoever they belong to. */
  behind(): number {
    return this.#inner.reduce((sum, { relay }) => sum + relay.recorded().length, 0)
  }

  /** Of one client. `undefined`: nothing came by. */
  recording({ title, clients, straight, outs }: TracedEnds): Recording | undefined {
    const inner = this.#inner.map(({ relay, end }) => ({ end, all: relay.recorded() }))
    const of = (end: 'haproxy' | 'broker', ends: readonly string[]) =>
      inner
        .filter((one) => one.end === end)
        .flatMap(({ all }) => all.filter((one) => ends.includes(formatEnd(one.client))))
    const [direct, toBroker, toInner] = [of('broker', straight), of('broker', outs), of('haproxy', outs)]
    // Why nobody was let through may lie in what the broker answered HAProxy itself.
    const nobody = direct.length + toBroker.length + toInner.length === 0
    const legs: readonly RecordedLeg[] = [
      {
        client: 'client',
        server: 'haproxy',
        connections: this.#ofClients().filter((one) => clients.includes(formatEnd(one.client))),
      },
      { client: 'client', server: 'broker', connections: direct },
      { client: 'haproxy', server: 'haproxy', connections: toInner },
      { client: 'haproxy', server: 'broker', connections: toBroker },
      {
        client: 'haproxy',
        server: 'broker',
        connections: nobody ? inner.flatMap(({ all }) => all.slice(-1)) : [],
        healthChecks: true,
      },
    ]
    const checks = nobody ? ' Behind HAProxy it shows health checks: HAProxy opened no connection for the client.' : ''
    const headerHex = headerOf([...direct, ...toBroker]) ?? headerOf(toInner)
    return recordingOf(legs, `${title}. A second run of this check alone, recorded`, checks, headerHex)
  }

  /** Of everybody, health checks too, where each header names the client that it is for. */
  everything(title: string): Recording | undefined {
    const clients = this.clients()
    const inner = this.#inner.flatMap(({ relay }) => relay.recorded())
    const ours = inner.filter((one) => clients.includes(claimedIn(one) ?? ''))
    const legs: readonly RecordedLeg[] = [
      { client: 'client', server: 'haproxy', connections: this.#ofClients() },
      { client: 'haproxy', server: 'broker', connections: ours },
      {
        client: 'haproxy',
        server: 'broker',
        connections: inner.filter((one) => !ours.includes(one)),
        healthChecks: true,
      },
    ]
    return recordingOf(legs, `${title}. A second run, recorded`, '', headerOf(ours))
  }

  /** As HAProxy has them: the recorder in front of it is not there for anybody. */
  #ofClients(): readonly RecordedConnection[] {
    return (this.#outer?.recorded() ?? []).map((one) => (one.onward.port === 0 ? one : { ...one, client: one.onward }))
  }

  async stop(): Promise<void> {
    await this.#outer?.stop()
    for (const { relay } of this.#inner) await relay.stop()
  }
}

function recordingOf(
  legs: readonly RecordedLeg[],
  what: string,
  more: string,
  headerHex: string | undefined,
): Recording | undefined {
  const drawn = legs.filter((leg) => leg.connections.length > 0)
  const all = drawn.flatMap((leg) => leg.connections)
  if (all.length === 0) return undefined
  const comment = `mqtt-proxy check: ${what} above TCP at both sides of HAProxy; TCP and IP are made up around the bytes.${more}`
  return { pcapng: pcapngOf(all, comment), lua: wiresharkScript(all), timeline: timelineOf(drawn), headerHex }
}

function claimedIn({ chunks }: RecordedConnection): string | undefined {
  const first = chunks.find((chunk) => chunk.from === 'client')?.bytes
  const decoded = first === undefined ? undefined : decode(first)
  if (decoded?.status !== 'header' || decoded.header.source === undefined) return undefined
  return formatEnd(decoded.header.source)
}

/** Every key gets a port of its own on each side, so that recorders fit between. */
async function recordingPorts(subject: Subject) {
  const keys = portKeys(subject.pair, subject.ip)
  const names = keys.flatMap((key) => [`${key} haproxy`, `${key} server`, `${key} broker`])
  const ports = await portsFor([...names, 'client'], subject.ip)
  const used = new Set<string>()
  const portOf = (key: string, side: AddressSide) => {
    used.add(`${key} ${side}`)
    return ports.get(`${key} ${side}`) ?? 0
  }
  const number = (name: string) => ports.get(name) ?? 0
  return {
    portOf,
    client: number('client'),
    /** From the port that a server line names to whatever really listens under that key. */
    between: () =>
      keys.flatMap((key) => {
        const end = used.has(`${key} broker`) ? 'broker' : used.has(`${key} haproxy`) ? 'haproxy' : undefined
        if (end === undefined || (end === 'haproxy' && !used.has(`${key} server`))) return []
        return [{ listen: number(`${key} server`), to: number(`${key} ${end}`), end } as const]
      }),
    relayed: (place: SocketAddress): SocketAddress => {
      const key = 'path' in place ? undefined : keys.find((one) => number(`${one} broker`) === place.port)
      return 'path' in place || key === undefined ? place : { host: place.host, port: number(`${key} server`) }
    },
  }
}
