import { freePort } from '../net/ports.js'
import { type Child, startChild } from '../process/children.js'
import { waitForListeners } from '../process/readiness.js'

export interface PortMapper {
  readonly child: Child
  /** The environment of Erlang programs that shall use it, and leave the user's own Erlang alone. */
  readonly env: NodeJS.ProcessEnv
}

/**
 * Erlang starts its port mapper (`epmd`) as a daemon, on all addresses, and leaves it behind. One of our own, started
 * first, in the foreground, on a loopback port, keeps it from doing so.
 * @param home private folder for the cookie
 */
export async function startPortMapper(program: string, home: string): Promise<PortMapper> {
  const port = await freePort()
  const outside = Object.entries(process.env).filter(([name]) => !/^(RABBITMQ|ERL)_/.test(name))
  const loopback = '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}'
  const env = {
    ...Object.fromEntries(outside),
    HOME: home,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(port),
    ERL_CRASH_DUMP: '/dev/null',
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CTL_ERL_ARGS: loopback,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: loopback,
  }
  const child = await startChild({ name: 'epmd', program, args: ['-port', String(port), '-address', '127.0.0.1'], env })
  await waitForListeners([{ host: '127.0.0.1', port }], { alive: child.alive })
  return { child, env }
}
