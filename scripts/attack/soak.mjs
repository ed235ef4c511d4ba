/**
 * The embedded broker under steady, mixed work for ten minutes: clients come, publish and go, some by breaking off,
 * sessions are kept and taken over, retained messages are replaced. Its memory at the end is that of its second minute.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { arrive, goodClient, pingreq, publish, pubrel, subscribe, unsubscribe } from './client.mjs'
import { randomFrom } from './random.mjs'
import { startServer } from './servers.mjs'

/** How much more than after the first minute it may need at the end. */
const growth = 1.2

export async function run({ seed, minutes, row }) {
  const random = randomFrom(seed)
  const server = await startServer('ours', ['--proxy-protocol', 'off'])
  const counts = { clients: 0, messages: 0 }
  let open = true
  const samples = []
  // This process is as busy as the broker: how long its own timers wait is a part of every answer.
  const own = monitorEventLoopDelay({ resolution: 5 })
  own.enable()
  const sample = setInterval(() => samples.push(server.memory() ?? 0), 250)
  try {
    const good = await goodClient(server.port)
    const until = performance.now() + minutes * 60_000
    const workers = Array.from({ length: 8 }, async () => {
      while (open && performance.now() < until && !server.ended()) await visit(server.port, random, counts)
    })
    await Promise.all(workers)
    open = false
    const waits = good.stop()
    const aMinute = 240
    const first = median(samples.slice(aMinute * Math.min(1, minutes / 3), aMinute * Math.min(1, minutes / 3) + 60))
    const last = median(samples.slice(-60))
    const fine = !server.ended() && last <= first * growth
    row(fine, `${minutes} minutes of mixed work`, [
      `${counts.clients} clients, ${counts.messages} messages; good client 99% ${waits.usual.toFixed(0)} ms, worst ${waits.worst.toFixed(0)} ms (this process itself: 99% ${(own.percentile(99) / 1e6).toFixed(0)} ms)`,
      `${first.toFixed(0)} MB after the first minute, ${last.toFixed(0)} MB at the end, ${Math.max(...samples).toFixed(0)} MB at most (at most ${growth} times)`,
    ])
  } finally {
    open = false
    clearInterval(sample)
    await server.stop()
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0

/** One client: it does a few things and goes, in one way or another. */
async function visit(port, random, counts) {
  counts.clients += 1
  // Sessions of 50 names are kept; the others end with their connection.
  const kept = random.below(3) === 0
  const level = random.pick([4, 5])
  const name = kept ? `kept-${random.below(50)}` : `short-${counts.clients}`
  const socket = await arrive(port, name, { level, flags: kept ? 0 : 2 }).catch(() => undefined)
  if (socket === undefined) return
  socket.resume()
  const properties = level === 5
  for (let n = random.below(20); n >= 0; n -= 1) socket.write(act(random, counts, properties))
  socket.write(pingreq)
  await Promise.race([
    new Promise((resolve) => socket.once('data', resolve).once('close', resolve)),
    new Promise((resolve) => setTimeout(resolve, 1000)),
  ])
  if (random.below(2) === 0) socket.end(Buffer.from([0xe0, 0]))
  else socket.destroy()
}

function act(random, counts, properties) {
  const topic = `t/${random.below(200)}`
  const payload = random.bytes(1 + random.below(400))
  const id = 1 + random.below(20)
  counts.messages += 1
  switch (random.below(6)) {
    case 0:
      return subscribe([topic, `t/+`], random.below(3), { properties })
    case 1:
      return unsubscribe([topic], { properties })
    case 2:
      return publish(topic, payload, { retain: true, properties })
    case 3:
      return publish(topic, payload, { qos: 1, id, properties })
    case 4:
      return Buffer.concat([publish(topic, payload, { qos: 2, id, properties }), pubrel(id)])
    default:
      return publish(topic, payload, { properties })
  }
}
