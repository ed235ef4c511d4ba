import { typeOf } from './framer.js'
import { PacketFault } from './packet-fault.js'
import { PACKET, type Protocol } from './packet-types.js'

/** Largest packets of kinds that carry little, bytes; Mosquitto's numbers. */
const largest = { connect: 100_000, subscribe: 100_000, auth: 100_000, simple: 10_000 }

/** Packets with little in them are refused by their length alone, before they are read. */
export function checkLength(protocol: Protocol, header: number, length: number): void {
  const five = protocol === 5
  switch (typeOf(header)) {
    case PACKET.connect:
      if (length > largest.connect) throw new PacketFault('oversize', 'CONNECT too long', true)
      return
    case PACKET.puback:
    case PACKET.pubrec:
    case PACKET.pubrel:
    case PACKET.pubcomp:
    case PACKET.unsuback:
      if (five ? length > largest.simple : length !== 2) throw wrongLength(five)
      return
    case PACKET.pingreq:
    case PACKET.pingresp:
      if (length !== 0) throw new PacketFault('malformed', 'PINGREQ with a body', true)
      return
    case PACKET.disconnect:
      if (five ? length > largest.simple : length !== 0) throw wrongLength(five)
      return
    case PACKET.subscribe:
    case PACKET.unsubscribe:
      if (five && length > largest.subscribe) throw wrongLength(five)
      return
    case PACKET.auth:
      if (length > largest.auth) throw wrongLength(true)
      return
    default:
      return
  }
}

function wrongLength(five: boolean): PacketFault {
  return new PacketFault(five ? 'oversize' : 'malformed', 'a length this packet cannot have', true)
}
