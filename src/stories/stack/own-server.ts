import { answers } from '../../host/process/readiness.js'
import { isLoopback } from '../../kernel/address.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { parseTarget } from '../../kernel/target.js'
import { findScenario } from '../../scenarios/find.js'
import type { DeriveOptions, HostPort } from '../../scenarios/options.js'
import type { Scenario } from '../../scenarios/types.js'

/** What a stack was asked for, beside the server. */
interface Asked {
  readonly scenario?: string
  readonly haproxyConfig?: unknown
  readonly brokerConfig?: unknown
  readonly broker?: unknown
  readonly brokerProgram?: unknown
  readonly ip?: 4 | 6
}

/**
 * The broker that is there already.
 * @throws Fault MP-STACK (exit 2), MP-STACK-SERVER (exit 4)
 */
export async function ownServer(options: Asked, text: string): Promise<HostPort> {
  const clash = (['haproxyConfig', 'brokerConfig', 'broker', 'brokerProgram'] as const).find(
    (name) => options[name] !== undefined,
  )
  if (clash !== undefined) throw misused(`server is your own broker; ${clash} has no meaning beside it`)
  if (options.scenario === undefined) throw misused('server needs a scenario: how HAProxy is to speak to it')
  if (findScenario(options.scenario).topology === 'sticky') {
    throw misused('this scenario has two brokers; server is one')
  }
  const { host: name, port } = parseTarget(text)
  if (!isLoopback(name)) throw misused(`server ${text} is not a loopback address; the stack stays on this machine`)
  const host = name === 'localhost' ? (options.ip === 6 ? '::1' : '127.0.0.1') : name
  if (!(await answers({ host, port }))) {
    throw new Fault('MP-STACK-SERVER', `nothing accepts connections at server ${formatSocketAddress({ host, port })}`, {
      exit: EXIT.unreachable,
      hints: ['start your broker first'],
    })
  }
  return { host, port }
}

/** The broker stays where it is; ports of HAProxy are names here, and none may be that of the broker. */
export function portsBeside(server: HostPort, { topology }: Scenario): DeriveOptions {
  const { host } = server
  const [front = 0, inner = 0] = [1883, 1886, 1887].filter((port) => port !== server.port)
  const chained = topology === 'chain' || topology === 'acl'
  return { server, listen: { host, port: front }, ...(chained && { inner: { host, port: inner } }) }
}

export function misused(message: string): Fault {
  return new Fault('MP-STACK', message, { exit: EXIT.usage })
}
