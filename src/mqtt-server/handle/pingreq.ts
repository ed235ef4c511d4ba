import type { PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET } from '../../mqtt-wire/packet-types.js'
import { pingresp } from '../../mqtt-wire/packet-writer.js'
import type { Connection } from '../connection.js'
import { activeSession, checkHeader } from './active.js'

/** PINGREQ (3.12) [MQTT-3.12.4-1]. */
export function pingreq(connection: Connection, header: number, _reader: PacketReader): void {
  activeSession(connection, 'PINGREQ')
  checkHeader(header, PACKET.pingreq)
  connection.debug(() => `Received PINGREQ from ${connection.name}`)
  connection.debug(() => `Sending PINGRESP to ${connection.name}`)
  connection.send(pingresp)
}
