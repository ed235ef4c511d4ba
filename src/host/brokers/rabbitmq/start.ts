import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { makeWorkdir } from '../../files/workdir.js'
import { requireFree } from '../../net/ports.js'
import { LineLog } from '../../process/line-log.js'
import { serving } from '../../process/readiness.js'
import type { BrokerStart, RunningBroker } from '../../types.js'
import { type Lendable, lend } from '../lending.js'
import { mayOutlive, type Spares } from '../spares.js'
import { brokerStartFault } from '../start-fault.js'
import { becomesEmpty, keepEveryLine } from './control.js'
import { rabbitmqSaw } from './log.js'
import { isComplete, type Node, startNode, startWithinMs } from './node.js'
import type { RabbitmqPrograms } from './programs.js'
import { warmUp } from './warm.js'

interface Home {
  readonly path: string
  readonly configFile: string
  remove(): Promise<void>
}

/** A node of the caller's own, or one that others may have after it, once it is empty. */
export async function startRabbitmq(
  programs: RabbitmqPrograms,
  version: string,
  options: BrokerStart,
  spares: Spares,
): Promise<RunningBroker> {
  await requireFree(options.listeners, 'RabbitMQ')
  const config = await readFile(options.configFile, 'utf8')
  const lent = options.lend === true && mayOutlive(config, options.folder)
  const home = lent ? await homeOfItsOwn(options) : await homeInside(options)
  try {
    if (!choosesItsFirstUser(config)) await warmUp(programs, version, home.path)
    const node = await startNode(programs, version, { home: home.path, configFile: home.configFile, config })
    const stop = async () => {
      await node.stop()
      await home.remove()
    }
    const { listeners, signal, withinMs = startWithinMs } = options
    const started = await serving({ listeners, withinMs, signal, alive: node.broker.alive, stop })
    // It listens before everything behind its listeners is there.
    const complete = started.ready && (await node.broker.log.waitFor(isComplete, startWithinMs)) !== undefined
    if (!started.ready || !complete) {
      await stop()
      const failure = { broker: `RabbitMQ ${version}`, log: node.broker.log.lines(), configFile: options.configFile }
      throw brokerStartFault({ ...failure, config, ...(started.ready ? {} : started) })
    }
    if (node.control !== undefined) await keepEveryLine(node.control)
    if (!lent) return running(node, node.broker.log, stop)
    return lend(lendable(node, stop), config, options, spares)
  } catch (error) {
    await home.remove()
    throw error
  }
}

async function homeInside({ folder, configFile }: BrokerStart): Promise<Home> {
  // Two brokers of one folder are two nodes; one that is started again finds what it left.
  const path = join(folder, `${basename(configFile, '.conf')}-node`)
  await mkdir(path, { recursive: true, mode: 0o700 })
  return { path, configFile, remove: async () => {} }
}

/** Outlives the folder of its starter. */
async function homeOfItsOwn({ configFile }: BrokerStart): Promise<Home> {
  const folder = await makeWorkdir('rabbitmq')
  const copy = join(folder.path, 'rabbitmq.conf')
  await copyFile(configFile, copy)
  const path = join(folder.path, 'node')
  await mkdir(path, { mode: 0o700 })
  return { path, configFile: copy, remove: () => folder.remove() }
}

function lendable(node: Node, stop: () => Promise<void>): Lendable {
  return {
    open: () => {
      // The next one is not told what happened before.
      const log = new LineLog()
      const read = log.reader()
      const forget = node.broker.log.onLine((line) => read(Buffer.from(`${line}\n`)))
      const end = () => {
        forget()
        log.end()
      }
      void node.broker.exited.then(end)
      return { broker: running(node, log, stop), end }
    },
    isEmpty: async () => node.control !== undefined && (await becomesEmpty(node.control)),
    alive: node.broker.alive,
    stop,
  }
}

function running(node: Node, log: LineLog, stop: () => Promise<void>): RunningBroker {
  const { broker } = node
  return {
    what: broker.what,
    pid: broker.pid,
    saw: (clientId, withinMs = 1000) => rabbitmqSaw(log, clientId, withinMs),
    log: () => log.lines(),
    alive: broker.alive,
    stop,
  }
}

/** Options that only count when a node starts for the first time. */
function choosesItsFirstUser(config: string): boolean {
  return /^\s*(default_user|default_pass|default_vhost|default_permissions|default_user_tags|load_definitions|definitions|cluster_formation)\b/m.test(
    config,
  )
}
