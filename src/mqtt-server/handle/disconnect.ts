import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import type { PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET, REASON } from '../../mqtt-wire/packet-types.js'
import { numberOf, PROPERTY, readProperties } from '../../mqtt-wire/properties.js'
import type { Connection } from '../connection.js'
import { activeSession, checkHeader } from './active.js'

/** DISCONNECT (3.14): the will is forgotten, unless the client asks for it; the session expiry may change. */
export function disconnect(connection: Connection, header: number, reader: PacketReader): void {
  checkHeader(header, PACKET.disconnect)
  const session = activeSession(connection, 'DISCONNECT')
  let code = 0
  if (connection.protocol === 5 && reader.left > 0) {
    code = reader.u8()
    const properties = reader.left > 0 ? readProperties(reader, PACKET.disconnect) : []
    const expiry = numberOf(properties, PROPERTY.sessionExpiry)
    if (expiry !== undefined) {
      // A session that was to end at once cannot be made to last [MQTT-3.14.2-2].
      if (session.expiry === 0 && expiry !== 0) {
        connection.broker.log.write(
          'information',
          `Protocol error from ${connection.name}: DISCONNECT packet with mismatched session-expiry-interval (0:${expiry}).`,
        )
        throw new PacketFault('protocol', 'session expiry raised from 0')
      }
      session.expiry = expiry
    }
  }
  if (reader.left > 0) throw new PacketFault('protocol', 'DISCONNECT with bytes left over')
  connection.debug(() => `Received DISCONNECT from ${connection.name}`)
  connection.farewell = code === REASON.disconnectWithWill ? 'with-will' : 'clean'
  connection.close('closed')
}
