import { decode } from '../proxy-header/index.js'

/** A TCP connection as its two ends saw it, to be written as packets. */
export interface RecordedConnection {
  readonly client: { readonly address: string; readonly port: number }
  readonly server: { readonly address: string; readonly port: number }
  /** Milliseconds since 1970 of the SYN. */
  readonly openedAt: number
  readonly chunks: readonly RecordedChunk[]
  readonly closedAt: number
  readonly closedBy: 'client' | 'server'
  readonly reset: boolean
}

export interface RecordedChunk {
  readonly from: 'client' | 'server'
  readonly at: number
  readonly bytes: Uint8Array
}

/** LINKTYPE_RAW: packets begin with their IP header. */
const linkTypeRaw = 101
const segment = 16_384
const flags = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const

/**
 * A pcapng file of connections that were recorded above TCP: handshake, segments and ends are made up around the bytes,
 * with right sequence numbers and checksums, so that Wireshark follows the streams.
 */
export function pcapngOf(connections: readonly RecordedConnection[], comment: string): Uint8Array {
  const packets = connections.flatMap(packetsOf).sort((a, b) => a.at - b.at)
  return Buffer.concat([pcapngBegin(comment), ...packets.map(pcapngPacket)])
}

/** What a pcapng file begins with: its section and the one interface. */
export function pcapngBegin(comment: string): Uint8Array {
  return Buffer.concat([sectionHeader(comment), interfaceBlock()])
}

export function pcapngPacket({ at, bytes }: WrittenPacket): Uint8Array {
  return packetBlock(at, bytes)
}

/** A packet that was made up around recorded bytes. */
export interface WrittenPacket {
  readonly at: number
  readonly bytes: Buffer
}

export type RecordedEnds = Pick<RecordedConnection, 'client' | 'server'>

/** Stands for the server's end where that is a Unix socket: decoders take it for MQTT. */
export const unixServerPort = 1883

type End = { readonly address: string; readonly port: number } | { readonly path: string }

/**
 * Ends that fit into packets: a Unix socket, or a client that has gone already, gets a port by the number of its
 * connection, so that no two connections are taken for one; IPv4 beside IPv6 is written as IPv6.
 */
export function recordedEnds(
  { client, server }: { readonly client: End; readonly server: End },
  connection: number,
): RecordedEnds {
  const own = 1024 + (connection % 64_000)
  const ends = { client: withPort(client, own), server: withPort(server, unixServerPort) }
  const six = ends.client.address.includes(':') || ends.server.address.includes(':')
  const mapped = ({ address, port }: RecordedEnds['client']) => ({
    address: six && !address.includes(':') ? `::ffff:${address}` : address,
    port,
  })
  return { client: mapped(ends.client), server: mapped(ends.server) }
}

function withPort(end: End, instead: number): RecordedEnds['client'] {
  if ('path' in end) return { address: '127.0.0.1', port: instead }
  // A name that could not be reached: nothing of it was sent.
  const address = /^[\d.]+$|:/.test(end.address) ? end.address : '127.0.0.1'
  return { address, port: end.port === 0 ? instead : end.port }
}

/** The packets of one connection as its bytes come: handshake, segments, ends, with sequence numbers that fit. */
export class ConnectionPackets {
  readonly #next = { client: 1000, server: 2000 }
  #first = true

  constructor(readonly ends: RecordedEnds) {}

  open(at: number): readonly WrittenPacket[] {
    return [
      this.#packet(at, 'client', flags.syn),
      this.#packet(at, 'server', flags.syn | flags.ack),
      this.#packet(at, 'client', flags.ack),
    ]
  }

  data(chunk: RecordedChunk): readonly WrittenPacket[] {
    const parts = this.#first && chunk.from === 'client' ? headerApart(chunk) : [chunk]
    if (chunk.from === 'client') this.#first = false
    return parts.flatMap(({ at, from, bytes }) => {
      const packets: WrittenPacket[] = []
      for (let start = 0; start < bytes.length; start += segment) {
        packets.push(this.#packet(at, from, flags.psh | flags.ack, bytes.subarray(start, start + segment)))
      }
      return packets
    })
  }

  close(at: number, by: 'client' | 'server', reset: boolean): readonly WrittenPacket[] {
    if (reset) return [this.#packet(at, by, flags.rst | flags.ack)]
    const other = by === 'client' ? 'server' : 'client'
    return [
      this.#packet(at, by, flags.fin | flags.ack),
      this.#packet(at, other, flags.fin | flags.ack),
      this.#packet(at, by, flags.ack),
    ]
  }

  #packet(at: number, from: 'client' | 'server', bits: number, data: Uint8Array = new Uint8Array()): WrittenPacket {
    const to = from === 'client' ? 'server' : 'client'
    const ack = bits & flags.ack ? this.#next[to] : 0
    const { [from]: source, [to]: target } = this.ends
    const bytes = ipPacket(source, target, tcpSegment(source.port, target.port, this.#next[from], ack, bits, data))
    this.#next[from] = (this.#next[from] + data.length + (bits & (flags.syn | flags.fin) ? 1 : 0)) >>> 0
    return { at, bytes }
  }
}

function packetsOf(one: RecordedConnection): readonly WrittenPacket[] {
  const packets = new ConnectionPackets(one)
  return [
    ...packets.open(one.openedAt),
    ...one.chunks.flatMap((chunk) => packets.data(chunk)),
    ...packets.close(one.closedAt, one.closedBy, one.reset),
  ]
}

/** A PROXY header gets a packet of its own: a dissector that takes it takes nothing else of that packet. */
function headerApart(chunk: RecordedChunk): readonly RecordedChunk[] {
  const decoded = decode(chunk.bytes)
  if (decoded.status !== 'header' || decoded.length >= chunk.bytes.length) return [chunk]
  const { length } = decoded
  return [
    { ...chunk, bytes: chunk.bytes.subarray(0, length) },
    { ...chunk, bytes: chunk.bytes.subarray(length) },
  ]
}

/** A script that tells Wireshark which ports speak MQTT; those where TLS begins are left to TLS. */
export function wiresharkScript(connections: readonly RecordedConnection[]): string {
  const plain = connections.filter((one) => one.chunks.find((chunk) => chunk.from === 'client')?.bytes[0] !== 0x16)
  return wiresharkPorts(plain.map((one) => one.server.port))
}

/** As `wiresharkScript`, of these ports. */
export function wiresharkPorts(all: readonly number[]): string {
  const ports = [...new Set(all)].sort((a, b) => a - b)
  return ports.map((port) => `DissectorTable.get("tcp.port"):add(${port}, Dissector.get("mqtt"))\n`).join('')
}

function tcpSegment(from: number, to: number, seq: number, ack: number, bits: number, data: Uint8Array): Buffer {
  const out = Buffer.alloc(20 + data.length)
  out.writeUInt16BE(from, 0)
  out.writeUInt16BE(to, 2)
  out.writeUInt32BE(seq >>> 0, 4)
  out.writeUInt32BE(ack >>> 0, 8)
  out[12] = 5 << 4
  out[13] = bits
  out.writeUInt16BE(65_535, 14)
  out.set(data, 20)
  return out
}

function ipPacket(from: { address: string }, to: { address: string }, tcp: Buffer): Buffer {
  const six = from.address.includes(':')
  const [source, destination] = six ? [ip6(from.address), ip6(to.address)] : [ip4(from.address), ip4(to.address)]
  const lengthAndProtocol = six ? Buffer.alloc(8) : Buffer.alloc(4)
  if (six) {
    lengthAndProtocol.writeUInt32BE(tcp.length, 0)
    lengthAndProtocol[7] = 6
  } else {
    lengthAndProtocol[1] = 6
    lengthAndProtocol.writeUInt16BE(tcp.length, 2)
  }
  tcp.writeUInt16BE(checksum(Buffer.concat([source, destination, lengthAndProtocol, tcp])), 16)
  const head = Buffer.alloc(six ? 8 : 12)
  if (six) {
    head[0] = 0x60
    head.writeUInt16BE(tcp.length, 4)
    head[6] = 6
    head[7] = 64
    return Buffer.concat([head, source, destination, tcp])
  }
  head[0] = 0x45
  head.writeUInt16BE(20 + tcp.length, 2)
  head[8] = 64
  head[9] = 6
  head.writeUInt16BE(checksum(Buffer.concat([head, source, destination])), 10)
  return Buffer.concat([head, source, destination, tcp])
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function ip4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number))
}

/** Loopback and documentation addresses only need `::` once; everything the sandbox uses is such an address. */
function ip6(address: string): Buffer {
  // `::ffff:127.0.0.1`: four bytes at the end stand for two words.
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  if (dotted !== null) {
    const out = ip6(`${dotted[1]}0:0`)
    out.set(ip4(dotted[2] ?? ''), 12)
    return out
  }
  const [head = '', tail = ''] = address.split('::')
  const words = (text: string) => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)))
  const [first, last] = [words(head), words(tail)]
  const all = [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last]
  const out = Buffer.alloc(16)
  for (const [index, word] of all.entries()) out.writeUInt16BE(word, index * 2)
  return out
}

function sectionHeader(comment: string): Buffer {
  const body = Buffer.alloc(16)
  body.writeUInt32LE(0x1a2b3c4d, 0)
  body.writeUInt16LE(1, 4)
  body.writeBigInt64LE(-1n, 8)
  return block(0x0a0d0d0a, Buffer.concat([body, option(1, Buffer.from(comment)), option(0, Buffer.alloc(0))]))
}

function interfaceBlock(): Buffer {
  const body = Buffer.alloc(8)
  body.writeUInt16LE(linkTypeRaw, 0)
  return block(1, body)
}

/** Times are microseconds, the default of an interface without an option that says otherwise. */
function packetBlock(at: number, bytes: Buffer): Buffer {
  const micros = BigInt(Math.round(at * 1000))
  const head = Buffer.alloc(20)
  head.writeUInt32LE(Number(micros >> 32n), 4)
  head.writeUInt32LE(Number(micros & 0xffffffffn), 8)
  head.writeUInt32LE(bytes.length, 12)
  head.writeUInt32LE(bytes.length, 16)
  return block(6, Buffer.concat([head, padded(bytes)]))
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(code, 0)
  head.writeUInt16LE(value.length, 2)
  return Buffer.concat([head, padded(value)])
}

function block(type: number, body: Buffer): Buffer {
  const out = Buffer.alloc(12 + body.length)
  out.writeUInt32LE(type, 0)
  out.writeUInt32LE(out.length, 4)
  out.set(body, 8)
  out.writeUInt32LE(out.length, out.length - 4)
  return out
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}
