import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { startChild } from '../../process/children.js'
import { runProgram } from '../../process/run-program.js'
import type { BrokerStart } from '../../types.js'
import { privateTree, releaseOf } from '../erlang-release.js'
import { nodeEnvironment } from './environment.js'
import type { EmqxSource, StartedEmqx } from './source.js'

/** What it prints once it runs; its listeners are open a moment before. */
export const isRunning = (line: string): boolean => /\bis running now!/.test(line)

/** An unpacked release: its scripts find the rest relative to their own place. */
export function localEmqx(program: string): EmqxSource {
  return {
    program,
    variables: async () => await readFile(join(await releaseOf(program, 'EMQX'), 'releases', 'emqx_vars'), 'utf8'),
    start: (options, version) => start(program, version, options),
  }
}

async function start(program: string, version: string, options: BrokerStart): Promise<StartedEmqx> {
  const base = await releaseOf(program, 'EMQX')
  const text = await readFile(options.configFile, 'utf8')
  // Two brokers of one folder are two nodes; one that is started again finds what it left.
  const tree = join(options.folder, `${basename(options.configFile, '.conf')}-node`)
  await privateTree({ base, tree, config: { name: 'emqx.conf', text }, files: options.folder })
  const { env, release } = await nodeEnvironment()
  const script = join(tree, 'bin', 'emqx')
  const run = async (args: readonly string[]) =>
    await runProgram(script, args, { env, cwd: tree, timeoutMs: 30_000, signal: asking.signal, group: true })
  const asking = new AbortController()
  const running = new Set<Promise<unknown>>()
  const counted = async (args: readonly string[]) => {
    const asked = run(args)
    running.add(asked)
    return await asked.finally(() => running.delete(asked))
  }
  const child = await startChild({
    name: `emqx ${version}`,
    program: script,
    args: ['foreground'],
    cwd: tree,
    env,
    stopWithinMs: 8000,
    afterwards: release,
  })
  return {
    what: child.what,
    pid: child.pid,
    ask: async (args) => (await counted(['ctl', ...args])).stdout,
    settled: async (withinMs) => void (await child.log.waitFor(isRunning, withinMs)),
    whyNot: async () => {
      const said = await counted(['check_config']).catch(() => undefined)
      return said === undefined || said.code === 0 ? [] : linesOf(`${said.stdout}\n${said.stderr}`)
    },
    log: () => child.log.lines(),
    alive: child.alive,
    stop: async () => {
      asking.abort()
      await Promise.allSettled(running)
      await child.stop()
    },
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}
