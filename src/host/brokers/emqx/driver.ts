import { parseClientLine } from '../../../brokers/emqx/client-line.js'
import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import type { BrokerDriver, BrokerFacts, BrokerStart, RunningBroker } from '../../types.js'
import { findNamed } from '../find-named.js'
import type { MakeDriver } from '../make-driver.js'
import { SessionTable, type TabledSession } from '../session-table.js'
import { startRelease } from '../started-release.js'
import { containerEmqx } from './container.js'
import { localEmqx } from './release.js'
import type { EmqxSource, StartedEmqx } from './source.js'

const hints = [
  'name bin/emqx of an unpacked release: --broker-bin ./emqx/bin/emqx',
  'or the container image, whose license you accept by that: --broker-bin emqx/emqx:5.8.9',
]

export const makeDriver: MakeDriver = async ({ program: chosen }) => {
  const { program, isImage } = await findNamed({ variable: 'EMQX_BIN', file: 'emqx', images: true, hints }, chosen)
  return emqxDriver(isImage ? containerEmqx(program) : localEmqx(program))
}

const startWithinMs = 120_000
/** Its listeners are open before it says that it runs. */
const settleMs = 10_000

/** EMQX from a release or an image. `emqx ctl clients list` reports what it saw of a client. */
function emqxDriver(source: EmqxSource): BrokerDriver {
  let asked: Promise<BrokerFacts> | undefined
  const facts = () => {
    asked ??= emqxFacts(source)
    return asked
  }
  return { kind: 'emqx', facts, start: async (options) => start(source, (await facts()).version, options) }
}

/** @throws Fault MP-BROKER (exit 3) when the release does not say what it is */
async function emqxFacts(source: EmqxSource): Promise<BrokerFacts> {
  const said = await source.variables().catch((error: unknown) => {
    if (error instanceof Fault) throw error
    return ''
  })
  const version = /^REL_VSN="?(\d+\.\d+\.\d+[\w.+-]*)"?/m.exec(said)?.[1]
  if (version === undefined) {
    throw new Fault('MP-BROKER', `${source.program} does not say its version in releases/emqx_vars, as EMQX does`, {
      exit: EXIT.environment,
      hints,
    })
  }
  return {
    kind: 'emqx',
    program: source.program,
    version,
    // `proxy_protocol` of a listener takes both and tells them apart.
    proxy: [1, 2],
    mqtt: ['3.1', '3.1.1', '5.0'],
    askedBy: 'releases/emqx_vars',
  }
}

async function start(source: EmqxSource, version: string, options: BrokerStart): Promise<RunningBroker> {
  const begin = { name: 'EMQX', version, usuallyWithinMs: startWithinMs, start: () => source.start(options, version) }
  const { broker } = await startRelease(begin, options)
  await broker.settled(settleMs)
  const sessions = new SessionTable(() => everybody(broker))
  return {
    what: broker.what,
    pid: broker.pid,
    // Every question starts an Erlang machine: on a busy host it takes seconds.
    saw: (clientId, within = 5000) => sessions.saw(clientId, within),
    log: broker.log,
    alive: broker.alive,
    stop: broker.stop,
  }
}

async function everybody(broker: StartedEmqx): Promise<readonly TabledSession[] | undefined> {
  const said = await broker.ask(['clients', 'list']).catch(() => undefined)
  return said?.split('\n').flatMap((line): TabledSession[] => {
    const found = parseClientLine(line)
    if (found === undefined) return []
    const { clientId, address, port, username } = found
    return [
      {
        clientId,
        sight: { address, port, username, tls: undefined, evidence: `emqx ctl clients list: ${line.trim()}` },
      },
    ]
  })
}
