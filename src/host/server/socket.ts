import type { Socket } from 'node:net'
import type { Arrival, Transport, Verdict } from '../../mqtt-server/arrival.js'
import type { Broker } from '../../mqtt-server/broker.js'
import type { Connection } from '../../mqtt-server/connection.js'
import { openConnection } from '../../mqtt-server/open.js'
import type { ListenerOptions } from '../../mqtt-server/options.js'

/** Milliseconds a peer has to take what was said last. */
const lastWordsMs = 2000

class SocketTransport implements Transport {
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

  write(bytes: Buffer): void {
    this.socket.write(bytes)
  }

  end(): void {
    this.socket.destroySoon()
    if (this.socket.writableLength === 0) return
    // Whoever does not read would keep what waits, and the socket, for ever.
    const late = setTimeout(() => this.socket.destroy(), lastWordsMs).unref()
    this.socket.once('close', () => clearTimeout(late))
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
