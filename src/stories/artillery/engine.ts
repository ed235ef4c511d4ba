import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { wholeLoad } from '../../bench/shard.js'
import { Tally } from '../../bench/tally.js'
import { leastPayload } from '../../bench/workload.js'
import { ConnectLoad } from '../../host/load/connect-load.js'
import { loadPackets } from '../../host/load/packets.js'
import { publishAsUser, type VirtualPublish } from '../../host/load/virtual-user.js'
import type { WayIn } from '../../host/load/way-in.js'
import { messageOf } from '../../kernel/errors.js'
import { parseTarget } from '../../kernel/target.js'
import { claiming, headerOf, usualNetwork } from '../bench/claims.js'
import { type ProxyKind, proxyKinds } from '../header/spec.js'
import { dialOptions } from '../send/connection.js'

/** The part of artillery's script that is read. */
export interface ArtilleryScript {
  readonly config: {
    readonly target: string
    readonly engines?: { readonly 'mqtt-proxy'?: EngineConfig }
  }
}

/** `config.engines.mqtt-proxy`. */
interface EngineConfig {
  readonly proxyProtocol?: string
  /** Network of which sources are claimed. */
  readonly src?: string
  readonly cafile?: string
  readonly cert?: string
  readonly key?: string
  readonly insecure?: boolean
  readonly username?: string
  readonly password?: string
  /** Seconds; default 5. */
  readonly timeout?: number
}

/** What artillery listens to. */
export interface ArtilleryEvents {
  emit(event: 'started'): unknown
  emit(event: 'counter' | 'histogram', name: string, value: number): unknown
  emit(event: 'error', what: string): unknown
}

/** What artillery keeps of a user. */
export interface ArtilleryContext {
  readonly vars?: Readonly<Record<string, unknown>>
}

type Done = (error: Error | null, context: ArtilleryContext) => void

interface EngineWay {
  readonly way: Promise<WayIn>
  readonly username: string | undefined
  readonly password: string | undefined
}

/**
 * How users come in. Each worker of artillery begins somewhere in the network, and goes on from there.
 * @throws Fault MP-TARGET for a target that is none; Error for a header that there is not
 */
export function engineWay({ target, engines }: ArtilleryScript['config']): EngineWay {
  const config = engines?.['mqtt-proxy'] ?? {}
  const kind = kindOf(config)
  const { username, password, timeout = 5 } = config
  const base = dialOptions(parseTarget(target), config, timeout * 1000)
  if (kind === 'none') return { way: base.then((dial) => () => dial), username, password }
  const preface = claiming(headerOf(kind), config.src ?? usualNetwork[4], wholeLoad)
  const from = randomInt(2 ** 31)
  return { way: base.then((dial) => (n) => ({ ...dial, preface: preface(from + n) })), username, password }
}

function kindOf({ proxyProtocol, src }: EngineConfig): ProxyKind {
  const wanted = proxyProtocol ?? (src === undefined ? 'none' : 'v2')
  const kind = proxyKinds.find((one) => one === wanted)
  if (kind === undefined) throw new Error(`proxyProtocol: ${wanted} is not one of ${proxyKinds.join(', ')}`)
  return kind
}

let users = 0

/**
 * @returns what artillery calls for each user; a step that fails ends the user
 * @throws Error for a step that there is not
 */
export function compileScenario(flow: readonly unknown[], engine: EngineWay, ee: ArtilleryEvents) {
  const steps = flow.map(readStep)
  return (context: ArtilleryContext, done: Done): void => {
    ee.emit('started')
    void runSteps(steps, engine, ee, users++).then(
      () => done(null, context),
      (error: unknown) => {
        const said = error instanceof Error ? error : new Error(messageOf(error))
        ee.emit('error', said.message)
        done(said, context)
      },
    )
  }
}

type Step =
  | { readonly kind: 'connect' }
  | { readonly kind: 'think'; readonly seconds: number }
  | { readonly kind: 'publish'; readonly publish: VirtualPublish }

function readStep(value: unknown): Step {
  const step = fields(value)
  if (step.think !== undefined) return { kind: 'think', seconds: numberOf(step.think, 'think', 0, 86_400) }
  if (step.connect !== undefined) return { kind: 'connect' }
  if (step.publish === undefined)
    throw new Error(`steps of mqtt-proxy: connect, publish, think; not ${Object.keys(step)}`)
  const { topic, qos, payload, rate, seconds, echo } = fields(step.publish)
  const level = numberOf(qos ?? 0, 'qos', 0, 2)
  return {
    kind: 'publish',
    publish: {
      topic: String(topic ?? 'load/{{ $uuid }}'),
      qos: level === 1 ? 1 : level === 2 ? 2 : 0,
      payload: numberOf(payload ?? 64, 'payload', leastPayload, 262_144),
      rate: numberOf(rate ?? 1, 'rate', 0.001, 200_000),
      seconds: numberOf(seconds ?? 1, 'seconds', 0.001, 86_400),
      echo: echo === true,
    },
  }
}

async function runSteps(steps: readonly Step[], engine: EngineWay, ee: ArtilleryEvents, user: number): Promise<void> {
  const { username, password } = engine
  const all = await engine.way
  // Two clients of a publish with an echo come from two sources.
  const way: WayIn = (n) => all(user * 2 + n)
  const clientId = `artillery-${randomBytes(6).toString('hex')}`
  for (const step of steps) {
    if (step.kind === 'think') await pause(step.seconds * 1000)
    else if (step.kind === 'connect') await connect(way, { clientId, username, password }, ee)
    else {
      // A topic of its own for each user, where it asks for one.
      const topic = step.publish.topic.replaceAll(/\{\{\s*\$uuid\s*\}\}/g, clientId)
      const sent = await publishAsUser(
        { way, clientId, username, password },
        { ...step.publish, topic },
        countersOf(ee),
      )
      ee.emit('counter', 'mqtt.messages_sent', sent)
    }
  }
}

function countersOf(ee: ArtilleryEvents) {
  return {
    connected: (ms: number) => {
      ee.emit('counter', 'mqtt.connections', 1)
      ee.emit('histogram', 'mqtt.connect', ms)
    },
    arrived: (ms: number) => {
      ee.emit('counter', 'mqtt.messages_arrived', 1)
      ee.emit('histogram', 'mqtt.message', ms)
    },
    failed: (why: string) => ee.emit('error', why),
  }
}

async function connect(
  way: WayIn,
  { clientId, username, password }: { clientId: string; username: string | undefined; password: string | undefined },
  ee: ArtilleryEvents,
): Promise<void> {
  const packets = await loadPackets({ protocol: 4, prefix: clientId, username, password, keepalive: 60 })
  const tally = new Tally()
  const begin = performance.now()
  await new ConnectLoad({ way, packets, tally, begin, mostOpen: 1 }).one(0, 0)
  const why = tally.reasons[0]?.why
  if (why !== undefined) throw new Error(why)
  countersOf(ee).connected(performance.now() - begin)
}

function numberOf(value: unknown, name: string, least: number, most: number): number {
  const number = Number(value)
  if (number >= least && number <= most) return number
  throw new Error(`${name}: ${String(value)} is not a number from ${least} to ${most}`)
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
