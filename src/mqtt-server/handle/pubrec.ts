import type { PacketReader } from '../../mqtt-wire/packet-reader.js'
import type { Connection } from '../connection.js'
import { mismatch, readAcknowledgement } from './acknowledgement.js'
import { activeSession } from './active.js'

/** PUBREC (3.5): the client has a QoS 2 message and wants PUBREL; or it refuses it, and that is all. */
export function pubrec(connection: Connection, header: number, reader: PacketReader): void {
  const { outgoing } = activeSession(connection, 'PUBREC')
  const { id, code } = readAcknowledgement(connection, 'PUBREC', header, reader)
  connection.debug(() => `Received PUBREC from ${connection.name} (Mid: ${id})`)
  const delivery = outgoing.find(id)
  if (delivery && delivery.qos !== 2) {
    throw mismatch(connection, `Mismatched QoS (${delivery.qos}:2) when updating outgoing message.`)
  }
  if (code >= 0x80) {
    if (delivery) outgoing.complete(delivery)
    return
  }
  if (delivery) delivery.stage = 'pubcomp'
  else {
    connection.broker.log.write(
      'warning',
      `Warning: Received PUBREC from ${connection.name} for an unknown packet identifier ${id}.`,
    )
  }
  connection.pubrel(id)
}
