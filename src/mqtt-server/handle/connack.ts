import { printable } from '../../kernel/printable.js'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { connack, type OutProperty } from '../../mqtt-wire/packet-writer.js'
import { PROPERTY } from '../../mqtt-wire/properties.js'
import type { Connection } from '../connection.js'

/** CONNACK (3.2). */
export function sendConnack(
  connection: Connection,
  present: boolean,
  code: number,
  properties: readonly OutProperty[],
): void {
  connection.debug(() => {
    const name = connection.id === undefined ? printable(connection.arrival.client.address) : connection.name
    return `Sending CONNACK to ${name} (${present ? 1 : 0}, ${code})`
  })
  const packet = connack(connection.protocol, present, code, properties)
  // What the client could not take is not sent, and then there is nothing to say to it [MQTT-3.1.2-24].
  if (connection.tooLarge(packet.length)) {
    throw new PacketFault('oversize', 'CONNACK is larger than the client takes', true)
  }
  connection.send(packet)
}

/** Where it is less than 2 [MQTT-3.2.2-9]. */
export function maximumQos(connection: Connection): readonly OutProperty[] {
  return connection.maxQos === 2 ? [] : [[PROPERTY.maximumQos, connection.maxQos]]
}
