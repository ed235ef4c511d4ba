import { namedFault, PacketFault } from '../../mqtt-wire/packet-fault.js'
import { PACKET } from '../../mqtt-wire/packet-types.js'
import { readServerPacket } from '../../mqtt-wire/server-packet.js'
import type { LoadProtocol } from './packets.js'

/**
 * Lets a packet that a server sent pass when it is one to the letter. Acknowledgements and messages, of
 * which a load reads very many, are known at a glance; whatever looks otherwise is read whole.
 * @throws PacketFault that names the packet
 */
export function demandSound(protocol: LoadProtocol, header: number, body: Buffer): void {
  if (isUsual(header, body)) return
  try {
    readServerPacket(protocol, header, body)
  } catch (error) {
    throw namedFault(header, error)
  }
}

/** What a server says that does not fit what was said before. */
export function outOfPlace(header: number, what: string): unknown {
  return namedFault(header, new PacketFault('protocol', what))
}

function isUsual(header: number, body: Buffer): boolean {
  switch (header) {
    case PACKET.puback:
    case PACKET.pubrec:
    case PACKET.pubrel | 2:
    case PACKET.pubcomp:
      return body.length === 2 && (body[0] !== 0 || body[1] !== 0)
    case PACKET.publish:
      return body.length > 2 && topicEnd(body) > 2 && topicEnd(body) <= body.length
    case PACKET.publish | 2:
    case PACKET.publish | 4:
      return body.length > 4 && topicEnd(body) > 2 && topicEnd(body) + 2 <= body.length
    default:
      return false
  }
}

function topicEnd(body: Buffer): number {
  return 2 + body.readUInt16BE(0)
}
