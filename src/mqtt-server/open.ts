import type { Arrival, Transport } from './arrival.js'
import type { Broker } from './broker.js'
import { Connection } from './connection.js'
import { handlerOf } from './handle/handlers.js'
import type { ListenerOptions } from './options.js'

/** A connection after its PROXY header, TLS and WebSocket handshakes. */
export function openConnection(
  broker: Broker,
  listener: ListenerOptions,
  arrival: Arrival,
  transport: Transport,
): Connection {
  const connection = new Connection(broker, listener, arrival, transport, handlerOf)
  broker.admit(connection)
  return connection
}
