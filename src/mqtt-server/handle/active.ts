import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import type { Connection } from '../connection.js'
import type { Session } from '../session/session.js'

/** The session behind a packet that may only come after CONNECT. */
export function activeSession(connection: Connection, packet: string): Session {
  const { session } = connection
  if (connection.state === 'active' && session) return session
  connection.broker.log.write(
    'information',
    `Protocol error from ${connection.name}: ${packet} before session is active.`,
  )
  throw new PacketFault('protocol', `${packet} before CONNECT`)
}

/** Reserved bits of the fixed header must be as 2.1.3 says [MQTT-2.1.3-1]. */
export function checkHeader(header: number, expected: number): void {
  if (header !== expected) throw new PacketFault('malformed', `a first byte of ${header.toString(16)}`)
}

/** A packet identifier is never 0 [MQTT-2.2.1-2]. */
export function checkId(connection: Connection, packet: string, id: number): void {
  if (id !== 0) return
  connection.broker.log.write('information', `Protocol error from ${connection.name}: ${packet} with mid = 0.`)
  throw new PacketFault('protocol', `${packet} with packet identifier 0`)
}
