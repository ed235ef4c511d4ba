import { parseLoadThresholds, usualThresholds } from '../../bench/figures.js'
import { requireSound, type Workload } from '../../bench/workload.js'
import { interrupted } from '../../host/process/lifetime.js'
import { openFileLimit } from '../../host/process/machine.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { RunResult } from '../../kernel/result.js'
import { findScenario } from '../../scenarios/find.js'
import { scenarios } from '../../scenarios/table.js'
import type { MqttVersion } from '../../scenarios/types.js'
import { Programs } from '../check/programs.js'
import type { CheckRequest } from '../check/request.js'
import { writtenFor } from '../check/written-for.js'
import type { ProxyKind } from '../header/spec.js'
import { type ConnectionFlagValues, dialOptions, targetOf } from '../send/connection.js'
import { runBench } from './bench.js'
import type { LoadSide } from './sides.js'
import { stackSide } from './stack-side.js'
import { type BenchSubject, namedSubjects } from './subjects.js'
import { targetSide } from './target-side.js'

export interface BenchRequest {
  /** A target, a scenario by name or number; `undefined`: the user's files, or the scenario `proxy`. */
  readonly subject: string | undefined
  readonly load: Workload
  /** `direct,haproxy,haproxy-tls`. */
  readonly compare: readonly string[]
  readonly rounds: number
  readonly failOn: string | undefined
  readonly alignMs: number
  /** Of each connection to a target; `undefined`: v2 where a network is named, else none. */
  readonly header: ProxyKind | undefined
  readonly network: string | undefined
  readonly connection: ConnectionFlagValues
  readonly mayTest: boolean
  readonly mqtt: MqttVersion
  readonly username: string | undefined
  readonly password: string | undefined
  readonly keepalive: number
  readonly timeoutMs: number
  /** Files and programs, as `check` takes them. */
  readonly check: Pick<
    CheckRequest,
    'dir' | 'haproxyConfigs' | 'brokerConfigs' | 'reading' | 'haproxies' | 'brokers' | 'transport' | 'ip' | 'keep'
  >
  readonly say: (text: string) => void
}

/**
 * Load on a target of the user's own, on a scenario, or on the user's own pair.
 * @throws Fault for bad input (exit 2), for what is not there (3, 4)
 */
export async function bench(request: BenchRequest): Promise<RunResult> {
  const { load, network, alignMs, rounds, timeoutMs, username, password, keepalive, say } = request
  const protocol = request.mqtt === '5.0' ? 5 : 4
  requireSound(load, network)
  const failOn = request.failOn ?? usualThresholds
  const thresholds = parseLoadThresholds(failOn)
  if (rounds % 2 === 1) throw usage(`${rounds} rounds are not both orders`, 'an even number: --rounds 2')
  const mostOpen = await requireRoom(load)
  const { sides, env } = await sidesOf(request)
  return await runBench({
    sides,
    env,
    load,
    identity: { protocol, username, password, keepalive },
    failOn,
    thresholds,
    rounds,
    alignMs,
    timeoutMs,
    mostOpen,
    signal: interrupted,
    say,
  })
}

async function sidesOf(request: BenchRequest): Promise<{ sides: LoadSide[]; env: Record<string, string> }> {
  const { subject, check, compare, network, load, timeoutMs } = request
  const own = check.haproxyConfigs.length > 0 || check.dir !== undefined
  if (isTarget(subject, request)) {
    if (own) throw usage('a target and files of a pair exclude each other', 'leave one of them out')
    if (compare.length > 0) throw usage('--compare starts programs of its own', 'name a scenario, or your files')
    const dial = await dialOptions(targetOf(subject, request.connection), request.connection, timeoutMs)
    const { header = network === undefined ? 'none' : 'v2', mayTest } = request
    const side = targetSide({ dial, header, network, shard: load.shard, mayTest })
    return { sides: [side], env: { node: process.version } }
  }
  const { host, port, unix } = request.connection
  if ((host ?? port ?? unix) !== undefined) {
    throw usage('a scenario and a host, port or socket exclude each other', 'leave one of them out')
  }
  if ((request.header ?? 'none') !== 'none') {
    throw usage('--proxy-protocol is for a target: a pair says itself which header it wants', 'leave it out')
  }
  const [haproxy, ...more] = check.haproxies
  const [broker, ...others] = check.brokers
  if (broker === undefined || more.length > 0 || others.length > 0) {
    throw usage('bench runs on one HAProxy and one broker', 'name one of each: --haproxy 3.2 --broker mosquitto')
  }
  const pair: BenchSubject = { scenario: subject === undefined ? undefined : findScenario(subject), check }
  const programs = new Programs()
  await programs.load(check)
  const named = await namedSubjects(pair, compare, writtenFor(programs.broker(broker).facts))
  const sides = named.map((one) =>
    stackSide({
      ...one,
      programs,
      haproxy,
      broker,
      network,
      shard: load.shard,
      timeoutMs,
      keep: check.keep,
      signal: interrupted,
    }),
  )
  return { sides, env: { ...programs.env(), node: process.version } }
}

/** The name or number of a scenario is not a target; everything else that could be an address is. */
function isTarget(text: string | undefined, { connection }: BenchRequest): boolean {
  if (text === undefined) return (connection.host ?? connection.port ?? connection.unix) !== undefined
  if (scenarios.some(({ id, number }) => id === text || String(number) === text)) return false
  return /[:.]|^\d+$|^localhost$/.test(text)
}

/** Files that this process has open besides its clients. */
const spare = 100
/** Connections under way, where the machine does not say how many it allows. */
const usualRoom = 4000

/**
 * @returns how many connections may be under way
 * @throws Fault MP-BENCH-ROOM (exit 3)
 */
async function requireRoom({ measure, publishers, subscribers }: Workload): Promise<number> {
  const limit = (await openFileLimit()) ?? usualRoom + spare
  const needed = spare + (measure === 'messages' ? publishers + subscribers : 1)
  if (limit >= needed) return Math.min(usualRoom, limit - spare)
  throw new Fault('MP-BENCH-ROOM', `${needed - spare} clients need ${needed} open files, and the limit is ${limit}`, {
    exit: EXIT.environment,
    hints: [`raise it: ulimit -n ${needed}`, 'or use fewer clients, or more machines: --shard'],
  })
}

function usage(message: string, ...hints: readonly string[]): Fault {
  return new Fault('MP-BENCH', message, { exit: EXIT.usage, hints })
}
