import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../net/ports.js'
import { type Child, startChild } from '../../process/children.js'
import { startPortMapper } from '../erlang-epmd.js'
import type { Control } from './control.js'
import { nodeEnvironment, scriptEnvironment } from './environment.js'
import type { RabbitmqPrograms } from './programs.js'

/** Erlang, a database and the plugins: seconds, on a busy machine many. */
export const startWithinMs = 180_000

/** Its listeners are open before that. */
export const isComplete = (line: string): boolean => /Server startup complete/.test(line)

export interface Node {
  readonly broker: Child
  /** Without it the node cannot be asked whether it is empty. */
  readonly control: Control | undefined
  stop(): Promise<void>
}

/** Starts a node with its own port mapper (`epmd`), which would else stay behind as a daemon. */
export async function startNode(
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
  await mkdir(join(home, 'run.d'), { recursive: true, mode: 0o700 })
  await writeFile(join(home, 'run.d', '99-run.conf'), runConfig)
  const mapper = await startPortMapper(programs.epmd, home)
  const nodePort = await freePort()
  const env = { ...scriptEnvironment(mapper), ...nodeEnvironment(home, configFile, nodePort) }
  try {
    const broker = await startChild({
      name: `rabbitmq ${version}`,
      program: programs.server,
      args: [],
      cwd: home,
      env,
      stopWithinMs: 1700,
    })
    const stop = async () => {
      await broker.stop()
      await mapper.child.stop()
    }
    const control = programs.call === undefined ? undefined : { program: programs.call, home, env, nodePort }
    return { broker, control, stop }
  } catch (error) {
    await mapper.child.stop()
    throw error
  }
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
