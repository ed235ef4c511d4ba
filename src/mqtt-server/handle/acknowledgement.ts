import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { malformed, type PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET, REASON } from '../../mqtt-wire/packet-types.js'
import { readProperties } from '../../mqtt-wire/properties.js'
import type { Connection } from '../connection.js'
import { checkHeader, checkId } from './active.js'

const answers = [
  REASON.success,
  REASON.noMatchingSubscribers,
  REASON.unspecified,
  REASON.implementationSpecific,
  REASON.notAuthorized,
  REASON.topicNameInvalid,
  REASON.packetIdInUse,
  REASON.quotaExceeded,
  REASON.payloadFormatInvalid,
] as const
const releases = [REASON.success, REASON.packetIdNotFound] as const

const legal = {
  PUBACK: { header: PACKET.puback, codes: answers },
  PUBREC: { header: PACKET.pubrec, codes: answers },
  PUBREL: { header: PACKET.pubrel | 2, codes: releases },
  PUBCOMP: { header: PACKET.pubcomp, codes: releases },
} as const satisfies Record<string, { readonly header: number; readonly codes: readonly number[] }>

export interface Acknowledgement {
  readonly id: number
  readonly code: number
}

/** The four acknowledgements have the same form (3.4 to 3.7): identifier, then reason code and properties if there are any. */
export function readAcknowledgement(
  connection: Connection,
  packet: keyof typeof legal,
  header: number,
  reader: PacketReader,
): Acknowledgement {
  const rule = legal[packet]
  // PUBREL of 3.1 had a DUP flag.
  if (connection.protocol !== 3 || packet !== 'PUBREL') checkHeader(header, rule.header)
  const id = reader.u16()
  checkId(connection, packet, id)
  let code = 0
  if (connection.protocol === 5 && reader.left > 0) {
    code = reader.u8()
    // The order in which Mosquitto complains.
    const early = packet === 'PUBREC' || packet === 'PUBREL'
    if (early) checkCode(connection, packet, code, rule.codes)
    if (reader.left > 0) readProperties(reader, rule.header & 0xf0)
    if (!early) checkCode(connection, packet, code, rule.codes)
  }
  if (reader.left > 0) throw malformed(`${packet} with bytes left over`)
  return { id, code }
}

function checkCode(connection: Connection, packet: string, code: number, codes: readonly number[]): void {
  if (codes.includes(code)) return
  connection.broker.log.write(
    'information',
    `Protocol error from ${connection.name}: ${packet} with reason code = ${code}.`,
  )
  throw new PacketFault('protocol', `${packet} with reason code ${code}`)
}

/** Packet identifiers belong to one kind of delivery until it is complete. */
export function mismatch(connection: Connection, words: string): PacketFault {
  connection.broker.log.write('information', `Protocol error from ${connection.name}: ${words}`)
  return new PacketFault('protocol', words)
}
