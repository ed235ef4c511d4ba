import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Approach } from '../../check/plan.js'
import { makeCertificates } from '../../host/files/certificates.js'
import { dialOf } from '../../host/sandbox/attempts.js'
import type { RunningSandbox, SandboxPlan } from '../../host/sandbox/sandbox.js'
import type { DialOptions, RunningBroker, RunningHaproxy, Sight } from '../../host/types.js'
import { type CertificateSet, flaws, planCertificates } from '../../scenarios/certificates.js'
import type { Taps } from '../check/taps.js'

/** Name of the master's socket in the sandbox; short, since a path has to fit 107 bytes. */
export const masterName = 'master'

export interface DrillSetting {
  readonly way: Approach
  readonly seesClients: boolean
  readonly certificates: CertificateSet
  readonly timeoutMs: number
  /** The relay between HAProxy and the brokers; `undefined`: nothing. */
  readonly taps: Taps | undefined
}

/** The programs of one drill, which may come and go. */
export class DrillLab {
  readonly #brokers: RunningBroker[]
  readonly #ends: (() => Promise<void>)[] = []
  #others: CertificateSet | undefined
  #tls: DialOptions['tls']

  constructor(
    readonly plan: SandboxPlan,
    sandbox: RunningSandbox,
    private readonly setting: DrillSetting,
  ) {
    this.#brokers = [...sandbox.brokers]
    this.haproxy = sandbox.haproxy
  }

  readonly haproxy: readonly RunningHaproxy[]

  get way(): Approach {
    return this.setting.way
  }

  get taps(): Taps | undefined {
    return this.setting.taps
  }

  /** Whether the broker is to see the address that a client has here. */
  get seesClients(): boolean {
    return this.setting.seesClients
  }

  get brokers(): readonly RunningBroker[] {
    return this.#brokers
  }

  get secure(): boolean {
    return this.way.tls !== undefined
  }

  /** The HAProxy that clients come to; it is started last. */
  get masterSocket(): string {
    return join(this.plan.folder, `${masterName}${this.plan.haproxy.length - 1}`)
  }

  /** How a client connects, each time. Clients trust the certificate of today and the one that may replace it. */
  dial(): Omit<DialOptions, 'first'> {
    const options = dialOf(this.way, this.setting)
    const { tls } = options
    if (tls?.ca === undefined) return options
    // One object for all clients: what it says is read once, however many there are.
    this.#tls ??= { ...tls, ca: tls.ca + (this.#others?.serverCa ?? '') }
    return { ...options, tls: this.#tls }
  }

  /** Certificate and key of a server certificate of another authority, which clients trust from now on. */
  async otherServerCertificate(): Promise<string> {
    if (this.#others === undefined) {
      this.#others = await makeCertificates(planCertificates({ bad: flaws, now: new Date() }))
      this.#tls = undefined
    }
    return this.#others.server.cert + this.#others.server.key
  }

  get serverSerial(): string {
    return this.serialOf(this.setting.certificates.server.cert)
  }

  /** Hexadecimal, capital letters, as `tls` and HAProxy print it. */
  serialOf(pem: string): string {
    return new X509Certificate(pem).serialNumber
  }

  /** The one that came back in the place of the first broker. */
  replaceBroker(broker: RunningBroker): void {
    this.#brokers[0] = broker
    this.atEnd(() => broker.stop())
  }

  async saw(clientId: string, withinMs: number): Promise<Sight | undefined> {
    const asked = this.#brokers.map((one) => one.saw(clientId, withinMs))
    return (await Promise.all(asked)).find((sight) => sight !== undefined)
  }

  /** Done when the drill is over, last things first. */
  atEnd(work: () => Promise<void>): void {
    this.#ends.push(work)
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end()
  }
}
