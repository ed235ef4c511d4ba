import type { PacketReader } from '../../mqtt-wire/packet-reader.js'
import type { Connection } from '../connection.js'
import { mismatch, readAcknowledgement } from './acknowledgement.js'
import { activeSession } from './active.js'

/** PUBACK (3.4): a QoS 1 message has arrived. */
export function puback(connection: Connection, header: number, reader: PacketReader): void {
  done(connection, header, reader, 'PUBACK')
}

/** PUBCOMP (3.7): a QoS 2 message has arrived, and the client has forgotten its identifier. */
export function pubcomp(connection: Connection, header: number, reader: PacketReader): void {
  done(connection, header, reader, 'PUBCOMP')
}

function done(connection: Connection, header: number, reader: PacketReader, packet: 'PUBACK' | 'PUBCOMP'): void {
  const { outgoing } = activeSession(connection, packet)
  const { id, code } = readAcknowledgement(connection, packet, header, reader)
  connection.debug(() => `Received ${packet} from ${connection.name} (Mid: ${id}, RC:${code})`)
  const delivery = outgoing.find(id)
  if (!delivery) return
  const qos = packet === 'PUBACK' ? 1 : 2
  if (delivery.qos !== qos) {
    throw mismatch(connection, `Mismatched QoS (${delivery.qos}:${qos}) when deleting outgoing message.`)
  }
  if (qos === 2 && delivery.stage !== 'pubcomp') {
    throw mismatch(connection, `Mismatched state (${delivery.stage}:pubcomp) when deleting outgoing message.`)
  }
  outgoing.complete(delivery)
}
