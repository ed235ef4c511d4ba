import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import type { PacketReader } from '../../mqtt-wire/packet-reader.js'
import type { Connection } from '../connection.js'

/** AUTH (3.15): we never agreed on an authentication method, so none may come [MQTT-4.12.0-6]. */
export function auth(connection: Connection, _header: number, _reader: PacketReader): void {
  const why =
    connection.protocol === 5 ? 'AUTH packet without existing auth-method' : 'AUTH packet when session not MQTT v5.0'
  connection.broker.log.write('information', `Protocol error from ${connection.name}: ${why}.`)
  throw new PacketFault('protocol', why)
}
