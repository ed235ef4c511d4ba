import { connect, type Socket } from 'node:net'
import type { Seated } from '../../kernel/roster.js'
import { PACKET } from '../../mqtt-wire/packet-types.js'
import { disconnect } from '../../mqtt-wire/packet-writer.js'
import { wordsOf } from '../net/dial-error.js'
import type { DialOptions } from '../types.js'

/** What is read is looked at within the call: one buffer does for all connections, and none of them needs its own. */
const buffer = new Uint8Array(64)
const goodbye = disconnect(0)
/** How long the other side may take to close after a DISCONNECT before it is reset, milliseconds. */
const closeMs = 1000

/** Whether the way in is plain TCP, where the header and CONNECT leave in one write and the answer is a few bytes. */
export function isPlain({ target, pauseMs = 0, preface = [] }: DialOptions): boolean {
  return target.scheme === 'mqtt' && pauseMs === 0 && preface.every((piece) => piece.pauseMs === 0)
}

/**
 * A connection, a CONNECT and its answer with as little work as that takes: for very many. It is ended as soon as it is
 * accepted, by a DISCONNECT, so that the other side closes and no local port stays in
 * TIME_WAIT.
 *
 * Some work of `net` is left out. The answer comes between the two writes, so they need no `noDelay`. `close` answers the
 * end of the other side, and says the same as `shutdown`. One clock serves all connections: see `checkTime`.
 */
export class QuickConnection implements Seated {
  seat = -1
  readonly #socket: Socket
  #settled = false
  #until: number
  /** Bytes of the CONNACK that were read, and where its result is. */
  #heard = 0
  #isConnack = true
  #codeAt = 3

  /**
   * @param options with the bytes of CONNECT as `first`
   * @param settle why it was not accepted; `undefined`: it was
   * @param closed the connection is gone
   */
  constructor(
    private readonly options: DialOptions,
    private readonly settle: (refusal: string | undefined) => void,
    private readonly closed: (connection: QuickConnection) => void,
  ) {
    const { target, socketPath, localAddress, timeoutMs } = options
    this.#until = performance.now() + timeoutMs
    const onread = { buffer, callback: (count: number, bytes: Uint8Array) => this.#read(count, bytes) }
    const place =
      socketPath === undefined ? { host: target.host, port: target.port, localAddress } : { path: socketPath }
    this.#socket = connect({ ...place, allowHalfOpen: true, onread })
      .on('connect', () => this.#greet())
      .on('error', (error) => this.#done(wordsOf(error)))
      .on('end', () => this.#socket.destroy())
      .on('close', () => this.#gone())
  }

  /** To be called every few moments, with `performance.now()`: ends what has taken too long. */
  checkTime(now: number): void {
    if (now < this.#until) return
    if (this.#settled) {
      this.#socket.resetAndDestroy()
      return
    }
    this.#done(`no CONNACK within ${this.options.timeoutMs} ms`)
    this.#socket.destroy()
  }

  drop(): void {
    this.#socket.destroy()
  }

  #greet(): void {
    const { preface = [], first = new Uint8Array() } = this.options
    this.#socket.write(preface.length === 0 ? first : Buffer.concat([...preface.map(({ bytes }) => bytes), first]))
  }

  #read(count: number, bytes: Uint8Array): boolean {
    for (let at = 0; at < count && !this.#settled; at++) this.#hear(bytes[at] ?? 0)
    return true
  }

  /** The result follows the first byte, a remaining length of up to four bytes (MQTT 5) and the flags. */
  #hear(byte: number): void {
    if (this.#heard === 0) this.#isConnack = byte === PACKET.connack
    else if (this.#heard === this.#codeAt - 2 && byte > 0x7f && this.#heard < 4) this.#codeAt += 1
    else if (this.#heard === this.#codeAt - 2) this.#isConnack &&= this.#heard > 1 || byte >= 2
    else if (this.#heard === this.#codeAt - 1) this.#isConnack &&= byte <= 1
    else if (this.#heard === this.#codeAt) this.#answered(byte)
    this.#heard += 1
  }

  #answered(code: number): void {
    if (this.#isConnack && code === 0) {
      this.#done(undefined)
      this.#until = performance.now() + closeMs
      this.#socket.write(goodbye)
      return
    }
    this.#done(this.#isConnack ? `CONNACK ${code}` : 'the answer was no CONNACK')
    this.#socket.destroy()
  }

  #gone(): void {
    this.#done('the connection was closed')
    this.closed(this)
  }

  #done(refusal: string | undefined): void {
    if (this.#settled) return
    this.#settled = true
    this.settle(refusal)
  }
}
