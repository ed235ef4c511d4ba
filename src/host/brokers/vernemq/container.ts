import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startChild } from '../../process/children.js'
import { runProgram } from '../../process/run-program.js'
import type { BrokerStart } from '../../types.js'
import { completeVernemqConfig } from './complete.js'
import type { StartedVernemq, VernemqSource } from './source.js'

/** `docker`, or another program with its commands. */
const engine = process.env.CONTAINER_ENGINE ?? 'docker'

/**
 * The official image on the host's network, so that its listeners are where the file says. A file `vernemq.conf.local`
 * replaces the image's own; the license of the image must be accepted in it.
 */
export function containerVernemq(image: string): VernemqSource {
  return {
    program: image,
    version: [engine, 'run', '--rm', '--entrypoint', '/vernemq/bin/vernemq', image, 'version'],
    start: (options, version) => start(image, version, options),
  }
}

async function start(image: string, version: string, options: BrokerStart): Promise<StartedVernemq> {
  const config = await readFile(options.configFile, 'utf8')
  const file = join(options.folder, 'vernemq.conf.local')
  await writeFile(file, completeVernemqConfig(config, ['accept_eula = yes']), { mode: 0o644 })
  const name = `mqtt-proxy-${randomBytes(6).toString('hex')}`
  const remove = async () => {
    await runProgram(engine, ['rm', '--force', name]).catch(() => undefined)
  }
  const child = await startChild({
    name: `vernemq ${version} in ${engine}`,
    program: engine,
    args: [
      'run',
      '--rm',
      '--name',
      name,
      '--network',
      'host',
      '--env',
      'DOCKER_IP_ADDRESS=127.0.0.1',
      '--env',
      'DOCKER_VERNEMQ_NODENAME=127.0.0.1',
      '--volume',
      `${file}:/vernemq/etc/vernemq.conf.local:ro`,
      '--volume',
      `${options.folder}:${options.folder}:ro`,
      image,
    ],
    cwd: options.folder,
    afterwards: remove,
  })
  return {
    what: child.what,
    pid: child.pid,
    ask: async (args) =>
      (await runProgram(engine, ['exec', name, '/vernemq/bin/vmq-admin', ...args], { timeoutMs: 30_000 })).stdout,
    lent: false,
    log: () => child.log.lines(),
    alive: child.alive,
    stop: () => child.stop(),
  }
}
