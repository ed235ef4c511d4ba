import type { Socket } from 'node:net'
import { printable } from '../../kernel/printable.js'
import type { Arrival, Verdict } from '../../mqtt-server/arrival.js'
import type { Log } from '../../mqtt-server/log.js'

/** A socket between its last byte before HTTP and its first MQTT byte in WebSocket. */
export class Upgrading {
  #verdict: Verdict = { accepted: false, packet: undefined, reason: 'closed by peer before the WebSocket handshake' }
  #upgraded = false
  #timer: NodeJS.Timeout | undefined

  constructor(
    readonly arrival: Arrival,
    readonly log: Log,
    /** Told once what became of the connection: by us, or by MQTT after the handshake. */
    readonly say: ((verdict: Verdict) => void) | undefined,
  ) {}

  /** Ends the socket, unless the handshake is done in time. */
  endAfter(milliseconds: number, socket: Socket): void {
    this.#timer = setTimeout(() => {
      this.refuse(`no WebSocket handshake within ${milliseconds / 1000} s`)
      socket.destroy()
    }, milliseconds).unref()
  }

  /** The handshake is done: MQTT says the rest. */
  done(): void {
    this.#upgraded = true
    clearTimeout(this.#timer)
  }

  /** Why the socket will be closed; the last word counts. */
  refuse(reason: string, hint?: string): void {
    this.#verdict = { accepted: false, packet: undefined, code: 'MP-NO-WEBSOCKET', reason, hint }
  }

  /** The socket is closed. */
  lost(): void {
    clearTimeout(this.#timer)
    if (this.#upgraded) return
    const { address, port } = this.arrival.client
    const where = `${printable(address)} [${printable(address)}:${port}]`
    this.log.write('notice', `Client ${where} disconnected: ${this.#verdict.reason}.`)
    this.say?.(this.#verdict)
  }
}
