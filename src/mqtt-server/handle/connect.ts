import { codeOf, PacketFault } from '../../mqtt-wire/packet-fault.js'
import type { PacketReader } from '../../mqtt-wire/packet-reader.js'
import type { Connection } from '../connection.js'
import type { Draft } from './connect-draft.js'
import { authenticate } from './connect-identity.js'
import { readClientId, readCredentials, readWill, refuseLeftovers } from './connect-payload.js'
import { begin } from './connect-session.js'
import {
  checkMultiple,
  checkWillFlags,
  readFlags,
  readKeepalive,
  readProtocolName,
  readSessionProperties,
  readVersion,
} from './connect-variable-header.js'

/** CONNECT (3.1), step by step, in the order in which each thing is refused. */
const steps: readonly ((draft: Draft) => void)[] = [
  checkMultiple,
  readProtocolName,
  readVersion,
  readFlags,
  readKeepalive,
  readSessionProperties,
  checkWillFlags,
  readClientId,
  readWill,
  readCredentials,
  refuseLeftovers,
  authenticate,
  begin,
]

export function connect(connection: Connection, header: number, reader: PacketReader): void {
  const draft: Draft = {
    connection,
    header,
    reader,
    name: '',
    flags: 0,
    cleanStart: false,
    authMethodNamed: false,
    keepalive: 0,
    expiry: 0,
    receiveMaximum: connection.broker.limits.maxInflight,
    id: '',
    assigned: false,
    will: undefined,
    username: undefined,
    password: undefined,
  }
  try {
    for (const step of steps) step(draft)
  } catch (error) {
    connection.farewellToWill()
    if (!(error instanceof PacketFault)) throw error
    connection.judge({
      accepted: false,
      packet: 'CONNECT',
      ...(draft.id !== '' && { id: draft.id }),
      version: connection.protocol,
      ...(draft.username !== undefined && { username: draft.username }),
      code: codeOf(error.ending),
      reason: error.message,
    })
    // CONNECT is answered by CONNACK or by nothing, never by DISCONNECT.
    throw new PacketFault(error.ending, error.message, true)
  }
}
