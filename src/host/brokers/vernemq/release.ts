import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { makeWorkdir } from '../../files/workdir.js'
import { startChild } from '../../process/children.js'
import { answers } from '../../process/readiness.js'
import { runProgram } from '../../process/run-program.js'
import type { BrokerStart } from '../../types.js'
import { loopbackNode, type PortMapper, startPortMapper } from '../erlang-epmd.js'
import { privateTree, releaseOf } from '../erlang-release.js'
import { mayOutlive } from '../spares.js'
import { completeVernemqConfig } from './complete.js'
import type { StartedVernemq, VernemqSource } from './source.js'

/**
 * A release that can be moved (its scripts find the rest relative to their own place). A packaged one, in system folders,
 * belongs to the user vernemq and has its one configuration in /etc: it cannot be run beside itself.
 */
export function localVernemq(program: string): VernemqSource {
  return { program, version: [program, 'version'], start: (options, version) => start(program, version, options) }
}

async function start(program: string, version: string, options: BrokerStart): Promise<StartedVernemq> {
  const base = await releaseOf(program, 'VerneMQ')
  const config = await readFile(options.configFile, 'utf8')
  const own = options.lend === true && mayOutlive(config, options.folder) ? await makeWorkdir('vernemq') : undefined
  const folder = own?.path ?? options.folder
  // Two brokers of one folder are two nodes; one that is started again finds what it left.
  const tree = join(folder, `${basename(options.configFile, '.conf')}-node`)
  await privateTree({
    base,
    tree,
    config: { name: 'vernemq.conf', text: completeVernemqConfig(config) },
    files: options.folder,
  })
  const { mapper, epmd } = await portMapper(base, tree)
  const env = { ...mapper.env, ERL_FLAGS: loopbackNode }
  const child = await startChild({
    name: `vernemq ${version}`,
    program: join(tree, 'bin', 'vernemq'),
    args: ['console', '-noshell', '-noinput'],
    cwd: tree,
    env,
    stopWithinMs: 3000,
  })
  const asking = new AbortController()
  const running = new Set<Promise<unknown>>()
  const run = async (script: string, args: readonly string[]) => {
    // Each is a shell around an Erlang machine: all of it goes when the broker does.
    const asked = runProgram(join(tree, 'bin', script), args, {
      env,
      cwd: tree,
      timeoutMs: 30_000,
      signal: asking.signal,
      group: true,
    })
    running.add(asked)
    return await asked.finally(() => running.delete(asked))
  }
  return {
    what: child.what,
    pid: child.pid,
    ask: async (args) => (await run('vmq-admin', args)).stdout,
    whyNot: async () => {
      const said = await run('vernemq', ['config', 'generate']).catch(() => undefined)
      return said === undefined ? [] : `${said.stdout}\n${said.stderr}`.split('\n').filter((line) => line.trim() !== '')
    },
    log: () => child.log.lines(),
    alive: child.alive,
    lent: own !== undefined,
    stop: async () => {
      asking.abort()
      await Promise.allSettled(running)
      await child.stop()
      await mapper.child.stop()
      await endStrayMapper(epmd, mapper)
      await own?.remove()
    },
  }
}

async function portMapper(base: string, tree: string): Promise<{ mapper: PortMapper; epmd: string }> {
  const runtime = (await readdir(base)).find((name) => name.startsWith('erts-'))
  const epmd = runtime === undefined ? 'epmd' : join(base, runtime, 'bin', 'epmd')
  return { mapper: await startPortMapper(epmd, tree), epmd }
}

/**
 * VerneMQ's scripts start `epmd -daemon` whenever none answers, whatever they are told. One that came up behind ours
 * is ended by epmd's own command, which finds it by our private port.
 */
async function endStrayMapper(epmd: string, { port, env }: PortMapper): Promise<void> {
  if (!(await answers({ host: '127.0.0.1', port }))) return
  await runProgram(epmd, ['-port', String(port), '-kill'], { env }).catch(() => undefined)
}
