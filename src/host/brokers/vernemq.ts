import { readFile } from 'node:fs/promises'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { requireFree } from '../net/ports.js'
import { isExecutable } from '../process/programs.js'
import { serving } from '../process/readiness.js'
import { runProgram } from '../process/run-program.js'
import type { BrokerDriver, BrokerFacts, BrokerStart, RunningBroker } from '../types.js'
import type { MakeDriver } from './make-driver.js'
import { brokerStartFault } from './start-fault.js'
import { containerVernemq } from './vernemq-container.js'
import { localVernemq } from './vernemq-release.js'
import { vernemqSaw } from './vernemq-session.js'

/** The two ways to have a VerneMQ: an unpacked release, or its container image. */
export interface VernemqSource {
  /** For messages and facts. */
  readonly program: string
  /** Command and arguments that print the version. */
  readonly version: readonly string[]
  start(options: BrokerStart, version: string): Promise<StartedVernemq>
}

export interface StartedVernemq {
  readonly what: string
  readonly pid: number
  /** Command and arguments in front of `session show ...`. */
  readonly admin: readonly string[]
  readonly adminEnv?: NodeJS.ProcessEnv
  log(): readonly string[]
  alive(): boolean
  stop(): Promise<void>
}

export const makeDriver: MakeDriver = async (options) => {
  const { program, isImage } = await findVernemq(options.program)
  return vernemqDriver(program, isImage)
}

const startWithinMs = 60_000

/**
 * VerneMQ from a release (`--broker-bin .../bin/vernemq`, `VERNEMQ_BIN`, PATH) or a container image. What it believed
 * of a client is asked of `vmq-admin session show`, which knows sessions that are open, or that are kept.
 */
function vernemqDriver(programOrImage: string, isImage: boolean): BrokerDriver {
  const source = isImage ? containerVernemq(programOrImage) : localVernemq(programOrImage)
  let asked: Promise<BrokerFacts> | undefined
  const facts = () => {
    asked ??= vernemqFacts(source)
    return asked
  }
  return { kind: 'vernemq', facts, start: async (options) => start(source, (await facts()).version, options) }
}

async function vernemqFacts(source: VernemqSource): Promise<BrokerFacts> {
  const [command = '', ...args] = source.version
  const { stdout, stderr } = await runProgram(command, args, { timeoutMs: 60_000 })
  const version = /^(\d+\.\d+\.\d+)/m.exec(stdout)?.[1]
  if (version === undefined) {
    throw new Fault(
      'MP-BROKER',
      `${source.program} does not answer "version" as VerneMQ does: ${(stderr || stdout).trim()}`,
      {
        exit: EXIT.environment,
        hints: ['name bin/vernemq of a release, or a container image, with --broker-bin or VERNEMQ_BIN'],
      },
    )
  }
  return {
    kind: 'vernemq',
    program: source.program,
    version,
    // `proxy_protocol` of a listener takes both and tells them apart (since 0.15.1).
    proxy: [1, 2],
    mqtt: ['3.1', '3.1.1', '5.0'],
    askedBy: 'vernemq version',
  }
}

async function start(source: VernemqSource, version: string, options: BrokerStart): Promise<RunningBroker> {
  await requireFree(options.listeners, 'VerneMQ')
  const broker = await source.start(options, version)
  const { listeners, signal } = options
  const started = await serving({ listeners, withinMs: startWithinMs, signal, alive: broker.alive, stop: broker.stop })
  if (!started.ready) {
    const config = await readFile(options.configFile, 'utf8').catch(() => '')
    throw brokerStartFault({ broker: `VerneMQ ${version}`, log: broker.log(), configFile: options.configFile, config })
  }
  return {
    what: broker.what,
    pid: broker.pid,
    saw: (clientId, withinMs = 1000) => vernemqSaw(broker, clientId, withinMs),
    log: broker.log,
    alive: broker.alive,
    stop: broker.stop,
  }
}

/**
 * What was named, else `VERNEMQ_BIN`, else PATH. A name that is no file but looks like `vernemq/vernemq:2.1.1` is an
 * image; a path is a program.
 */
async function findVernemq(chosen: string | undefined): Promise<{ program: string; isImage: boolean }> {
  const named = chosen ?? process.env.VERNEMQ_BIN
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return { program: named, isImage: false }
    if (/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(:[\w.-]+)?$/.test(named)) return { program: named, isImage: true }
    throw noVernemq(`${named} is neither a program that can be run nor the name of an image`)
  }
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const program = `${folder}/vernemq`
    if (folder !== '' && (await isExecutable(program))) return { program, isImage: false }
  }
  throw noVernemq('vernemq was found neither by --broker-bin, VERNEMQ_BIN, nor on PATH')
}

function noVernemq(why: string): Fault {
  return new Fault('MP-NO-PROGRAM', why, {
    exit: EXIT.environment,
    hints: [
      'name bin/vernemq of an unpacked release: --broker-bin ./vernemq/bin/vernemq',
      'or the container image, whose license you accept by that: --broker-bin vernemq/vernemq:2.1.1',
    ],
  })
}
