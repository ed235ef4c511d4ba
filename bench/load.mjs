/**
 * The load generator itself, so that it is known not to be what `bench` measures: connections a second beside what the
 * embedded broker takes, messages out of Mosquitto to 20 subscribers beside a loop that only counts bytes, and sessions
 * held, in a process of its own (`held.mjs`).
 */
import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { runLoad } from '../dist/host/load/run-load.js'
import { main } from './outcome.mjs'
import { findMosquitto, median, startMosquitto, startNode } from './servers.mjs'
import { options, wayTo } from './way.mjs'

const subscribers = 20
const payload = 100

/** Connections a second of processor time: of the generator, and of the embedded broker that it talks to. */
async function connections(server, ms) {
  const before = await server.stats()
  const own = process.cpuUsage()
  const load = await runLoad(options(server.port, { measure: 'connections', durationMs: ms }))
  const { user, system } = process.cpuUsage(own)
  const after = await server.stats()
  const per = (us) => (load.done * 1e6) / us
  return { rate: (load.done * 1000) / ms, generator: per(user + system), server: per(after.cpu - before.cpu) }
}

/** Deliveries a second by raw sockets: messages made beforehand, bytes counted, nothing read of them. */
async function bareLoop(port, ms) {
  const id = Math.random().toString(36).slice(2, 8)
  const topic = Buffer.from(`bare/${id}`)
  const name = (n) => Buffer.from(`bare-${id}-${n}`)
  const packet = (type, ...parts) => {
    const body = Buffer.concat(parts)
    const length = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7]
    return Buffer.concat([Buffer.from([type, ...length]), body])
  }
  const text = (bytes) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
  const message = packet(0x30, text(topic), Buffer.alloc(payload))
  const way = wayTo(port)
  let bytes = 0
  const client = (n, more) =>
    new Promise((resolve, reject) => {
      const hello = packet(0x10, Buffer.from('00044d5154540402003c', 'hex'), text(name(n)))
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => socket.write(Buffer.concat([way(n).preface[0].bytes, hello, more])))
      const wanted = 4 + (more.length > 0 ? 5 : 0)
      let heard = 0
      socket.on('data', (chunk) => {
        if (heard < wanted) {
          heard += chunk.length
          if (heard >= wanted) resolve(socket)
        } else bytes += chunk.length
      })
    })
  const subscribe = packet(0x82, Buffer.from([0, 1]), text(topic), Buffer.from([0]))
  const readers = await Promise.all(Array.from({ length: subscribers }, (_, n) => client(n, subscribe)))
  const writer = await client(subscribers, Buffer.alloc(0))
  const batch = Buffer.concat(Array.from({ length: 64 }, () => message))
  let sent = 0
  const begin = performance.now()
  while (performance.now() - begin < ms) {
    if (sent - bytes / message.length / subscribers < 1000) {
      sent += 64
      writer.write(batch)
      await new Promise((resolve) => setImmediate(resolve))
    } else await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const rate = (bytes / message.length / (performance.now() - begin)) * 1000
  for (const socket of [...readers, writer]) socket.resetAndDestroy()
  return rate
}

function held(port, count) {
  const text = execFileSync(process.execPath, [
    '--expose-gc',
    join(import.meta.dirname, 'held.mjs'),
    String(port),
    String(count),
  ])
  return JSON.parse(text)
}

export async function run({ rounds = 5, ms = 1000, sessions = 5000 } = {}) {
  const program = findMosquitto()
  const ours = await startNode('ours')
  const mosquitto = program && (await startMosquitto(program))
  try {
    await connections(ours, 500)
    const connects = []
    for (let round = 0; round < rounds; round += 1) connects.push(await connections(ours, ms))
    const of = (name) => median(connects.map((one) => one[name]))
    const result = { connect: { rate: of('rate'), generator: of('generator'), server: of('server') } }
    if (mosquitto) {
      const [out, bare] = [[], []]
      for (let round = 0; round <= rounds; round += 1) {
        const load = await runLoad(options(mosquitto.port, { subscribers, payload, durationMs: ms }))
        const loop = await bareLoop(mosquitto.port, ms)
        // The first round warms up.
        if (round === 0) continue
        out.push((load.done * 1000) / load.spanMs)
        bare.push(loop)
      }
      result.out = { rate: median(out), bare: median(bare) }
    }
    return { ...result, held: held((mosquitto ?? ours).port, sessions) }
  } finally {
    await Promise.all([ours.stop(), mosquitto?.stop()])
  }
}

export function format({ connect: connects, out, held: { sessions, ms, bytesEach } }) {
  const k = (rate) => `${(rate / 1000).toFixed(1)} k/s`
  return [
    `connections         ${k(connects.rate)}; in a second of processor time the generator makes ${k(connects.generator)}, the embedded broker takes ${k(connects.server)}: ${(connects.generator / connects.server).toFixed(2)} times`,
    out === undefined
      ? 'messages            Mosquitto was not found: mqtt-proxy tools install mosquitto'
      : `messages            ${k(out.rate)} out of Mosquitto to ${subscribers} subscribers; a bare socket loop ${k(out.bare)}: ${(out.rate / out.bare).toFixed(2)} of it`,
    `sessions held       ${sessions} in ${(ms / 1000).toFixed(2)} s, ${(bytesEach / 1000).toFixed(1)} kB each of the generator`,
  ].join('\n')
}

export function judge({ connect: connects, out, held: { sessions, ms, bytesEach } }) {
  const target = (id, title, ok, expected, actual) => ({ id, title, ok, expected, actual })
  const times = connects.generator / connects.server
  const targets = [
    target(
      'connections',
      'the generator makes at least 1.5 times the connections that the embedded broker takes',
      times >= 1.5,
      'at least 1.5 times',
      `${times.toFixed(2)} times`,
    ),
    target(
      'held',
      `${sessions} sessions come in within 10 s`,
      ms < 10_000,
      'less than 10 s',
      `${(ms / 1000).toFixed(2)} s`,
    ),
    target(
      'memory',
      'a session held takes less than 20 kB of the generator',
      bytesEach < 20_000,
      'less than 20 kB',
      `${(bytesEach / 1000).toFixed(1)} kB`,
    ),
  ]
  if (out === undefined) return { targets }
  const fast = target(
    'messages',
    'at least 100,000 messages a second come out of Mosquitto to 20 subscribers',
    out.rate >= 100_000,
    'at least 100 k/s',
    `${(out.rate / 1000).toFixed(1)} k/s`,
  )
  return { targets: [...targets, fast] }
}

await main(import.meta.url, { name: 'load', title: 'The load generator', run, format, judge })
