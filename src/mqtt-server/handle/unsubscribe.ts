import { printable } from '../../kernel/printable.js'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { malformed, type PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET, REASON } from '../../mqtt-wire/packet-types.js'
import { unsuback } from '../../mqtt-wire/packet-writer.js'
import { readProperties } from '../../mqtt-wire/properties.js'
import type { Connection } from '../connection.js'
import { splitFilter } from '../topics/filters.js'
import { activeSession, checkHeader } from './active.js'
import { mounted } from './mount-point.js'
import { propertyFault, readFilter } from './subscribe.js'

/** UNSUBSCRIBE (3.10). */
export function unsubscribe(connection: Connection, header: number, reader: PacketReader): void {
  const session = activeSession(connection, 'UNSUBSCRIBE')
  checkHeader(header, PACKET.unsubscribe | 2)
  connection.debug(() => `Received UNSUBSCRIBE from ${connection.name}`)
  const id = reader.u16()
  if (id === 0) throw malformed('packet identifier 0')
  if (connection.protocol === 5) {
    try {
      readProperties(reader, PACKET.unsubscribe)
    } catch (error) {
      throw propertyFault(connection, 'UNSUBSCRIBE', error)
    }
  }
  if (reader.left === 0 && connection.protocol !== 3) throw malformed('no topic filter [MQTT-3.10.3-2]')
  const codes: number[] = []
  while (reader.left > 0) {
    const filter = readFilter(connection, reader, 'unsubscription')
    const split = splitFilter(filter)
    if (!split) throw new PacketFault('protocol', 'a shared subscription without name or filter')
    connection.debug(() => `\t${printable(filter)}`)
    const removed = connection.broker.subscriptions.remove(session, mounted(connection, split))
    session.subscriptions?.delete(filter)
    connection.broker.log.write('unsubscribe', `${connection.name} ${printable(filter)}`)
    codes.push(removed ? REASON.success : REASON.noSubscriptionExisted)
  }
  connection.debug(() => `Sending UNSUBACK to ${connection.name}`)
  connection.send(unsuback(connection.protocol, id, codes))
}
