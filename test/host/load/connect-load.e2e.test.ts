import { createServer, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { Tally } from '../../../src/bench/tally.js'
import { ConnectLoad } from '../../../src/host/load/connect-load.js'
import { loadPackets } from '../../../src/host/load/packets.js'

/** What a server saw of one connection. */
interface Seen {
  bytes: Buffer
  ended: boolean
  reset: boolean
}

async function server(serve: (socket: Socket, chunk: Buffer) => void): Promise<{ port: number; seen: Seen[] }> {
  const seen: Seen[] = []
  const sockets = new Set<Socket>()
  const listening = createServer({ allowHalfOpen: true }, (socket) => {
    const one: Seen = { bytes: Buffer.alloc(0), ended: false, reset: false }
    seen.push(one)
    sockets.add(socket)
    socket.on('error', () => {
      one.reset = true
    })
    socket.on('end', () => {
      one.ended = true
      socket.end()
    })
    socket.on('data', (chunk: Buffer) => {
      one.bytes = Buffer.concat([one.bytes, chunk])
      serve(socket, chunk)
    })
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    listening.close()
  })
  const address = listening.address()
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, seen }
}

async function load(port: number, { timeoutMs = 2000, mostOpen = 10, preface = [] as string[] } = {}) {
  const tally = new Tally()
  const target = { scheme: 'mqtt', host: '127.0.0.1', port, path: '' } as const
  const pieces = preface.map((text) => ({ bytes: Buffer.from(text), pauseMs: 0 }))
  const clients = new ConnectLoad({
    way: () => ({ target, timeoutMs, preface: pieces }),
    packets: await loadPackets({ protocol: 4, prefix: 'one', username: undefined, password: undefined, keepalive: 60 }),
    tally,
    begin: performance.now(),
    mostOpen,
  })
  onTestFinished(() => clients.drop())
  return { clients, tally }
}

const connack = (code: number) => Buffer.from([0x20, 2, 0, code])

it('writes all of a header before CONNECT, and says goodbye when it is accepted', async () => {
  const { port, seen } = await server((socket, chunk) => {
    if (chunk[0] === 0xe0) socket.end()
    else socket.write(connack(0))
  })
  const { clients, tally } = await load(port, { preface: ['PROXY UNKNOWN\r', '\n'] })
  await clients.one(7, 0)
  expect(tally).toMatchObject({ started: 1, done: 1, failed: 0 })
  await expect.poll(() => seen[0]?.ended).toBe(true)
  const bytes = seen[0]?.bytes.toString('latin1') ?? ''
  expect(bytes).toMatch(/^PROXY UNKNOWN\r\n\x10.*one-7\xe0\x00$/s)
})

const answers: [string, Buffer[], string | undefined][] = [
  ['a refusal', [connack(5)], 'CONNACK 5'],
  ['another packet', [Buffer.from([0x30, 2, 0, 0])], 'the answer was no CONNACK'],
  ['an answer byte for byte', [...connack(0)].map((byte) => Buffer.from([byte])), undefined],
  ['a CONNACK of MQTT 5 with properties', [Buffer.from([0x20, 6, 0, 0, 3, 0x22, 0, 10])], undefined],
  ['a long CONNACK of MQTT 5', [Buffer.from([0x20, 0x88, 1, 1, 0x87, 0x84, 1]), Buffer.alloc(132)], 'CONNACK 135'],
]

it.each(answers)('reads %s', async (_, chunks, refusal) => {
  const { port } = await server(async (socket, chunk) => {
    if (chunk[0] === 0xe0) return socket.end()
    socket.setNoDelay(true)
    for (const one of chunks) {
      socket.write(one)
      await new Promise((resolve) => setImmediate(resolve))
    }
    return undefined
  })
  const { clients, tally } = await load(port)
  await clients.one(1, 0)
  expect(tally.reasons).toEqual(refusal === undefined ? [] : [{ why: refusal, count: 1 }])
  expect(tally.done).toBe(refusal === undefined ? 1 : 0)
})

it('gives up a server that says nothing, and leaves the way free for others', async () => {
  const { port, seen } = await server(() => {})
  const { clients, tally } = await load(port, { timeoutMs: 200, mostOpen: 2 })
  const begin = performance.now()
  await Promise.all([clients.one(1, 0), clients.one(2, 0), clients.one(3, 0)])
  expect(performance.now() - begin).toBeGreaterThan(190)
  expect(tally.reasons).toEqual([
    { why: 'no CONNACK within 200 ms', count: 2 },
    { why: '2 connections are under way already', count: 1 },
  ])
  expect(clients.underWay).toBe(0)
  await expect.poll(() => seen.every(({ ended, reset }) => ended || reset)).toBe(true)
})

it('resets a server that does not close after DISCONNECT', async () => {
  const { port, seen } = await server((socket) => socket.write(connack(0)))
  const { clients, tally } = await load(port)
  await clients.one(1, 0)
  expect(tally.done).toBe(1)
  expect(seen[0]).toMatchObject({ ended: false, reset: false })
  await expect.poll(() => seen[0]?.reset, { timeout: 5000 }).toBe(true)
})

it('ends what is open when it is told to, and says so', async () => {
  const { port } = await server(() => {})
  const { clients, tally } = await load(port)
  const waiting = clients.one(1, 0)
  clients.drop()
  await waiting
  expect(tally.reasons).toEqual([{ why: 'the connection was closed', count: 1 }])
})
