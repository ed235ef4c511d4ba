/**
 * Packets, good and broken, whole and in pieces, against the embedded broker in this process. It may refuse all of
 * them, but never fail in a way of its own, answer what is no packet, or keep anything once its clients have gone.
 */
import { Broker } from '../../dist/mqtt-server/broker.js'
import { openConnection } from '../../dist/mqtt-server/open.js'
import { openListener } from '../../dist/mqtt-server/options.js'
import { connectPacket, packet, publish, pubrel, subscribe, text, unsubscribe } from './client.mjs'
import { randomFrom } from './random.mjs'

const listener = openListener({ host: '127.0.0.1', port: 1883 })
/** Packets a server sends (MQTT 5.0, table 2-1). */
const fromServer = new Set([2, 3, 4, 5, 6, 7, 9, 11, 13, 14, 15])

export function run({ seed, runs = 100_000, row }) {
  const random = randomFrom(seed)
  const counts = { packets: 0, refused: 0, answers: 0 }
  for (let at = 0; at < runs; at += 1) {
    const wrong = conversation(random, counts)
    if (wrong === undefined) continue
    row(false, `conversation ${at} of seed ${seed}`, [wrong])
    return
  }
  row(true, `${runs} conversations`, [
    `${counts.packets} packets in, ${counts.answers} out, ${counts.refused} connections refused, no defect`,
  ])
}

function conversation(random, counts) {
  const faults = []
  const later = []
  const log = { wants: () => true, write: (_, line) => /defect/.test(line) && faults.push(line) }
  const clock = { now: () => 1_000_000_000_000 }
  const broker = new Broker({ clock, random: (n) => random.bytes(n), log, limits: {}, later: (go) => later.push(go) })
  const peers = Array.from({ length: 1 + random.below(2) }, () => peerOf(broker))
  for (let step = 1 + random.below(8); step > 0; step -= 1) {
    const peer = random.pick(peers)
    const sent = someBytes(random, peer)
    counts.packets += 1
    for (const piece of pieces(random, sent)) peer.connection.receive(piece)
    for (let go = later.shift(); go; go = later.shift()) go()
    if (faults.length > 0) return `${faults[0]}\n     input ${sent.toString('hex')}`
  }
  for (const peer of peers) {
    counts.refused += peer.ends
    peer.connection.lost()
    if (peer.ends !== 1) return `its connection was ended ${peer.ends} times`
    const answered = packetsIn(Buffer.concat(peer.out))
    if (typeof answered === 'string') return answered
    counts.answers += answered
  }
  return broker.budget.bytes < 0 ? `the budget stands at ${broker.budget.bytes} bytes` : undefined
}

function peerOf(broker) {
  const client = { address: '192.0.2.5', port: 4242 }
  const arrival = { peer: client, client, header: undefined, tls: undefined, identity: undefined }
  const peer = { out: [], ends: 0, begun: false }
  const transport = {
    waiting: 0,
    write: (bytes) => peer.out.push(Buffer.from(bytes)),
    end: () => {
      peer.ends += 1
    },
    pause: () => {},
    resume: () => {},
  }
  peer.connection = openConnection(broker, listener, arrival, transport)
  return peer
}

function someBytes(random, peer) {
  const first = !peer.begun
  peer.begun = true
  const good = first && random.below(10) > 0 ? goodConnect(random, peer) : goodPacket(random, peer)
  switch (random.below(first ? 6 : 3)) {
    case 0: {
      const bent = Buffer.from(good)
      for (let n = random.below(3); n >= 0; n -= 1) bent[random.below(bent.length)] = random.below(256)
      return bent
    }
    case 1:
      return random.below(4) === 0 ? random.bytes(random.below(60)) : good.subarray(0, random.below(good.length + 1))
    default:
      return good
  }
}

function goodConnect(random, peer) {
  peer.level = random.pick([4, 5])
  return connectPacket(random.pick(['', 'a', 'b']), { level: peer.level, flags: random.pick([0, 2, 2]) })
}

const topics = ['a', 'a/b', '#', '+/b', '$share/g/a', '$SYS/#', 'a/+/c', '', 'x'.repeat(300)]

function goodPacket(random, peer) {
  const id = 1 + random.below(3)
  const properties = peer.level === 5 ? Buffer.from([0]) : Buffer.alloc(0)
  const two = Buffer.from([0, id])
  switch (random.below(10)) {
    case 0:
      return packet(0x82, two, properties, text(random.pick(topics)), Buffer.from([random.below(3)]))
    case 1:
      return packet(0xa2, two, properties, text(random.pick(topics)))
    case 2:
    case 3: {
      const qos = random.below(3)
      const head = 0x30 | (qos << 1) | random.below(2) | (random.below(4) === 0 ? 8 : 0)
      const topic = text(random.pick(topics))
      return packet(head, topic, qos > 0 ? two : Buffer.alloc(0), properties, random.bytes(random.below(40)))
    }
    case 4:
      return packet(random.pick([0x40, 0x50, 0x62, 0x70]), two)
    case 5:
      return Buffer.from([0xc0, 0])
    case 6:
      return Buffer.from([0xe0, 0])
    case 7:
      return Buffer.concat([publish('a', random.bytes(3), { qos: 2, id }), pubrel(id)])
    case 8:
      return random.pick([subscribe(['a', 'a/b']), unsubscribe(['a']), packet(0xf0, Buffer.from([0x18, 0]))])
    default:
      return connectPacket('b', { level: peer.level ?? 4 })
  }
}

function pieces(random, bytes) {
  if (random.below(2) === 0) return [bytes]
  const cut = random.below(bytes.length + 1)
  return [bytes.subarray(0, cut), bytes.subarray(cut)]
}

/** How many whole packets stand in these bytes; a sentence where they are none. */
function packetsIn(bytes) {
  let count = 0
  for (let at = 0; at < bytes.length; count += 1) {
    if (!fromServer.has(bytes[at] >> 4)) return `it sent a packet of type ${bytes[at] >> 4}`
    let length = 0
    let shift = 0
    let next = at + 1
    for (;;) {
      const byte = bytes[next]
      if (byte === undefined || shift > 21) return 'it sent a length that is none'
      length += (byte & 127) << shift
      shift += 7
      next += 1
      if (byte < 128) break
    }
    at = next + length
    if (at > bytes.length) return 'it sent half a packet'
  }
  return count
}
