import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startChild } from '../../process/children.js'
import { runProgram } from '../../process/run-program.js'
import type { BrokerStart } from '../../types.js'
import { nodeEnvironment } from './environment.js'
import { isRunning } from './release.js'
import type { EmqxSource, StartedEmqx } from './source.js'

/** `docker`, or another program with its commands. */
const engine = process.env.CONTAINER_ENGINE ?? 'docker'

/** The official image on the host's network, so that its listeners are where the file says. */
export function containerEmqx(image: string): EmqxSource {
  return {
    program: image,
    variables: async () => {
      const args = ['run', '--rm', '--entrypoint', 'cat', image, '/opt/emqx/releases/emqx_vars']
      const { stdout, stderr } = await runProgram(engine, args, { timeoutMs: 300_000 })
      return `${stdout}${stderr}`
    },
    start: (options, version) => start(image, version, options),
  }
}

async function start(image: string, version: string, options: BrokerStart): Promise<StartedEmqx> {
  const file = join(options.folder, `${version}.emqx.conf`)
  await writeFile(file, await readFile(options.configFile, 'utf8'), { mode: 0o644 })
  const name = `mqtt-proxy-${randomBytes(6).toString('hex')}`
  const { env, release } = await nodeEnvironment()
  const variables = Object.entries(env).flatMap(([variable, value]) =>
    /^(?:EMQX_|ERL_)/.test(variable) ? ['--env', `${variable}=${value}`] : [],
  )
  const within = (args: readonly string[]) =>
    runProgram(engine, ['exec', name, '/opt/emqx/bin/emqx', ...args], { timeoutMs: 30_000 })
  const child = await startChild({
    name: `emqx ${version} in ${engine}`,
    program: engine,
    args: [
      ...['run', '--rm', '--name', name, '--network', 'host', ...variables],
      // Certificates of the sandbox are for nobody but us.
      ...['--user', `${process.getuid?.() ?? 1000}:${process.getgid?.() ?? 1000}`],
      ...['--volume', `${file}:/opt/emqx/etc/emqx.conf:ro`],
      ...['--volume', `${join(options.folder, 'certs')}:/opt/emqx/certs:ro`],
      image,
    ],
    cwd: options.folder,
    stopWithinMs: 15_000,
    afterwards: async () => {
      release()
      await runProgram(engine, ['rm', '--force', name]).catch(() => undefined)
    },
  })
  return {
    what: child.what,
    pid: child.pid,
    ask: async (args) => (await within(['ctl', ...args])).stdout,
    settled: async (withinMs) => void (await child.log.waitFor(isRunning, withinMs)),
    whyNot: async () => [],
    log: () => child.log.lines(),
    alive: child.alive,
    stop: child.stop,
  }
}
