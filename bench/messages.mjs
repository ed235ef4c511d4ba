/**
 * Message throughput of the embedded broker beside aedes and Mosquitto, by the generator of `mqtt-proxy bench`: at most
 * 1,000 messages on their way, so that a broker without backpressure is not flooded. Each server is a process of its own,
 * all in one run, in turns. What counts is what a second of processor time gives: on a machine with few cores the
 * generator is the limit before the broker is.
 */
import { runLoad } from '../dist/host/load/run-load.js'
import { main } from './outcome.mjs'
import { findMosquitto, median, startMosquitto, startNode } from './servers.mjs'
import { options } from './way.mjs'

const shapes = [
  { publishers: 1, subscribers: 1 },
  { publishers: 1, subscribers: 20 },
  { publishers: 20, subscribers: 1 },
]
const rows = shapes.flatMap((shape) => [0, 1].map((qos) => ({ ...shape, qos })))
const nameOf = ({ publishers, subscribers, qos }) => `${publishers} to ${subscribers}, QoS ${qos}`

/** Deliveries a second, and a second of the server's processor time, medians of the rounds. */
export async function run({ rounds = 5, ms = 1000 } = {}) {
  const starters = { ours: () => startNode('ours'), aedes: () => startNode('aedes') }
  const program = findMosquitto()
  if (program) starters.mosquitto = () => startMosquitto(program)
  const servers = {}
  for (const [name, start] of Object.entries(starters)) servers[name] = await start()
  try {
    const measured = []
    for (const row of rows) {
      const figures = Object.fromEntries(Object.keys(servers).map((name) => [name, { rates: [], perCpu: [] }]))
      for (let round = 0; round <= rounds; round += 1) {
        for (const [name, server] of Object.entries(servers)) {
          const before = await server.stats()
          const load = await runLoad(options(server.port, { ...row, durationMs: round === 0 ? 300 : ms }))
          const after = await server.stats()
          // The first round warms up.
          if (round === 0) continue
          figures[name].rates.push((load.done * 1000) / load.spanMs)
          figures[name].perCpu.push((load.done * 1e6) / (after.cpu - before.cpu))
        }
      }
      const servers_ = Object.entries(figures).map(([name, { rates, perCpu }]) => [
        name,
        { rate: median(rates), perCpu: median(perCpu) },
      ])
      measured.push({ row: nameOf(row), servers: Object.fromEntries(servers_) })
    }
    return { rows: measured }
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()))
  }
}

export function format({ rows }) {
  const lines = [
    'messages delivered, at most 1,000 on their way, 100 bytes; k/s, and k in a second of processor time of the server',
    'publishers to subscribers      ours           aedes         Mosquitto     ours / aedes   ours / Mosquitto',
  ]
  const cell = (one) =>
    one === undefined
      ? '-'.padStart(15)
      : `${(one.rate / 1000).toFixed(0)} (${(one.perCpu / 1000).toFixed(0)})`.padStart(15)
  for (const { row, servers } of rows) {
    const { ours, aedes, mosquitto } = servers
    const ratio = (other) => (other === undefined ? '-' : (ours.perCpu / other.perCpu).toFixed(2))
    lines.push(
      `${row.padEnd(20)}${cell(ours)}${cell(aedes)}${cell(mosquitto)}${ratio(aedes).padStart(15)}${ratio(mosquitto).padStart(17)}`,
    )
  }
  return lines.join('\n')
}

export function judge({ rows }) {
  const targets = rows.map(({ row, servers }) => {
    const times = servers.ours.perCpu / servers.aedes.perCpu
    return {
      id: `aedes, ${row}`,
      title: `${row}: a second of processor time carries at least twice the messages of aedes`,
      ok: times >= 2,
      expected: 'at least 2 times',
      actual: `${times.toFixed(2)} times`,
    }
  })
  return { targets }
}

await main(import.meta.url, { name: 'messages', title: 'Messages of the embedded broker', run, format, judge })
