import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import { runProgram } from '../../process/run-program.js'
import type { BrokerDriver, BrokerFacts, BrokerStart, RunningBroker } from '../../types.js'
import { type Lendable, lend, startInTurn } from '../lending.js'
import type { MakeDriver } from '../make-driver.js'
import { SessionTable } from '../session-table.js'
import { Spares, shapeOf } from '../spares.js'
import { startRelease } from '../started-release.js'
import { containerVernemq } from './container.js'
import { findVernemq } from './find.js'
import { pluginsAreUp } from './plugins.js'
import { localVernemq } from './release.js'
import { askSessions } from './session.js'
import type { VernemqSource } from './source.js'

export const makeDriver: MakeDriver = async (options) => {
  const { program, isImage } = await findVernemq(options.program)
  return vernemqDriver(program, isImage)
}

const startWithinMs = 60_000

/**
 * VerneMQ from a release (`--broker-bin .../bin/vernemq`, `VERNEMQ_BIN`, PATH) or a container image. What it believed
 * of a client is asked of `vmq-admin session show`, which knows sessions while they are open.
 */
function vernemqDriver(programOrImage: string, isImage: boolean): BrokerDriver {
  const source = isImage ? containerVernemq(programOrImage) : localVernemq(programOrImage)
  const spares = new Spares()
  let asked: Promise<BrokerFacts> | undefined
  const facts = () => {
    asked ??= vernemqFacts(source)
    return asked
  }
  return {
    kind: 'vernemq',
    inContainer: isImage,
    facts,
    start: async (options) => {
      const { version } = await facts()
      return startInTurn(options, spares, () => start(source, version, options, spares))
    },
    spare: (config, listeners, wait) => spares.take(shapeOf(config, listeners), wait),
    close: () => spares.close(),
  }
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

async function start(
  source: VernemqSource,
  version: string,
  options: BrokerStart,
  spares: Spares,
): Promise<RunningBroker> {
  const begin = {
    name: 'VerneMQ',
    version,
    usuallyWithinMs: startWithinMs,
    start: () => source.start(options, version),
  }
  const { broker, config, fault } = await startRelease(begin, options)
  if (!(await pluginsAreUp(broker, config, { withinMs: startWithinMs, signal: options.signal }))) {
    await broker.stop()
    throw fault(['its listeners are open, but vmq-admin plugin show does not list vmq_acl'])
  }
  const sessions = new SessionTable(askSessions(broker.ask))
  const running = {
    what: broker.what,
    pid: broker.pid,
    // One question takes half a second, and on a busy host two.
    saw: (clientId: string, withinMs = 3000) => sessions.saw(clientId, withinMs),
    log: broker.log,
    alive: broker.alive,
    stop: broker.stop,
  }
  if (!broker.lent) return running
  const lendable: Lendable = {
    open: () => {
      const from = broker.log().length
      return { broker: { ...running, log: () => broker.log().slice(from) }, end: () => {} }
    },
    isEmpty: () => sessions.becomesEmpty(5000),
    alive: broker.alive,
    stop: broker.stop,
  }
  return lend(lendable, config, options, spares)
}
