import { cp, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import { makeWorkdir } from '../../files/workdir.js'
import { freePort } from '../../net/ports.js'
import { cacheDir } from '../../tools/cache.js'
import { withLock } from '../../tools/lock.js'
import { brokerStartFault } from '../start-fault.js'
import { isComplete, startNode, startWithinMs } from './node.js'
import type { RabbitmqPrograms } from './programs.js'

/**
 * At its first start the MQTT plugin waits 3 to 6 seconds for other nodes. A node that was started and stopped once,
 * without a client, is kept in the cache; others begin as its copy.
 */
export async function warmUp(programs: RabbitmqPrograms, version: string, home: string): Promise<void> {
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

/** Replaces, in the kept copy, the folder that a node wrote down. */
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
    await mkdir(home, { recursive: true, mode: 0o700 })
    const node = await startNode(programs, version, { home, configFile, config })
    const complete = await node.broker.log.waitFor(isComplete, startWithinMs)
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
