import { quoted } from '../../kernel/printable.js'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { PacketReader } from '../../mqtt-wire/packet-reader.js'
import { PACKET, packetNames } from '../../mqtt-wire/packet-types.js'
import { readProperties, WILL } from '../../mqtt-wire/properties.js'

/** What a CONNECT asks for, as far as a broker's first answer depends on it. */
export interface ConnectFields {
  readonly name: string
  /** 3, 4 or 5; the bit of a bridge is taken off. */
  readonly level: number
  readonly clean: boolean
  /** Seconds. */
  readonly keepalive: number
  readonly clientId: string
  readonly username: boolean
  readonly password: boolean
}

/** What the bytes of a health check are as the first MQTT packet. */
export type FirstPacket =
  | { readonly kind: 'connect'; readonly connect: ConnectFields; readonly bytes: number }
  /** Its length promises more than there is: the broker waits. `exact`: all fields are there, only the length is wrong. */
  | {
      readonly kind: 'unfinished'
      readonly promised: number
      readonly there: number
      readonly exact: boolean
      readonly connect: ConnectFields | undefined
    }
  /** `exact`: the fields end where the bytes do, only the length is wrong. */
  | { readonly kind: 'malformed'; readonly why: string; readonly promised: number; readonly exact: boolean }
  /** `first`: MQTT's name of what it begins with, where it has one. */
  | { readonly kind: 'other'; readonly first: string | undefined }

/** Reads the first packet of what a health check sends (MQTT 5.0 and 3.1.1, 3.1); undefined where nothing is sent. */
export function firstPacket(bytes: Buffer): FirstPacket | undefined {
  const [first] = bytes
  if (first === undefined) return undefined
  if ((first & 0xf0) !== PACKET.connect) return { kind: 'other', first: nameOf(first) }
  if (bytes.length === 1) return { kind: 'unfinished', promised: 0, there: 0, exact: false, connect: undefined }
  const header = new PacketReader(bytes, 1)
  const promised = read(() => header.varint())
  if (typeof promised === 'string') {
    const open = bytes.length < 5 && bytes.subarray(1).every((one) => one >= 0x80)
    if (open) return { kind: 'unfinished', promised: 0, there: 0, exact: false, connect: undefined }
    return { kind: 'malformed', why: promised, promised: 0, exact: false }
  }
  const there = header.left
  if (first !== PACKET.connect) return { kind: 'malformed', why: 'flags in its first byte', promised, exact: false }
  const whole = read(() => fieldsIn(new PacketReader(bytes, header.at)))
  const exact = typeof whole !== 'string' && whole.left === 0
  if (promised > there) {
    const connect = typeof whole === 'string' ? undefined : whole.connect
    return { kind: 'unfinished', promised, there, exact, connect }
  }
  const end = header.at + promised
  const inside = read(() => fieldsIn(new PacketReader(bytes, header.at, end)))
  if (typeof inside === 'string') return { kind: 'malformed', why: inside, promised, exact }
  if (inside.left > 0) return { kind: 'malformed', why: `${inside.left} bytes behind its last field`, promised, exact }
  return { kind: 'connect', connect: inside.connect, bytes: end }
}

function read<T>(what: () => T): T | string {
  try {
    return what()
  } catch (error) {
    if (error instanceof PacketFault) return error.message
    throw error
  }
}

function refuse(message: string): never {
  throw new PacketFault('malformed', message)
}

/** @throws PacketFault */
function fieldsIn(reader: PacketReader): { readonly connect: ConnectFields; readonly left: number } {
  const name = reader.string()
  const level = reader.u8() & 0x7f
  if (name !== 'MQTT' && name !== 'MQIsdp') refuse(`the protocol name is ${quoted(name)}`)
  const flags = reader.u8()
  const [username, password, retain] = [flags & 0x80, flags & 0x40, flags & 0x20].map((bit) => bit !== 0)
  const qos = (flags >> 3) & 3
  const will = (flags & 4) !== 0
  const keepalive = reader.u16()
  const five = level === 5
  if ((flags & 1) !== 0) refuse('the reserved bit of its flags is set')
  if (qos === 3 || (!will && (qos > 0 || retain))) refuse('its flags speak of a will that is not there')
  if (password && !username && !five) refuse('a password without a username')
  if (five) readProperties(reader, PACKET.connect)
  const clientId = reader.string()
  if (will) {
    if (five) readProperties(reader, WILL)
    reader.string()
    reader.binary()
  }
  if (username) reader.string()
  if (password) reader.binary()
  const connect: ConnectFields = {
    name,
    level,
    clean: (flags & 2) !== 0,
    keepalive,
    clientId,
    username: username === true,
    password: password === true,
  }
  return { connect, left: reader.left }
}

/** HTTP and TLS begin with bytes that MQTT has names for as well. */
function nameOf(first: number): string | undefined {
  return first >= 0x20 && first < 0x7f ? undefined : packetNames[(first >> 4) - 1]
}
