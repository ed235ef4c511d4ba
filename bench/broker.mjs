/**
 * Speed of the embedded broker: TCP connect to CONNACK behind a v2 header with SSL and CN, 64 in flight, beside aedes
 * with the header stripped in front of it, a bare mqtt-packet server, and real Mosquitto where it is found; then idle
 * connections held. Each server is a process of its own, all in one run, in turns. Alone: `node bench/broker.mjs`.
 */
import { connect } from 'node:net'
import { encode } from '../dist/proxy-header/index.js'
import { main } from './outcome.mjs'
import { findMosquitto, median, startMosquitto, startNode } from './servers.mjs'

/** Header and CONNECT in one write, as HAProxy's first packets usually arrive. */
const opening = (id) => {
  const header = encode({
    version: 2,
    source: { address: `203.0.113.${id % 250}`, port: 1024 + (id % 60000) },
    destination: { address: '127.0.0.1', port: 1884 },
    ssl: { client: 7, verify: 0, version: 'TLSv1.3', cn: `sensor-${id}` },
  })
  const name = Buffer.from(`bench-${id}`)
  const body = Buffer.concat([Buffer.from('00044d5154540402003c', 'hex'), Buffer.from([0, name.length]), name])
  return Buffer.concat([header, Buffer.from([0x10, body.length]), body])
}

let nextId = 0

/** One client: resolves with the open socket when CONNACK is there. */
function arrive(port) {
  return new Promise((resolve, reject) => {
    nextId += 1
    const bytes = opening(nextId)
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('error', reject)
    socket.once('data', (chunk) => {
      if (chunk[0] === 0x20 && chunk[3] === 0) resolve(socket)
      else reject(new Error(`no CONNACK 0 but ${chunk.toString('hex')}`))
    })
    socket.once('connect', () => socket.write(bytes))
  })
}

/** Connects and drops for `ms` milliseconds, `inFlight` at a time; connections and latencies (ms). */
async function rush(port, { ms, inFlight }) {
  const until = performance.now() + ms
  const times = []
  const one = async () => {
    while (performance.now() < until) {
      const from = performance.now()
      const socket = await arrive(port)
      times.push(performance.now() - from)
      socket.resetAndDestroy()
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: inFlight }, one))
  times.sort((a, b) => a - b)
  return {
    times,
    rate: (times.length / (performance.now() - from)) * 1000,
    p50: times[times.length >> 1],
    p99: times[Math.floor(times.length * 0.99)],
  }
}

async function hold(port, wanted) {
  const sockets = []
  while (sockets.length < wanted) {
    const batch = Math.min(64, wanted - sockets.length)
    sockets.push(...(await Promise.all(Array.from({ length: batch }, () => arrive(port)))))
  }
  return sockets
}

/**
 * Measures every server in turns. `ratioToAedes` and `ratioToMosquitto` are ours over theirs, medians of the rounds of
 * one run; `cpuUs` is CPU time of the server per connection in microseconds; `heldBytes` its memory per idle connection.
 */
export async function run({ rounds = 7, ms = 1000, inFlight = 64, idle = 8000 } = {}) {
  const starters = { ours: () => startNode('ours'), aedes: () => startNode('aedes'), bare: () => startNode('bare') }
  const program = findMosquitto()
  if (program) starters.mosquitto = () => startMosquitto(program)
  const servers = {}
  for (const [name, start] of Object.entries(starters))
    servers[name] = { ...(await start()), rates: [], p50: [], p99: [], cpu: [], times: [] }
  try {
    for (const server of Object.values(servers)) await rush(server.port, { ms: 500, inFlight })
    for (let round = 0; round < rounds; round += 1) {
      for (const server of Object.values(servers)) {
        const before = await server.stats()
        const { times, rate, p50, p99 } = await rush(server.port, { ms, inFlight })
        const after = await server.stats()
        server.rates.push(rate)
        server.p50.push(p50)
        server.p99.push(p99)
        server.cpu.push((after.cpu - before.cpu) / times.length)
        server.times.push(times)
      }
    }
    const rows = Object.entries(servers).map(([name, server]) => ({
      name,
      rate: median(server.rates),
      p50: median(server.p50),
      p99: median(server.p99),
      cpuUs: median(server.cpu),
      times: server.times.flat(),
    }))
    const { ours } = servers
    const before = await ours.stats()
    const from = performance.now()
    const sockets = await hold(ours.port, idle)
    const heldMs = performance.now() - from
    const after = await ours.stats()
    for (const socket of sockets) socket.resetAndDestroy()
    const rateOf = (name) => rows.find((row) => row.name === name)?.rate
    const cpuOf = (name) => rows.find((row) => row.name === name)?.cpuUs
    return {
      rows,
      inFlight,
      ratioToAedes: rateOf('ours') / rateOf('aedes'),
      cpuRatioToAedes: cpuOf('aedes') / cpuOf('ours'),
      ratioToMosquitto: program ? rateOf('ours') / rateOf('mosquitto') : undefined,
      held: { connections: sockets.length, ms: heldMs, bytesEach: (after.rss - before.rss) / sockets.length },
    }
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()))
  }
}

export function format(result) {
  const lines = [
    `connect to CONNACK behind v2 + SSL + CN, ${result.inFlight} in flight`,
    'server        conn/s    p50 ms   p99 ms   CPU µs/conn',
  ]
  for (const row of result.rows) {
    lines.push(
      `${row.name.padEnd(10)} ${row.rate.toFixed(0).padStart(9)} ${row.p50.toFixed(2).padStart(9)} ${row.p99.toFixed(2).padStart(8)} ${row.cpuUs.toFixed(0).padStart(13)}`,
    )
  }
  lines.push(
    `ours / aedes      ${result.ratioToAedes.toFixed(2)} (CPU per connection: ${result.cpuRatioToAedes.toFixed(2)} times less)`,
  )
  lines.push(
    `ours / mosquitto  ${result.ratioToMosquitto?.toFixed(2) ?? 'not found: mqtt-proxy tools install mosquitto'}`,
  )
  const { connections, ms, bytesEach } = result.held
  lines.push(
    `idle held         ${connections} in ${(ms / 1000).toFixed(2)} s, ${(bytesEach / 1000).toFixed(1)} kB each`,
  )
  return lines.join('\n')
}

const names = { ours: 'embedded', aedes: 'aedes', bare: 'bare mqtt-packet', mosquitto: 'Mosquitto' }

export function judge({ rows, ratioToAedes, cpuRatioToAedes, ratioToMosquitto, held: { bytesEach } }) {
  const target = {
    id: 'aedes',
    title: 'the embedded broker takes at least 2.5 times the connections of aedes',
    ok: ratioToAedes >= 2.5,
    expected: 'at least 2.5 times',
    actual: `${ratioToAedes.toFixed(2)} times`,
  }
  const beside = {
    id: 'mosquitto',
    title: 'the embedded broker takes at least 0.8 of the connections of Mosquitto',
    ok: ratioToMosquitto >= 0.8,
    expected: 'at least 0.8 times',
    actual: `${ratioToMosquitto?.toFixed(2)} times`,
  }
  const cpu = {
    id: 'cpu',
    title: 'a connection takes at most half of the processor time of aedes',
    ok: cpuRatioToAedes >= 2,
    expected: 'at least 2 times less',
    actual: `${cpuRatioToAedes.toFixed(2)} times less`,
  }
  const memory = {
    id: 'idle',
    title: 'an idle connection takes less than 10 kB',
    ok: bytesEach < 10_000,
    expected: 'less than 10 kB',
    actual: `${(bytesEach / 1000).toFixed(1)} kB`,
  }
  const targets = [target, cpu, ...(ratioToMosquitto === undefined ? [] : [beside]), memory]
  return { targets, latencies: Object.fromEntries(rows.map(({ name, times }) => [names[name], times])) }
}

await main(import.meta.url, {
  name: 'broker',
  title: 'TCP connect to CONNACK behind v2 + SSL + CN, 64 in flight',
  run,
  format,
  judge,
})
