import { startTapRelay, type TapEnds } from '../../host/net/tap-relay.js'
import type { Relay } from '../../host/sandbox/relay.js'
import type { TapEvent } from '../../tap/event.js'
import type { Fault } from '../../tap/fault-kinds.js'
import { tapWatcher } from '../tap/live.js'
import type { RelayStart } from './recorders.js'

/** Taps between HAProxy and the brokers of a sandbox. Health checks pass by unstruck. */
export class Taps {
  #connections = 0
  #fault: Fault | undefined
  #did: string | undefined

  constructor(private readonly onEvent: (event: TapEvent) => void = () => {}) {}

  /** Connections that begin from now on are struck. */
  arm(fault: Fault): void {
    this.#fault = fault
    this.#did = undefined
  }

  /** @returns what the fault did, in words; `undefined`: there was nothing that it could strike */
  disarm(): string | undefined {
    this.#fault = undefined
    return this.#did
  }

  readonly start: RelayStart = async ({ listen, to }) => {
    const watch = (ends: TapEnds) =>
      tapWatcher(++this.#connections, ends, {
        onEvent: (event) => {
          if (event.what.kind === 'fault') this.#did ??= event.what.text
          this.onEvent(event)
        },
        faultOf: (first) => (isHealthCheck(first) ? undefined : this.#fault),
      })
    const relay = await startTapRelay({ listen, target: to, connectTimeoutMs: 5000, watch })
    return { recorded: () => [], stop: () => relay.stop() } satisfies Relay
  }
}

/** LOCAL, or UNKNOWN in version 1: HAProxy's own connection. Without a header a check sends nothing, and is never asked about. */
function isHealthCheck(first: Uint8Array): boolean {
  const text = Buffer.from(first.subarray(0, 13)).toString('latin1')
  return text.startsWith('PROXY UNKNOWN') || (text.startsWith('\r\n\r\n\0\r\nQUIT\n') && first[12] === 0x20)
}
