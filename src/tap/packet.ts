import { PacketFault } from '../mqtt-wire/packet-fault.js'
import { PacketReader } from '../mqtt-wire/packet-reader.js'
import { PACKET, type PacketName, packetNames } from '../mqtt-wire/packet-types.js'
import { PROPERTY, type Property, readProperties, WILL } from '../mqtt-wire/properties.js'
import type { FramedPacket } from './framer.js'

/** One MQTT control packet as it was seen; fields that its type does not have are absent. */
export interface MqttPacket {
  readonly name: PacketName
  /** Bytes on the wire. */
  readonly length: number
  /** False: longer than what is kept, so the end of its fields is not known. */
  readonly whole: boolean
  /** Why its fields could not all be read. */
  readonly malformed?: string
  readonly version?: number
  readonly clientId?: string
  readonly clean?: boolean
  /** Seconds. */
  readonly keepalive?: number
  readonly username?: string
  readonly password?: Uint8Array
  readonly will?: {
    readonly topic: string
    readonly qos: number
    readonly retain: boolean
    readonly payload: Uint8Array
  }
  readonly id?: number
  readonly qos?: number
  readonly dup?: boolean
  readonly retain?: boolean
  readonly topic?: string
  readonly payload?: Uint8Array
  readonly sessionPresent?: boolean
  readonly code?: number
  readonly codes?: readonly number[]
  readonly filters?: readonly { readonly filter: string; readonly qos: number | undefined }[]
  readonly properties?: readonly { readonly name: string; readonly value: string | number }[]
}

type Fields = { -readonly [Key in keyof MqttPacket]: MqttPacket[Key] }

/** Reads a packet of a connection that speaks `version` (undefined: its CONNECT was not seen, 3.1.1 is assumed). */
export function readPacket(framed: FramedPacket, version: number | undefined): MqttPacket {
  const name = packetNames[(framed.first >> 4) - 1] ?? 'AUTH'
  const fields: Fields = { name, length: framed.length, whole: framed.whole }
  try {
    read(fields, framed, version ?? 4)
  } catch (error) {
    if (!(error instanceof PacketFault)) throw error
    if (framed.whole) fields.malformed = error.message
  }
  return fields
}

function read(out: Fields, { first, body, whole }: FramedPacket, version: number): void {
  const reader = new PacketReader(body)
  const five = version === 5
  switch (out.name) {
    case 'CONNECT':
      readConnect(out, reader)
      return
    case 'CONNACK':
      out.sessionPresent = (reader.u8() & 1) === 1
      out.code = reader.u8()
      if (five) properties(out, reader, PACKET.connack)
      end(reader)
      return
    case 'PUBLISH':
      out.dup = (first & 0x08) !== 0
      out.qos = (first >> 1) & 3
      out.retain = (first & 1) !== 0
      out.topic = reader.string()
      if (out.qos > 0) out.id = reader.u16()
      if (five) properties(out, reader, PACKET.publish)
      out.payload = reader.rest()
      if (out.qos === 3) throw new PacketFault('malformed', 'QoS 3 does not exist')
      return
    case 'PUBACK':
    case 'PUBREC':
    case 'PUBREL':
    case 'PUBCOMP':
      out.id = reader.u16()
      if (five && reader.left > 0) out.code = reader.u8()
      if (five && reader.left > 0) properties(out, reader, first & 0xf0)
      end(reader)
      return
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE': {
      const subscribe = out.name === 'SUBSCRIBE'
      out.id = reader.u16()
      if (five) properties(out, reader, first & 0xf0)
      const filters: { filter: string; qos: number | undefined }[] = []
      out.filters = filters
      while (reader.left > 0) filters.push({ filter: reader.string(), qos: subscribe ? reader.u8() & 3 : undefined })
      return
    }
    case 'SUBACK':
    case 'UNSUBACK':
      out.id = reader.u16()
      if (five) properties(out, reader, first & 0xf0)
      out.codes = [...reader.rest()]
      return
    case 'DISCONNECT':
    case 'AUTH':
      if (five && reader.left > 0) out.code = reader.u8()
      if (five && reader.left > 0) properties(out, reader, first & 0xf0)
      if (whole) end(reader)
      return
    default:
      end(reader)
      return
  }
}

/** CONNECT (3.1): the flags say which fields follow. */
function readConnect(out: Fields, reader: PacketReader): void {
  const protocol = reader.string()
  out.version = reader.u8()
  if (protocol !== 'MQTT' && protocol !== 'MQIsdp') throw new PacketFault('malformed', 'the protocol name is not MQTT')
  const five = out.version === 5
  const flags = reader.u8()
  out.clean = (flags & 0x02) !== 0
  out.keepalive = reader.u16()
  if (five) properties(out, reader, PACKET.connect)
  out.clientId = reader.string()
  if (flags & 0x04) {
    if (five) readProperties(reader, WILL)
    const topic = reader.string()
    out.will = { topic, qos: (flags >> 3) & 3, retain: (flags & 0x20) !== 0, payload: reader.binary() }
  }
  if (flags & 0x80) out.username = reader.string()
  if (flags & 0x40) out.password = reader.binary()
  end(reader)
}

function end(reader: PacketReader): void {
  if (reader.left > 0) throw new PacketFault('malformed', `${reader.left} bytes too many at its end`)
}

const secret: ReadonlySet<number> = new Set([PROPERTY.authData])
const names = new Map<number, string>(Object.entries(PROPERTY).map(([name, id]) => [id, name]))

function properties(out: Fields, reader: PacketReader, packet: number): void {
  const found = readProperties(reader, packet)
  if (found.length > 0) out.properties = found.map(described)
}

function described({ id, value, data }: Property): { readonly name: string; readonly value: string | number } {
  const name = names.get(id) ?? `0x${id.toString(16)}`
  if (secret.has(id)) return { name, value: `${data?.length ?? 0} bytes, hidden` }
  return { name, value: data === undefined ? value : `${data.length} bytes` }
}
