import { pcapngOf, type RecordedConnection, wiresharkScript } from '../check/pcapng.js'
import { planStep, type Stage } from '../check/plan.js'
import { portKeys, relocate } from '../check/relocate.js'
import type { Place, Side } from '../check/relocation.js'
import { headerOf, timelineOf } from '../check/timeline.js'
import { type Relay, startRelay } from '../host/check-relay.js'
import { portsFor, type RunningSandbox, startSandbox, writeSandbox } from '../host/check-sandbox.js'
import type { BrokerDriver, HaproxyFacts } from '../host/types.js'
import { makeWorkdir } from '../host/workdir.js'
import type { TimelineEvent } from '../result.js'
import type { OutcomeRow } from '../scenarios/types.js'
import type { GroupOptions } from './check-group.js'
import type { Subject } from './check-sources.js'
import { stageOf } from './check-stage.js'
import { runStep } from './check-steps.js'

/** Both legs of one case, as bytes and as a story. */
export interface Recording {
  readonly pcapng: Uint8Array
  /** For Wireshark, so that it decodes MQTT behind the header. */
  readonly lua: string
  readonly timeline: readonly TimelineEvent[]
  /** The PROXY header between HAProxy and the broker. */
  readonly headerHex: string | undefined
}

/**
 * Runs one failed case again in a sandbox of its own, with recorders between client and HAProxy and between HAProxy and
 * broker. `undefined` when there is nothing to record: a program does not start, a socket is no TCP.
 */
export async function recordCase(
  row: OutcomeRow,
  subject: Subject,
  driver: BrokerDriver,
  program: HaproxyFacts,
  options: GroupOptions,
): Promise<Recording | undefined> {
  if (row.attempt.kind !== 'connect' && row.attempt.kind !== 'publish') return undefined
  const folder = await makeWorkdir('record')
  const stops: (() => Promise<void>)[] = []
  try {
    const ports = await recordingPorts(subject)
    const denied = subject.scenario.topology === 'acl' ? options.deniedAddress : undefined
    const moved = relocate(subject.pair, { folder: folder.path, ip: subject.ip, denied, portOf: ports.portOf })
    const plan = { folder: folder.path, certificates: options.certificates, driver, program, signal: options.signal }
    const all = { ...plan, brokers: moved.brokers, haproxy: [...moved.haproxy].reverse() }
    await writeSandbox(all)
    // Before HAProxy, whose first health check has to find them.
    const host = subject.ip === 6 ? '::1' : '127.0.0.1'
    const inner: Relay[] = []
    for (const [listen, to] of ports.between()) {
      const relay = await startRelay({ listen: { host, port: listen }, to: { host, port: to }, keepAddress: false })
      stops.push(relay.stop)
      inner.push(relay)
    }
    const sandbox: RunningSandbox = await startSandbox(all)
    stops.push(sandbox.stop)
    const stage = stageOf(subject, moved, options)
    if (stage === undefined) return undefined
    const front = stage.main
    if ('path' in front) return undefined
    const outer = await startRelay({ listen: { host: front.host, port: ports.client }, to: front, keepAddress: true })
    stops.push(outer.stop)
    const seen: Stage = {
      ...stage,
      main: { host: front.host, port: ports.client },
      brokers: stage.brokers.map((place) => ports.relayed(place)),
    }
    const step = planStep(row, seen)
    if (step.kind === 'cannot') return undefined
    await runStep(step, sandbox, options)
    return recordingOf(
      row,
      outer.recorded(),
      inner.flatMap((one) => one.recorded()),
    )
  } catch {
    // Evidence is a gift: that it cannot be had is no news beside the failure itself.
    return undefined
  } finally {
    for (const stop of stops.reverse()) await stop()
    await folder.remove()
  }
}

function recordingOf(
  row: OutcomeRow,
  outer: readonly RecordedConnection[],
  inner: readonly RecordedConnection[],
): Recording | undefined {
  if (outer.length + inner.length === 0) return undefined
  const straight = row.attempt.kind === 'connect' && row.attempt.to === 'broker'
  const legs = [
    { client: 'client' as const, server: 'haproxy' as const, connections: outer },
    { client: straight ? ('client' as const) : ('haproxy' as const), server: 'broker' as const, connections: inner },
  ].filter((leg) => leg.connections.length > 0)
  const comment = `mqtt-proxy check: ${row.title}. Recorded above TCP, at both sides of HAProxy; TCP and IP are made up around the bytes.`
  const all = [...outer, ...inner]
  return {
    pcapng: pcapngOf(all, comment),
    lua: wiresharkScript(all),
    timeline: timelineOf(legs),
    headerHex: headerOf(inner),
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
    relayed: (place: Place): Place => {
      const key = 'path' in place ? undefined : keys.find((one) => number(`${one} broker`) === place.port)
      return 'path' in place || key === undefined ? place : { host: place.host, port: number(`${key} server`) }
    },
  }
}
