import type { PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET } from '../../mqtt-wire/packet-types.js'
import { acknowledgement } from '../../mqtt-wire/packet-writer.js'
import type { Connection } from '../connection.js'
import { readAcknowledgement } from './acknowledgement.js'
import { activeSession } from './active.js'

/** PUBREL (3.6): now the QoS 2 message goes to the subscribers; PUBCOMP also for one we do not know (any more). */
export function pubrel(connection: Connection, header: number, reader: PacketReader): void {
  const { incoming } = activeSession(connection, 'PUBREL')
  const { id } = readAcknowledgement(connection, 'PUBREL', header, reader)
  connection.debug(() => `Received PUBREL from ${connection.name} (Mid: ${id})`)
  const message = incoming.release(id)
  if (message) connection.broker.route(message)
  connection.debug(() => `Sending PUBCOMP to ${connection.name} (m${id})`)
  incoming.complete()
  connection.send(acknowledgement(connection.protocol, PACKET.pubcomp, id))
}
