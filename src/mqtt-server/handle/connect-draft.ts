import { type Ending, PacketFault } from '../../mqtt-wire/packet-fault.js'
import type { PacketReader } from '../../mqtt-wire/packet-reader.js'
import { REASON } from '../../mqtt-wire/packet-types.js'
import type { Connection } from '../connection.js'
import type { Will } from '../session/session.js'
import { maximumQos, sendConnack } from './connack.js'

/** What CONNECT says, as far as it has been read. */
export interface Draft {
  readonly connection: Connection
  readonly header: number
  readonly reader: PacketReader
  name: string
  flags: number
  cleanStart: boolean
  /** An authentication method was named; refused once everything has been read. */
  authMethodNamed: boolean
  keepalive: number
  expiry: number
  receiveMaximum: number
  id: string
  assigned: boolean
  will: Will | undefined
  username: string | undefined
  password: Buffer | undefined
}

/** Ends a CONNECT: with a CONNACK that carries `code`, or without one. */
export function refuse(draft: Draft, code: number | undefined, ending: Ending, why: string): never {
  if (code !== undefined) sendConnack(draft.connection, false, code, maximumQos(draft.connection))
  throw new PacketFault(ending, why)
}

/** Faults in CONNECT are answered in MQTT 5 by a CONNACK with the fitting code. */
export function answering<T>(draft: Draft, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof PacketFault && draft.connection.protocol === 5) answer(draft.connection, error.ending)
    throw error
  }
}

function answer(connection: Connection, ending: Ending): void {
  const malformed = ending === 'malformed'
  if (!malformed && ending !== 'protocol' && ending !== 'duplicate-property') return
  sendConnack(connection, false, malformed ? REASON.malformed : REASON.protocolError, maximumQos(connection))
}

/** The line in the log, in Mosquitto's words. */
export function complain(draft: Draft, why: string): void {
  const { connection } = draft
  connection.broker.log.write('information', `Protocol error from ${connection.where}: CONNECT ${why}.`)
}

/** A code for MQTT 5, another for 3.x. */
export function either(draft: Draft, five: number, three: number): number {
  return draft.connection.protocol === 5 ? five : three
}
