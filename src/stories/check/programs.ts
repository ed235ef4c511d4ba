import { driverFor } from '../../host/brokers/index.js'
import { haproxyFacts } from '../../host/haproxy/haproxy.js'
import { requireMachine } from '../../host/process/machine.js'
import { findProgram } from '../../host/process/programs.js'
import type { BrokerDriver, BrokerFacts, HaproxyFacts } from '../../host/types.js'
import type { BrokerChoice, CheckRequest } from './request.js'

/** The programs of a run; each is asked once. */
export class Programs {
  readonly #haproxies = new Map<string | undefined, HaproxyFacts>()
  readonly #brokers = new Map<string, { driver: BrokerDriver; facts: BrokerFacts }>()
  #several = false

  /** @throws Fault MP-MACHINE, and those of programs that are not here (exit 3) */
  async load(request: Pick<CheckRequest, 'haproxies' | 'brokers'>): Promise<void> {
    await requireMachine()
    this.#several = request.haproxies.length * request.brokers.length > 1
    const [haproxies, brokers] = await Promise.all([
      Promise.all(request.haproxies.map(askHaproxy)),
      Promise.all(request.brokers.map(askBroker)),
    ])
    for (const [index, chosen] of request.haproxies.entries()) this.#haproxies.set(chosen, haproxies[index] ?? fail())
    for (const [index, choice] of request.brokers.entries()) this.#brokers.set(keyOf(choice), brokers[index] ?? fail())
  }

  haproxy(chosen: string | undefined): HaproxyFacts {
    const facts = this.#haproxies.get(chosen)
    if (facts === undefined) throw new Error('HAProxy was not asked')
    return facts
  }

  broker(choice: BrokerChoice): { driver: BrokerDriver; facts: BrokerFacts } {
    const found = this.#brokers.get(keyOf(choice))
    if (found === undefined) throw new Error('the broker was not asked')
    return found
  }

  /** Ends brokers that wait for others. */
  async close(): Promise<void> {
    await Promise.all([...this.#brokers.values()].map(({ driver }) => driver.close?.()))
  }

  dims(job: { readonly haproxy: string | undefined; readonly broker: BrokerChoice }): Readonly<Record<string, string>> {
    if (!this.#several) return {}
    const { kind, version } = this.broker(job.broker).facts
    return { haproxy: this.haproxy(job.haproxy).version, broker: `${kind} ${version}` }
  }

  env(): Readonly<Record<string, string>> {
    return {
      haproxy: [...this.#haproxies.values()].map((one) => one.version).join(', '),
      broker: [...this.#brokers.values()].map(({ facts }) => `${facts.kind} ${facts.version}`).join(', '),
    }
  }
}

async function askHaproxy(chosen: string | undefined): Promise<HaproxyFacts> {
  const { program } = await findProgram('haproxy', chosen === undefined ? {} : { chosen })
  return await haproxyFacts(program)
}

async function askBroker(choice: BrokerChoice): Promise<{ driver: BrokerDriver; facts: BrokerFacts }> {
  const driver = await driverFor(choice.kind, choice.program === undefined ? {} : { program: choice.program })
  return { driver, facts: await driver.facts() }
}

function fail(): never {
  throw new Error('a program was not asked')
}

function keyOf(choice: BrokerChoice): string {
  return `${choice.kind} ${choice.program ?? ''}`
}
