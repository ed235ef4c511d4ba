import type { Broker } from './broker.js'

/** A little of Mosquitto's `$SYS` tree: the version at once, counters now and then. */
export class SystemTopics {
  readonly #started: number
  #next: number

  constructor(
    readonly broker: Broker,
    version: string,
  ) {
    this.#started = broker.clock.now()
    this.#next = this.#started
    if (this.#interval > 0) broker.announce('$SYS/broker/version', version)
  }

  get #interval(): number {
    return this.broker.limits.sysInterval
  }

  tick(): void {
    const now = this.broker.clock.now()
    if (this.#interval === 0 || now < this.#next) return
    this.#next = now + this.#interval * 1000
    const { broker } = this
    broker.announce('$SYS/broker/uptime', `${Math.floor((now - this.#started) / 1000)} seconds`)
    broker.announce('$SYS/broker/clients/connected', String(broker.connectionCount))
    broker.announce('$SYS/broker/clients/total', String(broker.sessionCount))
    broker.announce('$SYS/broker/subscriptions/count', String(broker.subscriptions.size))
    broker.announce('$SYS/broker/retained messages/count', String(broker.retained.size))
  }
}
