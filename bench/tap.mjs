// What tap costs: 64 connections at once that publish at QoS 1, through a bare Node.js relay and through tap.
// Run after `npm run build`: node bench/tap.mjs
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { main } from './outcome.mjs'

const connections = 64
const limit = 2
const header = Buffer.from('0d0a0d0a000d0a515549540a2111000ccb0071077f000001dc04075c', 'hex')
const connectBytes = Buffer.from('100d00044d5154540402003c000161', 'hex')

/** PUBLISH at QoS 1 to `t`, packet id 1. */
function publish(bytes) {
  const rest = 2 + 1 + 2 + bytes
  const length = rest < 128 ? [rest] : [(rest & 127) | 128, rest >> 7]
  return Buffer.concat([Buffer.from([0x32, ...length, 0, 1, 0x74, 0, 1]), Buffer.alloc(bytes, 0x78)])
}

/** Answers as a broker does: CONNACK, then a PUBACK for each PUBLISH. It knows their length: it decodes nothing. */
async function broker(size) {
  const server = createServer({ noDelay: true }, (socket) => {
    let open = header.length + connectBytes.length
    let have = 0
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      have += chunk.length
      if (open > 0 && have >= open) {
        have -= open
        open = 0
        socket.write(Uint8Array.of(0x20, 2, 0, 0))
      }
      if (open > 0) return
      const packets = Math.floor(have / size)
      have -= packets * size
      if (packets > 0) socket.write(Buffer.concat(Array.from({ length: packets }, () => Uint8Array.of(0x40, 2, 0, 1))))
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** One client: so many messages, one after the other is acknowledged. */
function client(port, message, count) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    let left = count + 1
    let have = 0
    socket.once('error', reject)
    socket.write(Buffer.concat([header, connectBytes]))
    socket.on('data', (chunk) => {
      have += chunk.length
      while (have >= 4) {
        have -= 4
        left--
        if (left > 0) socket.write(message)
        else socket.end(resolve)
      }
    })
  })
}

async function measured(kind, brokerPort, message, count) {
  const child = fork(join(import.meta.dirname, 'tap-relay.mjs'), [kind, String(brokerPort)])
  const [{ port }] = await once(child, 'message')
  const ask = async () => {
    const answer = once(child, 'message')
    child.send('cpu')
    return (await answer)[0]
  }
  const all = (messages) => Promise.all(Array.from({ length: connections }, () => client(port, message, messages)))
  // The compiler's work is no part of the relaying.
  await all(Math.ceil(count / 4))
  const before = await ask()
  await all(count)
  const after = await ask()
  child.disconnect()
  await once(child, 'exit')
  return { cpuMs: after.cpuMs - before.cpuMs, rssMb: after.rssMb }
}

/** @returns CPU time of each relay, the median of the rounds, milliseconds */
export async function run({ rounds = 3, messages = 120, bytes = 256 } = {}) {
  const message = publish(bytes)
  const server = await broker(message.length)
  try {
    const all = { bare: [], tap: [], lines: [] }
    // In turns, so that what else the machine does is shared.
    for (let round = 0; round < rounds; round++) {
      for (const kind of ['bare', 'tap', 'lines'])
        all[kind].push(await measured(kind, server.address().port, message, messages))
    }
    const median = (kind) => all[kind].map(({ cpuMs }) => cpuMs).sort((a, b) => a - b)[rounds >> 1]
    const [bareMs, tapMs, linesMs] = [median('bare'), median('tap'), median('lines')]
    const ratio = tapMs / bareMs
    return {
      bareMs,
      tapMs,
      linesMs,
      ratio,
      linesRatio: linesMs / bareMs,
      messages: connections * messages,
      rssMb: all.tap.at(-1).rssMb,
    }
  } finally {
    server.close()
  }
}

export function format({ bareMs, tapMs, linesMs, ratio, linesRatio, messages, rssMb }) {
  return [
    `${connections} connections, ${messages} messages at QoS 1`,
    `bare relay        ${bareMs.toFixed(0)} ms of CPU`,
    `tap, little shown ${tapMs.toFixed(0)} ms of CPU, ${ratio.toFixed(2)} times   (goal: at most ${limit}), ${rssMb.toFixed(0)} MB`,
    `tap, every packet ${linesMs.toFixed(0)} ms of CPU, ${linesRatio.toFixed(2)} times   (goal: at most ${limit})`,
  ].join('\n')
}

export function judge({ ratio, linesRatio }) {
  const target = (id, title, actual) => ({
    id,
    title: `${connections} connections at once cost at most ${limit} times the CPU of a bare relay, ${title}`,
    ok: actual <= limit,
    expected: `at most ${limit}`,
    actual: actual.toFixed(2),
  })
  return { targets: [target('cpu', 'decoded', ratio), target('lines', 'and a line a packet', linesRatio)] }
}

await main(import.meta.url, { name: 'tap', title: 'What tap costs', run, format, judge })
