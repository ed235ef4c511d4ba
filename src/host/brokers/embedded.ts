import { type ConnectionEvent, eventLine } from '../../mqtt-server/connection-event.js'
import type { Log } from '../../mqtt-server/log.js'
import { ConfigRefusal } from '../../mqtt-server/mosquitto/config-refusal.js'
import { requireFree } from '../net/ports.js'
import { packageVersion } from '../package-version.js'
import { LineLog } from '../process/line-log.js'
import { configFault, readPlan } from '../server/config.js'
import { serveBroker } from '../server/server.js'
import type { BrokerDriver, BrokerFacts, BrokerStart, RunningBroker, Sight } from '../types.js'
import type { MakeDriver } from './make-driver.js'

/** It is always there. */
export const makeDriver: MakeDriver = async () => embeddedDriver()

/** Our own broker, in this process, by a mosquitto.conf or vernemq.conf. */
export function embeddedDriver(): BrokerDriver {
  return { kind: 'embedded', facts, start }
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
