import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { PACKET } from '../../mqtt-wire/packet-types.js'
import type { Handler } from '../connection.js'
import { checkHeader } from './active.js'
import { auth } from './auth.js'
import { connect } from './connect.js'
import { disconnect } from './disconnect.js'
import { pingreq } from './pingreq.js'
import { puback, pubcomp } from './puback.js'
import { publish } from './publish.js'
import { pubrec } from './pubrec.js'
import { pubrel } from './pubrel.js'
import { subscribe } from './subscribe.js'
import { unsubscribe } from './unsubscribe.js'

/** Packets only a server sends: a client that does breaks the protocol. */
function serverOnly(name: string, flagged = true): Handler {
  return (connection, header) => {
    if (flagged) checkHeader(header, header & 0xf0)
    connection.broker.log.write('information', `Protocol error from ${connection.name}: ${name} when not a bridge.`)
    throw new PacketFault('protocol', `${name} from a client`)
  }
}

const handlers: Readonly<Record<number, Handler>> = {
  [PACKET.connect]: connect,
  [PACKET.connack]: serverOnly('CONNACK', false),
  [PACKET.publish]: publish,
  [PACKET.puback]: puback,
  [PACKET.pubrec]: pubrec,
  [PACKET.pubrel]: pubrel,
  [PACKET.pubcomp]: pubcomp,
  [PACKET.subscribe]: subscribe,
  [PACKET.suback]: serverOnly('SUBACK'),
  [PACKET.unsubscribe]: unsubscribe,
  [PACKET.unsuback]: serverOnly('UNSUBACK'),
  [PACKET.pingreq]: pingreq,
  [PACKET.pingresp]: serverOnly('PINGRESP'),
  [PACKET.disconnect]: disconnect,
  [PACKET.auth]: auth,
}

export function handlerOf(header: number): Handler {
  return handlers[header & 0xf0] ?? serverOnly('RESERVED')
}
