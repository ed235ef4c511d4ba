import { randomBytes } from 'node:crypto'
import { portIsFree } from '../../net/ports.js'

/**
 * EMQX derives the ports of its distribution (4370 and on) and of its node-to-node calls (5370 and on) from the number
 * that ends its node's name; it uses no port mapper.
 */
const base = { distribution: 4370, calls: 5370 } as const
const most = 900

/** Nodes of one process that are starting have not opened their ports yet. */
const given = new Set<number>()

/**
 * A node whose every name and port are its own, on loopback; nothing of the host's own `EMQX_` variables but the license.
 */
export async function nodeEnvironment(): Promise<{ readonly env: NodeJS.ProcessEnv; release(): void }> {
  const number = await freeNumber()
  const outside = Object.entries(process.env).filter(([name]) => !/^(?:EMQX_(?!LICENSE__KEY$)|RUNNER_|ERL_)/.test(name))
  const env = {
    ...Object.fromEntries(outside),
    EMQX_NODE__NAME: `mqttproxy${number}@127.0.0.1`,
    EMQX_NODE__COOKIE: randomBytes(16).toString('hex'),
    EMQX_CLUSTER__DISCOVERY_STRATEGY: 'manual',
    EMQX_RPC__LISTEN_ADDRESS: '127.0.0.1',
    EMQX_DASHBOARD__LISTENERS__HTTP__BIND: '0',
    EMQX_LOG__CONSOLE__ENABLE: 'true',
    EMQX_LOG__CONSOLE__LEVEL: 'info',
    EMQX_LOG__FILE__ENABLE: 'false',
    ERL_FLAGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_CRASH_DUMP: '/dev/null',
  }
  return { env, release: () => given.delete(number) }
}

async function freeNumber(): Promise<number> {
  const first = 1 + (randomBytes(2).readUInt16BE() % most)
  for (let tried = 0; tried < most; tried++) {
    const number = 1 + ((first + tried) % most)
    if (given.has(number)) continue
    given.add(number)
    const free = await Promise.all(Object.values(base).map((port) => portIsFree(port + number)))
    if (free.every(Boolean)) return number
    given.delete(number)
  }
  throw new Error('no pair of ports is free for a node of EMQX')
}
