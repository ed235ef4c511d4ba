/**
 * Attacks on the embedded broker, each beside the real Mosquitto: what its memory becomes, and how long a good client
 * waits meanwhile. Fails when ours needs more than the attack's threshold or a good client waits too long.
 */
import { arrive, goodClient, pingreq, pour, publish, pubrel, subscribe, unsubscribe } from './client.mjs'
import { startServer } from './servers.mjs'

const many = (one) => Buffer.concat(Array.from({ length: Math.ceil(65536 / one.length) }, () => one))

/** A client that writes and never reads. */
const flood = (chunk) => async (port) => {
  const socket = await arrive(port, 'flood')
  socket.pause()
  await pour(socket, chunk, { bytes: 60e6, ms: 4000 })
  return [socket]
}

async function product(port) {
  const source = await arrive(port, 'source')
  for (let n = 0; n < 5000; n += 1) source.write(publish(`r/${n}`, Buffer.alloc(100), { retain: true }))
  // Answered after everything before it.
  source.write(pingreq)
  await new Promise((resolve) => source.once('data', resolve))
  const attacker = await arrive(port, 'filters')
  attacker.pause()
  await pour(attacker, subscribe(Array.from({ length: 20_000 }, () => '#')), { bytes: 1, ms: 1000 })
  await new Promise((resolve) => setTimeout(resolve, 3000))
  return [source, attacker]
}

async function stopped(port) {
  const readers = []
  for (let n = 0; n < 20; n += 1) {
    const one = await arrive(port, `stopped-${n}`)
    one.write(subscribe(['big']))
    await new Promise((resolve) => one.once('data', resolve))
    one.pause()
    readers.push(one)
  }
  const source = await arrive(port, 'source')
  await pour(source, publish('big', Buffer.alloc(1_000_000)), { bytes: 300e6, ms: 5000 })
  return [...readers, source]
}

/** PUBREC and PUBCOMP are the answers. */
const twoStep = Buffer.concat([publish('a', Buffer.alloc(1), { qos: 2 }), pubrel(1)])

const attacks = [
  { name: 'PINGREQ, never reads', run: flood(many(pingreq)), most: 150 },
  { name: 'PUBLISH QoS 1, never reads', run: flood(many(publish('a', Buffer.alloc(1), { qos: 1 }))), most: 150 },
  { name: 'PUBLISH QoS 2 and PUBREL, never reads', run: flood(many(twoStep)), most: 150 },
  { name: 'SUBSCRIBE, never reads', run: flood(many(subscribe(['a/b']))), most: 150 },
  { name: 'UNSUBSCRIBE, never reads', run: flood(many(unsubscribe(['a/b']))), most: 150 },
  { name: '20,000 filters x 5,000 retained', run: product, most: 200 },
  { name: '20 stopped readers, 1 MB QoS 0', run: stopped, most: 450 },
]

/** What a good client may wait, milliseconds. */
const patience = 100

async function attack(kind, { run }) {
  const server = await startServer(kind, ['--proxy-protocol', 'off'])
  if (!server) return undefined
  const sockets = []
  let top = server.memory()
  const watch = setInterval(() => {
    top = Math.max(top, server.memory() ?? 0)
  }, 50)
  try {
    const before = server.memory()
    const good = await goodClient(server.port)
    let lost
    try {
      sockets.push(...(await run(server.port)))
    } catch (error) {
      lost = error
    }
    const waits = good.stop()
    if (lost && !server.ended()) throw lost
    return { before, top, ...waits, ended: server.ended() }
  } finally {
    clearInterval(watch)
    for (const socket of sockets) socket.destroy()
    await server.stop()
  }
}

const figures = (one) =>
  one === undefined
    ? 'not installed'
    : `${one.before.toFixed(0)} -> ${one.top.toFixed(0)} MB, good client 99% ${one.usual.toFixed(0)} ms, worst ${one.worst.toFixed(0)} ms${one.ended ? ', ENDED' : ''}`

export async function run({ row }) {
  for (const one of attacks) {
    const ours = await attack('ours', one)
    const theirs = await attack('mosquitto', one)
    // Both share the machine with the attacker: on a busy one Mosquitto's clients wait as well.
    const waits = Math.max(patience, 1.5 * (theirs?.usual ?? 0))
    const good = !ours.ended && ours.top <= one.most && ours.usual <= waits
    row(good, one.name, [
      `ours      ${figures(ours)} (at most ${one.most} MB, ${waits.toFixed(0)} ms)`,
      `mosquitto ${figures(theirs)}`,
    ])
  }
}
