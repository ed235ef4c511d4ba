import { expect, test } from 'vitest'
import { PcapReader } from '../../src/capture/pcap.js'
import { pcapngOf, type RecordedConnection, recordedEnds, wiresharkScript } from '../../src/capture/pcapng.js'
import { headerOf, timelineOf } from '../../src/check/timeline.js'
import { encode } from '../../src/proxy-header/encode.js'

const header = encode({
  version: 2,
  source: { address: '127.0.0.2', port: 48014 },
  destination: { address: '127.0.0.1', port: 1883 },
})
const connect = Buffer.from('100c00044d51545404020000', 'hex')

const recorded: RecordedConnection = {
  client: { address: '127.0.0.1', port: 40000 },
  server: { address: '127.0.0.1', port: 1884 },
  openedAt: 1_000_000,
  chunks: [
    { from: 'client', at: 1_000_001, bytes: Buffer.concat([header, connect]) },
    { from: 'server', at: 1_000_002, bytes: Buffer.from('20020000', 'hex') },
  ],
  closedAt: 1_000_003,
  closedBy: 'client',
  reset: false,
}

const sum = (bytes: Uint8Array) => {
  let total = 0
  for (let at = 0; at < bytes.length; at += 2) total += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0)
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16)
  return total
}

test('a recording reads back as packets with the bytes in them', () => {
  const packets = new PcapReader().push(pcapngOf([recorded], 'a comment'))
  expect(packets).toHaveLength(9)
  expect(packets.every((one) => one.linkType === 101)).toBe(true)
  // The header has a packet of its own: Wireshark decodes nothing else of the packet that holds one.
  const payload = (index: number) => Buffer.from(packets[index]?.bytes.subarray(40) ?? [])
  expect(payload(3).equals(header)).toBe(true)
  expect(payload(4).equals(connect)).toBe(true)
})

test('Wireshark is told the ports that speak MQTT, not those that begin with TLS', () => {
  const hello = Buffer.from('160301', 'hex')
  const secure = {
    ...recorded,
    server: { address: '127.0.0.1', port: 8883 },
    chunks: [{ from: 'client' as const, at: 1_000_001, bytes: hello }],
  }
  const script = wiresharkScript([recorded, recorded, secure])
  expect(script.match(/add\((\d+)/g)).toEqual(['add(1884'])
})

test('Unix sockets, clients that have gone and mixed families get ends that fit into packets', () => {
  const unix = { client: { path: '' }, server: { path: '/run/m.sock' } }
  expect(recordedEnds(unix, 7)).toEqual({
    client: { address: '127.0.0.1', port: 1031 },
    server: { address: '127.0.0.1', port: 1883 },
  })
  // No two connections are one stream.
  const ports = Array.from({ length: 64_000 }, (_, at) => recordedEnds(unix, at).client.port)
  expect(new Set(ports).size).toBe(64_000)
  expect(Math.max(...ports)).toBeLessThan(65_536)
  const gone = { client: { address: '127.0.0.2', port: 0 }, server: { address: 'broker.example', port: 1884 } }
  expect(recordedEnds(gone, 1)).toEqual({
    client: { address: '127.0.0.2', port: 1025 },
    server: { address: '127.0.0.1', port: 1884 },
  })
  const mixed = recordedEnds({ client: { address: '127.0.0.2', port: 5 }, server: { address: '::1', port: 6 } }, 1)
  expect(mixed).toEqual({ client: { address: '::ffff:127.0.0.2', port: 5 }, server: { address: '::1', port: 6 } })
  const [first] = new PcapReader().push(pcapngOf([{ ...recorded, ...mixed }], ''))
  expect(Buffer.from(first?.bytes.subarray(8, 40) ?? []).toString('hex')).toBe(
    `${'0'.repeat(20)}ffff7f000002${'0'.repeat(31)}1`,
  )
})

test('IP and TCP checksums are right, in IPv4 and IPv6', () => {
  for (const address of ['127.0.0.1', '::1']) {
    const one = { ...recorded, client: { address, port: 1 }, server: { address, port: 2 } }
    for (const { bytes } of new PcapReader().push(pcapngOf([one], ''))) {
      const six = address.includes(':')
      const tcp = bytes.subarray(six ? 40 : 20)
      const ends = bytes.subarray(six ? 8 : 12, six ? 40 : 20)
      const pseudo = Buffer.concat([ends, Buffer.from([0, 6, tcp.length >> 8, tcp.length & 0xff]), tcp])
      if (!six) expect(sum(bytes.subarray(0, 20))).toBe(0xffff)
      expect(sum(pseudo)).toBe(0xffff)
    }
  }
})

test('the story names header, packets and the end', () => {
  const events = timelineOf([{ client: 'haproxy', server: 'broker', connections: [recorded] }])
  expect(events.map((event) => `${event.from} ${event.label}`)).toEqual([
    'haproxy TCP connect',
    'haproxy PROXY v2 PROXY, 28 B; CONNECT, 12 B',
    'broker CONNACK, 4 B',
    'haproxy FIN',
  ])
  expect(headerOf([recorded])).toBe(Buffer.from(header).toString('hex'))
})
