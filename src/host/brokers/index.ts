import { brokerOf, type RunnableKind } from '../../brokers/index.js'
import { Fault } from '../../kernel/errors.js'
import type { BrokerDriver } from '../types.js'
import type { DriverOptions, MakeDriver } from './make-driver.js'

/** The driver of every kind that is run; only the one that is asked for is loaded. */
const drivers: Readonly<Record<RunnableKind, () => Promise<MakeDriver>>> = {
  embedded: async () => (await import('./embedded.js')).makeDriver,
  mosquitto: async () => (await import('./mosquitto.js')).makeDriver,
  vernemq: async () => (await import('./vernemq/driver.js')).makeDriver,
  rabbitmq: async () => (await import('./rabbitmq/driver.js')).makeDriver,
  flashmq: async () => (await import('./flashmq.js')).makeDriver,
  emqx: async () => (await import('./emqx/driver.js')).makeDriver,
}

/** @throws Fault MP-NO-PROGRAM (exit 3) when its program is nowhere */
export async function driverFor(kind: RunnableKind, options: DriverOptions = {}): Promise<BrokerDriver> {
  const make = await drivers[kind]()
  return make(options)
}

/** As `driverFor`, but `undefined` when no program was named and it is nowhere. */
export async function foundDriver(kind: RunnableKind, options: DriverOptions = {}): Promise<BrokerDriver | undefined> {
  const variable = brokerOf(kind).run?.variable
  const named = options.program ?? (variable === undefined ? undefined : process.env[variable])
  try {
    return await driverFor(kind, options)
  } catch (error) {
    if (error instanceof Fault && error.code === 'MP-NO-PROGRAM' && !named) return undefined
    throw error
  }
}
