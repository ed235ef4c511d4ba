import { freePort } from '../net/ports.js'
import { type Child, startChild } from '../process/children.js'
import { waitForListeners } from '../process/readiness.js'

export interface PortMapper {
  readonly child: Child
  readonly port: number
  /** The environment of Erlang programs that are to use it, and to leave the user's own Erlang alone. */
  readonly env: NodeJS.ProcessEnv
}

/** Our nodes are reached from this machine only, and start no port mapper themselves. */
export const loopbackNode = '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}'

/**
 * Erlang starts its port mapper (`epmd`) as a daemon, on all addresses, and leaves it behind. One of our own, started
 * first, in the foreground, on a loopback port, keeps it from doing so.
 * @param home private folder for the cookie
 */
export async function startPortMapper(program: string, home: string): Promise<PortMapper> {
  const port = await freePort()
  const outside = Object.entries(process.env).filter(([name]) => !/^(RABBITMQ|ERL)_/.test(name))
  const env = {
    ...Object.fromEntries(outside),
    HOME: home,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(port),
    ERL_CRASH_DUMP: '/dev/null',
  }
  const child = await startChild({ name: 'epmd', program, args: ['-port', String(port), '-address', '127.0.0.1'], env })
  await waitForListeners([{ host: '127.0.0.1', port }], { alive: child.alive })
  return { child, port, env }
}
