/**
 * One server under test in a process of its own: `node bench/broker-server.mjs ours|aedes|bare`. It writes its port as
 * a line of JSON, and for every line on stdin its CPU time and memory.
 */
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { Decoder } from '../dist/proxy-header/index.js'
import { argumentsOf } from '../scripts/arguments.mjs'

const kinds = { ours, aedes, bare }

async function ours() {
  const { serveBroker } = await import('../dist/host/server/server.js')
  const { noHeader, openListener } = await import('../dist/mqtt-server/options.js')
  const server = await serveBroker({
    listeners: [
      {
        ...openListener({ host: '127.0.0.1', port: 0 }),
        header: { ...noHeader, mode: 'required', requireTls: true, requireCertificate: true, cnAsUsername: true },
      },
    ],
    // The event of every connection is made, as for the command; nobody reads it.
    onEvent: () => undefined,
  })
  return server.listeners[0].port
}

/** aedes knows no PROXY protocol: the header is taken off in front of it. */
async function aedes() {
  const { Aedes } = await import('aedes')
  const broker = await Aedes.createBroker()
  return listen((socket) => behindHeader(socket, () => broker.handle(socket)))
}

/** A CONNACK and nothing else, on mqtt-packet: how far Node.js gets with that parser. */
async function bare() {
  const { default: mqttPacket } = await import('mqtt-packet')
  return listen((socket) =>
    behindHeader(socket, () => {
      const parser = mqttPacket.parser()
      parser.on('packet', (packet) => {
        if (packet.cmd === 'connect')
          socket.write(mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
      })
      socket.on('data', (chunk) => parser.parse(chunk))
    }),
  )
}

function behindHeader(socket, then) {
  socket.on('error', () => {})
  const decoder = new Decoder()
  const read = (chunk) => {
    const decoded = decoder.push(chunk)
    if (decoded.status === 'more') return
    socket.off('data', read)
    if (decoded.status === 'error') {
      socket.destroy()
      return
    }
    socket.pause()
    const rest = Buffer.from(decoder.rest)
    if (rest.length > 0) socket.unshift(rest)
    then()
    socket.resume()
  }
  socket.on('data', read)
}

function listen(serve) {
  return new Promise((resolve) => {
    const server = createServer({ noDelay: true }, serve)
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => resolve(server.address().port))
  })
}

function cpuUs() {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Processor time of the collections that were asked for here, which is not the server's. */
let collecting = 0
const { positionals } = argumentsOf('node bench/broker-server.mjs ours|aedes|bare', {
  most: 1,
  wrong: ({ positionals: [kind] }) => (Object.hasOwn(kinds, kind ?? '') ? undefined : 'which server?'),
})
const port = await kinds[positionals[0]]()
console.log(JSON.stringify({ port }))
for await (const _ of createInterface({ input: process.stdin })) {
  const cpu = cpuUs() - collecting
  globalThis.gc?.()
  const rss = process.memoryUsage.rss()
  collecting = cpuUs() - cpu
  console.log(JSON.stringify({ cpu, rss }))
}
process.exit(0)
