import { startTapRelay, type TapEnds, type TapRelay } from '../../host/net/tap-relay.js'
import type { Relay } from '../../host/sandbox/relay.js'
import type { TapEvent } from '../../tap/event.js'
import type { WayFault } from '../../tap/fault-kinds.js'
import { FaultChooser } from '../tap/faults.js'
import { tapWatcher } from '../tap/live.js'
import type { RelayStart } from './recorders.js'

/** Why a tap sees and strikes nothing. */
export const noPlace = 'HAProxy reaches the broker over a Unix socket, where no tap is put'

/** Taps between HAProxy and the brokers of a sandbox. Health checks pass by unstruck. */
export class Taps {
  #connections = 0
  readonly #relays: TapRelay[] = []
  #chooser: FaultChooser | undefined
  #struck = 0
  #did: string | undefined

  constructor(private readonly onEvent: (event: TapEvent) => void = () => {}) {}

  /** Whether there is one anywhere: server lines that name a Unix socket are left alone. */
  get stand(): boolean {
    return this.#relays.length > 0
  }

  /** Connections that begin from now on are struck, as probability and count of the faults have it. */
  arm(faults: readonly WayFault[], seed: number): void {
    this.#chooser = new FaultChooser(faults, seed)
    this.#struck = 0
    this.#did = undefined
  }

  /** Connections that a fault did something to since `arm`. */
  get struck(): number {
    return this.#struck
  }

  /** Resets every connection between HAProxy and the brokers; says how many there were. */
  reset(): number {
    return this.#relays.reduce((sum, relay) => sum + relay.reset(), 0)
  }

  /** @returns what the fault did, in words; `undefined`: there was nothing that it could strike */
  disarm(): string | undefined {
    this.#chooser = undefined
    return this.#did
  }

  readonly start: RelayStart = async ({ listen, to }) => {
    const watch = (ends: TapEnds) =>
      tapWatcher(++this.#connections, ends, {
        onEvent: (event) => {
          if (event.what.kind === 'fault') {
            this.#struck++
            this.#did ??= event.what.text
          }
          this.onEvent(event)
        },
        faultOf: (first) => (isHealthCheck(first) ? undefined : this.#chooser?.next()),
      })
    const relay = await startTapRelay({ listen, target: to, connectTimeoutMs: 5000, watch })
    this.#relays.push(relay)
    return { recorded: () => [], stop: () => relay.stop() } satisfies Relay
  }
}

/** LOCAL, or UNKNOWN in version 1: HAProxy's own connection. Without a header a check sends nothing, and is never asked about. */
function isHealthCheck(first: Uint8Array): boolean {
  const text = Buffer.from(first.subarray(0, 13)).toString('latin1')
  return text.startsWith('PROXY UNKNOWN') || (text.startsWith('\r\n\r\n\0\r\nQUIT\n') && first[12] === 0x20)
}
