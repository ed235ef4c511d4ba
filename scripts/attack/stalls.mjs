/** Clients that stop half-way, on every transport of the embedded broker: each socket has to be ended in time. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { arrive, publish, subscribe } from './client.mjs'
import { program, startServer } from './servers.mjs'

const sockets = 100
const header = Buffer.from('PROXY TCP4 203.0.113.7 127.0.0.1 4711 1883\r\n')
const request = 'GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n'

/** Where a client stops: what it sent before, how the broker is started, seconds until it has to be ended. */
const stalls = [
  { name: 'before its PROXY header', args: ['--header-timeout', '1'], sent: '', seconds: 1 },
  {
    name: 'in the middle of its PROXY header',
    args: ['--header-timeout', '1'],
    sent: header.subarray(0, 20),
    seconds: 1,
  },
  {
    name: 'ws: between header and request',
    args: ['--transport', 'ws', '--handshake-timeout', '1'],
    sent: header,
    seconds: 1,
  },
  {
    name: 'ws: in the middle of the request',
    args: ['--transport', 'ws', '--handshake-timeout', '1'],
    sent: Buffer.concat([header, Buffer.from(request)]),
    seconds: 1,
  },
  {
    name: 'ws without header: before the request',
    args: ['--transport', 'ws', '--handshake-timeout', '1', '--proxy-protocol', 'off'],
    sent: '',
    seconds: 1,
  },
  { name: 'TLS: before its ClientHello', tls: true, args: ['--handshake-timeout', '1'], sent: '', seconds: 1 },
  {
    name: 'TLS: in the middle of its ClientHello',
    tls: true,
    args: ['--handshake-timeout', '1'],
    sent: Buffer.from('16030102000100', 'hex'),
    seconds: 1,
  },
  { name: 'after header, before CONNECT', args: [], sent: header, seconds: 30 },
  {
    name: 'after CONNECT, never reads its answers',
    args: ['--proxy-protocol', 'off', '--read-timeout', '2', '--max-waiting', '65536'],
    flood: true,
    // Last words have two seconds more.
    seconds: 4,
  },
]

export async function run({ row }) {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-attack-'))
  try {
    const certificates = join(folder, 'certs')
    execFileSync(process.execPath, [program, 'gen', 'certs', '-o', certificates], { stdio: 'ignore' })
    const tlsConfig = (port) => {
      const file = join(folder, 'mosquitto.conf')
      const path = (name) => join(certificates, 'broker', name)
      const tls = `certfile ${path('server.crt')}\nkeyfile ${path('server.key')}\n`
      writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n${tls}`)
      return file
    }
    for (const stall of stalls) {
      const server = await startServer('ours', stall.args, stall.tls && tlsConfig)
      try {
        const { slowest, left } = await stallOn(server, stall)
        // The broker looks at its clock once a second.
        const most = stall.seconds * 1000 + 2500
        const good = left === 0 && slowest <= most && !server.ended()
        row(good, stall.name, [
          `${sockets - left} of ${sockets} sockets ended, the last after ${slowest.toFixed(0)} ms (at most ${most} ms)`,
        ])
      } finally {
        await server.stop()
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function stallOn(server, { sent, flood, seconds }) {
  const since = performance.now()
  const open = await Promise.all(
    Array.from({ length: sockets }, (_, n) => (flood ? stopsReading(server.port, n) : halfWay(server.port, sent))),
  )
  let slowest = 0
  const ended = open.map(
    (socket) =>
      new Promise((resolve) => {
        if (socket.destroyed) resolve(true)
        socket.once('close', () => {
          slowest = Math.max(slowest, performance.now() - since)
          resolve(true)
        })
      }),
  )
  const late = new Promise((resolve) => setTimeout(resolve, seconds * 1000 + 5000, false).unref())
  const outcome = await Promise.all(ended.map((one) => Promise.race([one, late])))
  for (const socket of open) socket.destroy()
  return { slowest, left: outcome.filter((one) => !one).length }
}

function halfWay(port, sent) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      if (sent.length > 0) socket.write(sent)
      socket.resume()
      resolve(socket)
    })
    socket.once('error', reject).once('connect', () => socket.on('error', () => {}))
  })
}

/** Publishes to itself until nothing is taken any more; its own end is seen by what it cannot write. */
async function stopsReading(port, n) {
  const socket = await arrive(port, `stalled-${n}`)
  socket.write(subscribe([`t${n}`]))
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  const chunk = publish(`t${n}`, Buffer.alloc(100_000))
  const write = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', write)
  write()
  return socket
}
