import { readFile } from 'node:fs/promises'
import { type ConnectionEvent, eventLine } from '../../mqtt-server/connection-event.js'
import type { Log } from '../../mqtt-server/log.js'
import { ConfigRefusal } from '../../mqtt-server/mosquitto/config-refusal.js'
import { packagedPath } from '../files/packaged.js'
import { requireFree } from '../net/ports.js'
import { packageVersion } from '../package-version.js'
import { startChild } from '../process/children.js'
import { LineLog } from '../process/line-log.js'
import { serving } from '../process/readiness.js'
import { configFault, readPlan } from '../server/config.js'
import { serveBroker } from '../server/server.js'
import type { BrokerDriver, BrokerFacts, BrokerStart, RunningBroker, Sight } from '../types.js'
import type { MakeDriver } from './make-driver.js'
import { brokerStartFault } from './start-fault.js'

/** It is always there. */
export const makeDriver: MakeDriver = async () => embeddedDriver()

/** Our own broker, in this process unless it is measured, by a mosquitto.conf or vernemq.conf. */
export function embeddedDriver(): BrokerDriver {
  return { kind: 'embedded', facts, start: (options) => (options.measured ? startApart(options) : start(options)) }
}

async function facts(): Promise<BrokerFacts> {
  return {
    kind: 'embedded',
    program: undefined,
    version: packageVersion(),
    proxy: [1, 2],
    mqtt: ['3.1', '3.1.1', '5.0'],
    askedBy: 'this program',
  }
}

async function start(options: BrokerStart): Promise<RunningBroker> {
  await requireFree(options.listeners, 'the embedded broker')
  const lines = new LineLog()
  const sink = lines.reader()
  const push = (text: string) => sink(Buffer.from(`${text}\n`))
  const events: ConnectionEvent[] = []
  const log: Log = { wants: () => true, write: (_type, text) => push(text) }
  const plan = planOf(options)
  const server = await serveBroker({
    listeners: plan.listeners,
    limits: plan.limits,
    log,
    version: `mqtt-proxy version ${packageVersion()}`,
    onEvent: (event) => {
      events.push(event)
      push(eventLine(event))
    },
  })
  const state = { alive: true }
  return {
    what: `embedded broker ${packageVersion()}`,
    pid: undefined,
    saw: (clientId, withinMs = 1000) => saw(lines, events, clientId, withinMs),
    log: () => lines.lines(),
    alive: () => state.alive,
    stop: async () => {
      state.alive = false
      await server.stop()
      lines.end()
    },
  }
}

const startWithinMs = 10_000

/** The same in a process of its own, by the command that users have; it says nothing of clients. */
async function startApart(options: BrokerStart): Promise<RunningBroker> {
  // A file that cannot be run is refused here, with its line.
  planOf(options)
  await requireFree(options.listeners, 'the embedded broker')
  const child = await startChild({
    name: `embedded broker ${packageVersion()}`,
    program: process.execPath,
    args: [packagedPath('bin/run.js'), 'broker', '-c', options.configFile, '-q'],
    cwd: options.folder,
  })
  const { listeners, signal, withinMs = startWithinMs } = options
  const started = await serving({ listeners, withinMs, signal, alive: child.alive, stop: child.stop })
  if (!started.ready) {
    const { configFile } = options
    const config = await readFile(configFile, 'utf8').catch(() => '')
    throw brokerStartFault({ broker: 'embedded broker', log: child.log.lines(), configFile, config, ...started })
  }
  return {
    what: child.what,
    pid: child.pid,
    saw: async () => undefined,
    log: () => child.log.lines(),
    alive: child.alive,
    stop: () => child.stop(),
  }
}

function planOf(options: BrokerStart) {
  try {
    return readPlan(options.configFile, { cwd: options.folder, manner: 'standard' })
  } catch (error) {
    throw error instanceof ConfigRefusal ? configFault(error) : error
  }
}

async function saw(
  lines: LineLog,
  events: readonly ConnectionEvent[],
  clientId: string,
  withinMs: number,
): Promise<Sight | undefined> {
  const find = () => events.findLast((event) => event.result === 'accepted' && event.mqtt?.id === clientId)
  if (!find()) await lines.waitFor(() => find() !== undefined, withinMs)
  const event = find()
  return event && sightOf(event)
}

function sightOf(event: ConnectionEvent): Sight {
  const match = /^\[?(.*?)\]?:(\d+)$/.exec(event.client)
  return {
    address: match?.[1] ?? event.client,
    port: Number(match?.[2] ?? 0),
    username: event.mqtt?.username,
    tls: event.proxy ? (event.proxy.tls?.used ?? false) : event.tls !== undefined,
    evidence: eventLine(event),
  }
}
