import { randomBytes } from 'node:crypto'
import { chmod, copyFile, mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { freePort } from '../net/ports.js'
import { startChild } from '../process/children.js'
import { waitForListeners } from '../process/readiness.js'
import type { BrokerStart } from '../types.js'
import type { StartedVernemq, VernemqSource } from './vernemq.js'

/**
 * A release that can be moved (its scripts find the rest from where they stand). A packaged one, in system folders,
 * belongs to the user vernemq and has its one configuration in /etc: it cannot be run beside itself.
 */
export function localVernemq(program: string): VernemqSource {
  return { program, version: [program, 'version'], start: (options, version) => start(program, version, options) }
}

async function start(program: string, version: string, options: BrokerStart): Promise<StartedVernemq> {
  const tree = await privateTree(program, options)
  const port = await freePort()
  const env = {
    ...process.env,
    HOME: tree,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(port),
    ERL_CRASH_DUMP: '/dev/null',
    ERL_FLAGS: '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}',
  }
  const mapper = await startPortMapper(tree, port, env)
  const child = await startChild({
    name: `vernemq ${version}`,
    program: join(tree, 'bin', 'vernemq'),
    args: ['console', '-noshell', '-noinput'],
    cwd: tree,
    env,
    stopWithinMs: 1700,
  })
  return {
    what: child.what,
    pid: child.pid,
    admin: [join(tree, 'bin', 'vmq-admin')],
    adminEnv: env,
    log: () => child.log.lines(),
    alive: child.alive,
    stop: async () => {
      await child.stop()
      await mapper?.stop()
    },
  }
}

/** Everything of the release by link, its scripts by copy; configuration, data and logs of our own. */
async function privateTree(program: string, options: BrokerStart): Promise<string> {
  const bin = dirname(await realpath(program))
  const base = dirname(bin)
  const entries = await readdir(base).catch((): string[] => [])
  if (!entries.includes('releases')) {
    throw new Fault('MP-BROKER', `${program} is not part of a VerneMQ release that can be moved`, {
      exit: EXIT.environment,
      hints: ['unpack a release of your own and name its bin/vernemq', 'or name the container image with --broker-bin'],
    })
  }
  const tree = join(options.folder, 'vernemq-node')
  for (const name of ['bin', 'etc', 'data', 'log']) await mkdir(join(tree, name), { recursive: true, mode: 0o700 })
  for (const name of entries.filter((one) => !['bin', 'etc', 'data', 'log'].includes(one))) {
    await symlink(join(base, name), join(tree, name))
  }
  for (const name of await readdir(bin)) {
    await copyFile(join(bin, name), join(tree, 'bin', name))
    await chmod(join(tree, 'bin', name), 0o700)
  }
  const config = await readFile(options.configFile, 'utf8')
  await writeFile(join(tree, 'etc', 'vernemq.conf'), completeVernemqConfig(config), { mode: 0o600 })
  return tree
}

/** What a run of ours needs behind the user's file, so that line numbers stay; of two lines the last counts. */
export function completeVernemqConfig(config: string, more: readonly string[] = []): string {
  const has = (name: string) => new RegExp(`^\\s*${name.replaceAll('.', '\\.')}\\s*=`, 'm').test(config)
  const added = [
    'nodename = mqtt-proxy@127.0.0.1',
    `distributed_cookie = ${randomBytes(16).toString('hex')}`,
    'log.console = console',
    ...more,
  ].filter((line) => !has(line.split(' ')[0] ?? ''))
  return `${config}${config.endsWith('\n') ? '' : '\n'}${added.join('\n')}\n`
}

/** As for RabbitMQ: else Erlang leaves one behind as a daemon. */
async function startPortMapper(tree: string, port: number, env: NodeJS.ProcessEnv) {
  const runtime = (await readdir(tree)).find((name) => name.startsWith('erts-'))
  if (runtime === undefined) return undefined
  const program = join(tree, runtime, 'bin', 'epmd')
  const child = await startChild({ name: 'epmd', program, args: ['-port', String(port), '-address', '127.0.0.1'], env })
  await waitForListeners([{ host: '127.0.0.1', port }], { alive: child.alive })
  return child
}
