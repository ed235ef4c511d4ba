import { cp, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { makeWorkdir } from '../files/workdir.js'
import { freePort, requireFree } from '../net/ports.js'
import { type Child, startChild } from '../process/children.js'
import { serving } from '../process/readiness.js'
import { cacheDir } from '../tools/cache.js'
import { withLock } from '../tools/lock.js'
import type { BrokerStart, RunningBroker } from '../types.js'
import type { RabbitmqPrograms } from './rabbitmq.js'
import { startPortMapper } from './rabbitmq-epmd.js'
import { rabbitmqSaw } from './rabbitmq-log.js'
import { brokerStartFault } from './start-fault.js'

/** Erlang, a database and the plugins: seconds, on a busy machine many. */
const startWithinMs = 90_000
const nodeName = 'mqtt-proxy@localhost'

/** Starts a node with its own port mapper (`epmd`), which would else stay behind as a daemon. */
export async function startRabbitmq(
  programs: RabbitmqPrograms,
  version: string,
  options: BrokerStart,
): Promise<RunningBroker> {
  await requireFree(options.listeners, 'RabbitMQ')
  const config = await readFile(options.configFile, 'utf8')
  const home = join(options.folder, 'rabbitmq-node')
  await mkdir(join(home, 'run.d'), { recursive: true, mode: 0o700 })
  if (!choosesItsFirstUser(config)) await warmUp(programs, version, home)
  const node = await startNode(programs, version, { home, configFile: options.configFile, config })
  const { listeners, signal } = options
  const started = await serving({
    listeners,
    withinMs: startWithinMs,
    signal,
    alive: node.broker.alive,
    stop: node.stop,
  })
  if (started.ready) return running(node)
  const broker = `RabbitMQ ${version}`
  throw brokerStartFault({ broker, log: node.broker.log.lines(), configFile: options.configFile, config })
}

interface Node {
  readonly broker: Child
  stop(): Promise<void>
}

async function startNode(
  programs: RabbitmqPrograms,
  version: string,
  { home, configFile, config }: { home: string; configFile: string; config: string },
): Promise<Node> {
  const plugins = [
    'rabbitmq_mqtt',
    ...(/^\s*web_mqtt\./m.test(config) ? ['rabbitmq_web_mqtt'] : []),
    ...(/^\s*management\./m.test(config) ? ['rabbitmq_management'] : []),
  ]
  await writeFile(join(home, 'enabled_plugins'), `[${plugins.join(',')}].\n`)
  await writeFile(join(home, 'advanced.config'), '[].\n')
  await writeFile(join(home, 'run.d', '99-run.conf'), runConfig)
  const mapper = await startPortMapper(programs.epmd, home)
  const broker = await startChild({
    name: `rabbitmq ${version}`,
    program: programs.server,
    args: [],
    cwd: home,
    env: { ...mapper.env, ...nodeEnvironment(home, configFile, await freePort()) },
    stopWithinMs: 1700,
  })
  const stop = async () => {
    await broker.stop()
    await mapper.child.stop()
  }
  return { broker, stop }
}

/**
 * Read after the user's file. Debug lines tell the client id, username and address of every connection, and why a
 * header was refused.
 */
const runConfig = `listeners.tcp = none
log.console = true
log.console.level = debug
log.file = false
`

function nodeEnvironment(home: string, configFile: string, nodePort: number): NodeJS.ProcessEnv {
  return {
    RABBITMQ_CONFIG_FILE: configFile,
    RABBITMQ_CONFIG_FILES: join(home, 'run.d'),
    RABBITMQ_DIST_PORT: String(nodePort),
    // That of the machine would be read otherwise.
    RABBITMQ_ADVANCED_CONFIG_FILE: join(home, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_MNESIA_BASE: join(home, 'data'),
    RABBITMQ_NODENAME: nodeName,
    // The script then becomes Erlang instead of waiting for it: our pid is the broker's.
    detached: 'true',
  }
}

function running(node: Node): RunningBroker {
  const { broker } = node
  return {
    what: broker.what,
    pid: broker.pid,
    saw: (clientId, withinMs = 1000) => rabbitmqSaw(broker.log, clientId, withinMs),
    log: () => broker.log.lines(),
    alive: broker.alive,
    stop: node.stop,
  }
}

/** Options that only count when a node starts for the first time. */
function choosesItsFirstUser(config: string): boolean {
  return /^\s*(default_user|default_pass|default_vhost|default_permissions|default_user_tags|load_definitions|definitions|cluster_formation)\b/m.test(
    config,
  )
}

/**
 * At its first start the MQTT plugin waits 3 to 6 seconds for other nodes. A node that was started and stopped once,
 * without a client, is kept in the cache; others begin as its copy.
 */
async function warmUp(programs: RabbitmqPrograms, version: string, home: string): Promise<void> {
  const cache = cacheDir()
  const kept = join(cache, 'warm', `rabbitmq-${version}`)
  const ready = async () => (await stat(kept).catch(() => undefined))?.isDirectory() === true
  try {
    if (!(await ready())) {
      await withLock(join(cache, 'locks', `warm-rabbitmq-${version}`), async () => {
        if (!(await ready())) await firstStart(programs, version, kept)
      })
    }
  } catch (error) {
    // Without a cache that can be written every start is a first one: slower, and as good.
    if (error instanceof Fault) throw error
    return
  }
  const data = join(home, 'data')
  await cp(kept, data, { recursive: true })
  await rewritePaths(data, placeholder, data)
}

/** Stands in the kept copy where a node wrote down its own folder. */
const placeholder = '/mqtt-proxy-data'

/** The Raft library keeps the absolute path of its folder, as text, in a file of that folder. */
async function rewritePaths(data: string, from: string, to: string): Promise<void> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter(({ name }) => name === 'config')) {
    const file = join(entry.parentPath, entry.name)
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(`"${from}/`, `"${to}/`))
  }
}

async function firstStart(programs: RabbitmqPrograms, version: string, kept: string): Promise<void> {
  await mkdir(join(kept, '..'), { recursive: true })
  const folder = await makeWorkdir('warm', join(kept, '..'))
  try {
    const port = await freePort()
    const config = `mqtt.listeners.tcp.1 = 127.0.0.1:${port}\n`
    const configFile = join(folder.path, 'rabbitmq.conf')
    await writeFile(configFile, config)
    const home = join(folder.path, 'node')
    await mkdir(join(home, 'run.d'), { recursive: true })
    const node = await startNode(programs, version, { home, configFile, config })
    const complete = await node.broker.log.waitFor((line) => /Server startup complete/.test(line), startWithinMs)
    await node.broker.stop()
    const { signal } = await node.broker.exited
    await node.stop()
    if (complete === undefined) {
      throw brokerStartFault({ broker: `RabbitMQ ${version}`, log: node.broker.log.lines(), configFile, config })
    }
    if (signal !== undefined) throw new Fault('MP-BROKER', 'RabbitMQ did not stop cleanly', { exit: EXIT.environment })
    const data = join(home, 'data')
    await rewritePaths(data, data, placeholder)
    await rename(data, kept)
  } finally {
    await folder.remove()
  }
}
