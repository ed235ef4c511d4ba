import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Arrival, Transport, Verdict } from '../../mqtt-server/arrival.js'
import type { Broker } from '../../mqtt-server/broker.js'
import type { Connection } from '../../mqtt-server/connection.js'
import { openConnection } from '../../mqtt-server/open.js'
import type { ListenerOptions } from '../../mqtt-server/options.js'

/** Milliseconds a peer has to take what was said last. */
const lastWordsMs = 2000

class SocketTransport implements Transport {
  #written = 0

  constructor(
    readonly socket: Socket,
    readonly verdict: ((verdict: Verdict) => void) | undefined,
  ) {}

  get waiting(): number {
    return this.socket.writableLength
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  /** Nothing is on its way that the first packet could wait for, and many clients never get a second one. */
  write(bytes: Buffer): void {
    if (this.#written === 1) this.socket.setNoDelay(true)
    if (this.#written < 2) this.#written += 1
    this.socket.write(bytes)
  }

  /**
   * Closed with bytes unread, a socket is reset, and the peer loses what was said last: the DISCONNECT with its reason.
   * If there are such last words, later input is read and dropped for a while. Then a client that does not close or does not read is cut off.
   */
  end(lastWords = false): void {
    const { socket } = this
    if (!lastWords || socket.readableEnded || socket.destroyed) {
      if (socket.writableLength === 0 && !(socket instanceof TLSSocket)) {
        // With nothing left to write this says the same as a shutdown, and costs half as much.
        socket.destroy()
        return
      }
      socket.destroySoon()
      if (socket.writableLength === 0) return
    } else {
      socket.end()
      socket.resume()
    }
    const late = setTimeout(() => socket.destroy(), lastWordsMs).unref()
    socket.once('end', () => socket.destroySoon())
    socket.once('close', () => clearTimeout(late))
  }
}

/** A connection on a socket whose reading is the caller's. */
export function openOnSocket(
  broker: Broker,
  listener: ListenerOptions,
  arrival: Arrival,
  socket: Socket,
  say: ((verdict: Verdict) => void) | undefined,
): Connection {
  const connection = openConnection(broker, listener, arrival, new SocketTransport(socket, say))
  socket.on('drain', () => connection.drained())
  return connection
}

/** MQTT on a socket from its first byte. */
export function serveSocket(
  broker: Broker,
  listener: ListenerOptions,
  arrival: Arrival,
  socket: Socket,
  say: ((verdict: Verdict) => void) | undefined,
): void {
  const connection = openOnSocket(broker, listener, arrival, socket, say)
  const lost = () => connection.lost()
  socket
    .on('data', (chunk: Buffer) => connection.receive(chunk))
    .on('end', lost)
    .on('close', lost)
}
