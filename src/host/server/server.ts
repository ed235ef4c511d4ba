import { randomBytes } from 'node:crypto'
import { Fault, systemCode } from '../../kernel/errors.js'
import { Broker } from '../../mqtt-server/broker.js'
import type { ConnectionEvent } from '../../mqtt-server/connection-event.js'
import type { Log } from '../../mqtt-server/log.js'
import type { BrokerLimits, ListenerAt, ListenerOptions } from '../../mqtt-server/options.js'
import { SystemTopics } from '../../mqtt-server/system-topics.js'
import { own } from '../process/lifetime.js'
import { BrokerListener } from './listener.js'

export interface BrokerServerOptions {
  readonly listeners: readonly ListenerOptions[]
  readonly limits?: Partial<BrokerLimits>
  readonly log?: Log
  /** Called once for every connection that `max_connections` allows, when its header or its CONNECT was judged. */
  readonly onEvent?: (event: ConnectionEvent) => void
  /** What `$SYS/broker/version` says. */
  readonly version?: string
}

/** A running embedded broker. */
export interface BrokerServer {
  /** Where it listens, with the ports the kernel chose. */
  readonly listeners: readonly ListenerAt[]
  readonly broker: Broker
  /** The same listeners with other passwords and access lists. */
  reload(fresh: readonly ListenerOptions[]): void
  stop(): Promise<void>
}

/** How often keepalives, expiries and late headers are looked at. */
const tickMs = 500

/** How often clients that nothing is read from are asked whether they have read. */
const drainMs = 20

/**
 * Starts the broker on its listeners; it is closed with everything else that is owned.
 * @throws Fault MP-PORT-TAKEN, MP-LISTEN, MP-BROKER-TLS (exit 3)
 */
export async function serveBroker(options: BrokerServerOptions): Promise<BrokerServer> {
  const broker = new Broker({
    clock: { now: Date.now },
    random: (length) => randomBytes(length),
    later: setImmediate,
    afterInput: setImmediate,
    ...(options.log && { log: options.log }),
    ...(options.limits && { limits: options.limits }),
  })
  const numbers = { connection: 0, open: 0 }
  const listeners = options.listeners.map((one) => new BrokerListener(broker, one, numbers, options.onEvent))
  const system = new SystemTopics(broker, options.version ?? 'mqtt-proxy')
  const ticker = setInterval(() => {
    broker.tick()
    system.tick()
    for (const listener of listeners) listener.tick()
  }, tickMs)
  ticker.unref()
  const drains = setInterval(() => broker.checkDrained(), drainMs).unref()
  const close = async () => {
    clearInterval(ticker)
    clearInterval(drains)
    // Before the sockets are closed: what is held for clients still goes out.
    broker.shutDown()
    await Promise.all(listeners.map((listener) => listener.close()))
  }
  const stop = own('the broker', close)
  try {
    for (const listener of [...listeners]) {
      await listener.listen().catch((error: unknown) => {
        if (!isMissingIpv6(error) || listeners.length === 1) throw error
        listeners.splice(listeners.indexOf(listener), 1)
      })
    }
  } catch (error) {
    await stop()
    throw error
  }
  const reload = (fresh: readonly ListenerOptions[]) => {
    for (const [index, one] of options.listeners.entries()) {
      const access = fresh[index]?.access
      if (access) one.access.take(access)
    }
    broker.reauthorise()
  }
  return { listeners: listeners.map((listener) => listener.at), broker, reload, stop }
}

/** A machine without IPv6 serves the other addresses all the same. */
function isMissingIpv6(error: unknown): boolean {
  const code = error instanceof Fault ? systemCode(error.cause) : undefined
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}
