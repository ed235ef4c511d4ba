import { describe, expect, it } from 'vitest'
import { encode } from '../../../src/proxy-header/index.js'
import { HeaderCapture } from '../../../src/stories/header/pcap.js'

const header = Buffer.from(
  encode({
    version: 2,
    source: { address: '203.0.113.7', port: 56324 },
    destination: { address: '192.0.2.1', port: 1883 },
    ssl: { version: 'TLSv1.3', cn: 'sensor-17' },
  }),
)
const connect = Buffer.from('100c00044d51545404020000000161'.replace(/ /g, ''), 'hex')

interface Sent {
  readonly seq: number
  readonly payload?: Buffer
  readonly syn?: boolean
  readonly port?: number
}

/** A TCP segment from 10.0.0.1 to 10.0.0.2:1884 in an IPv4 packet. */
function ip4({ seq, payload = Buffer.alloc(0), syn = false, port = 4000 }: Sent): Buffer {
  const packet = Buffer.alloc(40)
  packet[0] = 0x45
  packet.writeUInt16BE(40 + payload.length, 2)
  packet[9] = 6
  packet.set([10, 0, 0, 1, 10, 0, 0, 2], 12)
  packet.writeUInt16BE(port, 20)
  packet.writeUInt16BE(1884, 22)
  packet.writeUInt32BE(seq >>> 0, 24)
  packet[32] = 0x50
  packet[33] = syn ? 0x02 : 0x18
  return Buffer.concat([packet, payload])
}

/** The same from ::1 to ::1 in IPv6, behind a hop-by-hop header. */
function ip6({ seq, payload = Buffer.alloc(0), syn = false }: Sent): Buffer {
  const tcp = ip4({ seq, payload, syn }).subarray(20)
  const packet = Buffer.alloc(48)
  packet[0] = 0x60
  packet.writeUInt16BE(8 + tcp.length, 4)
  packet[6] = 0
  packet[23] = 1
  packet[39] = 1
  packet[40] = 6
  return Buffer.concat([packet, tcp])
}

function ethernet(ip: Buffer, type = 0x0800): Buffer {
  const frame = Buffer.alloc(18)
  frame.writeUInt16BE(0x8100, 12)
  frame.writeUInt16BE(type, 16)
  return Buffer.concat([frame, ip])
}

function pcap(packets: readonly Buffer[], linkType = 1, little = true): Buffer {
  const u32 = (value: number) => {
    const out = Buffer.alloc(4)
    if (little) out.writeUInt32LE(value >>> 0)
    else out.writeUInt32BE(value >>> 0)
    return out
  }
  const head = [u32(0xa1b2c3d4), u32(little ? 0x00040002 : 0x00020004), u32(0), u32(0), u32(65535), u32(linkType)]
  const records = packets.flatMap((packet) => [u32(0), u32(0), u32(packet.length), u32(packet.length), packet])
  return Buffer.concat([...head, ...records])
}

function pcapng(packets: readonly Buffer[], linkType: number): Buffer {
  const block = (type: number, body: Buffer) => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)])
    const out = Buffer.alloc(12 + padded.length)
    out.writeUInt32LE(type, 0)
    out.writeUInt32LE(out.length, 4)
    padded.copy(out, 8)
    out.writeUInt32LE(out.length, out.length - 4)
    return out
  }
  const section = Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex')
  const device = Buffer.alloc(8)
  device.writeUInt16LE(linkType, 0)
  const blocks = packets.map((packet) => {
    const fixed = Buffer.alloc(20)
    fixed.writeUInt32LE(packet.length, 12)
    fixed.writeUInt32LE(packet.length, 16)
    return block(6, Buffer.concat([fixed, packet]))
  })
  return Buffer.concat([block(0x0a0d0d0a, section), block(1, device), ...blocks])
}

function read(file: Buffer, chunk = file.length) {
  const capture = new HeaderCapture()
  const found = []
  for (let at = 0; at < file.length; at += chunk) found.push(...capture.push(file.subarray(at, at + chunk)))
  return [...found, ...capture.end()].map(({ flow, decoded, bytes }) => ({
    flow,
    status: decoded.status,
    cn: decoded.status === 'header' ? decoded.header.ssl?.cn : undefined,
    bytes: bytes.length,
  }))
}

const flow = '10.0.0.1:4000 → 10.0.0.2:1884'
const simple = [ip4({ seq: 99, syn: true }), ip4({ seq: 100, payload: Buffer.concat([header, connect]) })]
const found = [{ flow, status: 'header', cn: 'sensor-17', bytes: header.length + connect.length }]

describe('a header in a capture', () => {
  it.each([
    ['pcap, little endian, raw IP', pcap(simple, 101)],
    ['pcap, big endian, raw IP', pcap(simple, 101, false)],
    ['pcap, Ethernet with a VLAN tag', pcap(simple.map((packet) => ethernet(packet)))],
    [
      'pcap, BSD loopback',
      pcap(
        simple.map((packet) => Buffer.concat([Buffer.from('02000000', 'hex'), packet])),
        0,
      ),
    ],
    [
      'pcap, Linux cooked',
      pcap(
        simple.map((packet) => Buffer.concat([Buffer.alloc(16), packet])),
        113,
      ),
    ],
    ['pcapng, raw IP', pcapng(simple, 101)],
  ])('is found in %s, in any pieces of the file', (_, file) => {
    expect(read(file)).toEqual(found)
    expect(read(file, 1)).toEqual(found)
    expect(read(file, 37)).toEqual(found)
  })

  it('is found over IPv6', () => {
    const packets = [ip6({ seq: 99, syn: true }), ip6({ seq: 100, payload: header })]
    expect(read(pcap(packets, 101))).toMatchObject([{ flow: '[::1]:4000 → [::1]:1884', cn: 'sensor-17' }])
  })

  it('is put together from segments out of order, sent twice and overlapping, also across the wrap of sequence numbers', () => {
    for (const start of [100, 0xffffffff - 10]) {
      const part = (from: number, to: number) => ip4({ seq: start + from, payload: header.subarray(from, to) })
      const packets = [
        ip4({ seq: start - 1, syn: true }),
        part(30, 40),
        part(0, 20),
        part(0, 20),
        part(15, 30),
        part(40, header.length),
      ]
      expect(read(pcap(packets, 101))).toEqual([{ flow, status: 'header', cn: 'sensor-17', bytes: header.length }])
    }
  })

  it('is told to be cut off when the capture ends in it', () => {
    expect(
      read(pcap([ip4({ seq: 99, syn: true }), ip4({ seq: 100, payload: header.subarray(0, 30) })], 101)),
    ).toMatchObject([{ status: 'more', bytes: 30 }])
  })

  it('is looked for once a connection: bytes that look like one later are not', () => {
    const packets = [...simple, ip4({ seq: 100 + header.length + connect.length, payload: header })]
    expect(read(pcap(packets, 101))).toEqual(found)
    const reused = [...simple, ip4({ seq: 5000, syn: true }), ip4({ seq: 5001, payload: header })]
    expect(read(pcap(reused, 101)).length).toBe(2)
  })

  it('is not found in anything else: each stream says what it begins with', () => {
    const mqtt = ip4({ seq: 1, payload: connect, port: 4001 })
    expect(read(pcap([mqtt], 101))).toMatchObject([{ status: 'error', flow: '10.0.0.1:4001 → 10.0.0.2:1884' }])
    expect(read(pcap([Buffer.from('deadbeef', 'hex'), Buffer.alloc(60)], 1))).toEqual([])
  })
})

it('refuses what is no capture, and lengths that cannot be', () => {
  expect(() => new HeaderCapture().push(Buffer.from('not a capture at all, really'))).toThrow(/neither pcap/)
  const broken = pcap(simple, 101)
  broken.writeUInt32LE(0x7fffffff, 24 + 8)
  expect(() => new HeaderCapture().push(broken)).toThrow(/packet of/)
})
