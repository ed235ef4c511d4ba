import type { Socket } from 'node:net'
import type { Arrival, Transport, Verdict } from '../broker/arrival.js'
import type { Broker } from '../broker/broker.js'
import type { ListenerOptions } from '../broker/options.js'

class SocketTransport implements Transport {
  constructor(
    readonly socket: Socket,
    readonly say: ((verdict: Verdict) => void) | undefined,
  ) {}

  get blocked(): boolean {
    return this.socket.writableLength > 0
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes)
  }

  end(): void {
    this.socket.destroySoon()
  }

  verdict(verdict: Verdict): void {
    this.say?.(verdict)
  }

  over(): void {}
}

/** MQTT directly on a socket; `rest` was read behind the PROXY header. */
export function serveSocket(
  broker: Broker,
  listener: ListenerOptions,
  arrival: Arrival,
  socket: Socket,
  say: ((verdict: Verdict) => void) | undefined,
  rest: Buffer | undefined,
): void {
  const connection = broker.open(listener, arrival, new SocketTransport(socket, say))
  const lost = () => connection.lost()
  socket
    .on('data', (chunk: Buffer) => connection.receive(chunk))
    .on('drain', () => connection.drained())
    .on('end', lost)
    .on('close', lost)
  if (rest && rest.length > 0) connection.receive(rest)
}
