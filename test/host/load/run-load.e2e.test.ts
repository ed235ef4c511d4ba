import { createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Durations } from '../../../src/bench/histogram.js'
import { wholeLoad } from '../../../src/bench/shard.js'
import type { Workload } from '../../../src/bench/workload.js'
import { runLoad } from '../../../src/host/load/run-load.js'
import { serveBroker } from '../../../src/host/server/server.js'
import { type BrokerLimits, openListener } from '../../../src/mqtt-server/options.js'
import { Framer } from '../../../src/mqtt-wire/framer.js'

const workload: Workload = {
  measure: 'messages',
  rate: 200,
  durationMs: 1000,
  rampMs: 0,
  publishers: 1,
  subscribers: 1,
  topics: 1,
  split: false,
  qos: 0,
  payload: 32,
  shard: wholeLoad,
}

function load(port: number, more: Partial<Workload> = {}, timeoutMs = 5000, protocol: 4 | 5 = 4) {
  return runLoad({
    load: { ...workload, ...more },
    way: () => ({ target: { scheme: 'mqtt', host: '127.0.0.1', port, path: '' }, timeoutMs }),
    identity: { protocol, prefix: 'load', username: undefined, password: undefined, keepalive: 60 },
    programs: [{ name: 'us', pid: process.pid }],
    settleMs: 1000,
    mostOpen: 1000,
    alignMs: 0,
    failOn: '',
    signal: new AbortController().signal,
  })
}

async function broker(limits: Partial<BrokerLimits> = {}): Promise<number> {
  const listeners = [openListener({ host: '127.0.0.1', port: 0 })]
  const server = await serveBroker({ listeners, limits, onEvent: () => {} })
  onTestFinished(() => server.stop())
  const [at] = server.listeners
  return at !== undefined && 'port' in at ? at.port : 0
}

/** Answers every CONNECT and SUBSCRIBE, gives back every message, and says nothing for `silentMs` after its 100th. */
async function stalling(silentMs: number): Promise<number> {
  const sockets = new Set<Socket>()
  let reader: Socket | undefined
  let messages = 0
  let held: Buffer[] | undefined
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const type = (bytes[0] ?? 0) & 0xf0
      if (type === 0x10) socket.write(Buffer.from([0x20, 2, 0, 0]))
      else if (type === 0x80) {
        reader = socket
        socket.write(Buffer.from([0x90, 3, 0, 1, 0]))
      } else if (type === 0x30) {
        messages += bytes.length
        if (messages > 4000 && held === undefined) {
          held = []
          setTimeout(() => {
            reader?.write(Buffer.concat(held ?? []))
            held = undefined
            messages = Number.NEGATIVE_INFINITY
          }, silentMs)
        }
        if (held !== undefined) held.push(Buffer.from(bytes))
        else reader?.write(bytes)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** Announces a receive maximum (MQTT 5), acknowledges 40 ms later, and notes how many messages waited for that. */
async function late(receiveMaximum: number, most: { unanswered: number }): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let unanswered = 0
    const framer = new Framer({
      begin: () => {},
      announce: () => {},
      packet: (header, body) => {
        if (header === 0x10) socket.write(Buffer.from([0x20, 6, 0, 0, 3, 0x21, 0, receiveMaximum]))
        if (header >> 4 !== 3) return
        unanswered += 1
        most.unanswered = Math.max(most.unanswered, unanswered)
        const idAt = 2 + body.readUInt16BE(0)
        const answer = Buffer.from([0x40, 2, body[idAt] ?? 0, body[idAt + 1] ?? 0])
        setTimeout(() => {
          unanswered -= 1
          socket.write(answer)
        }, 40)
      },
      open: true,
    })
    socket.on('error', () => {})
    socket.on('data', (chunk) => framer.push(chunk))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

describe('a load', () => {
  it.each([0, 1, 2] as const)('carries every message at QoS %i once to each subscriber', async (qos) => {
    const figures = await load(await broker(), { qos, publishers: 3, subscribers: 4, topics: 5 })
    expect(figures).toMatchObject({ planned: 200, started: 200, expected: 800, done: 800, failed: 0, clients: 7 })
    expect(Durations.decode(figures.histograms.latency).count).toBe(800)
    expect(figures.timeline.bins.reduce((sum, { done }) => sum + done, 0)).toBe(800)
    expect(figures.cpu[0]?.ms).toBeGreaterThan(0)
  })

  it.each([0, 1, 2] as const)('speaks MQTT 5 at QoS %i', async (qos) => {
    const figures = await load(await broker(), { qos, publishers: 2, subscribers: 3, topics: 2 }, 5000, 5)
    expect(figures).toMatchObject({ started: 200, expected: 600, done: 600, failed: 0, clients: 5, reasons: [] })
  })

  it('sends no more at QoS 2 than an MQTT 5 broker takes: what is due waits', async () => {
    const port = await broker({ maxInflight: 3, manner: 'standard' })
    const figures = await load(port, { qos: 2, rate: 3000 }, 5000, 5)
    expect(figures).toMatchObject({ started: 3000, done: 3000, failed: 0, reasons: [] })
    const most = await load(port, { qos: 2, rate: 'max', subscribers: 2 }, 5000, 5)
    expect(most).toMatchObject({ failed: 0, done: most.expected, reasons: [] })
    expect(most.done).toBeGreaterThan(100)
  })

  it('keeps to the receive maximum also with a broker that acknowledges late', async () => {
    const most = { unanswered: 0 }
    const port = await late(2, most)
    const figures = await load(port, { qos: 1, rate: 100, subscribers: 0 }, 5000, 5)
    expect(figures).toMatchObject({ started: 100, done: 100, failed: 0 })
    expect(most.unanswered).toBe(2)
    // Two messages in 40 ms are fewer than are due: those that wait show it from when they were due, not from when they were sent.
    expect(Durations.decode(figures.histograms.latency).quantile(0.9)).toBeGreaterThan(400)
    expect(Durations.decode(figures.histograms.fromSend).quantile(0.5)).toBeLessThan(200)
  })

  it('counts a message that an MQTT 5 broker refuses as failed, not as lost', async () => {
    const port = await broker({ messageSizeLimit: 31 })
    const figures = await load(port, { qos: 1, rate: 100 }, 5000, 5)
    expect(figures).toMatchObject({ started: 100, expected: 0, done: 0, failed: 100 })
    expect(figures.reasons).toEqual([{ why: 'PUBACK 149', count: 100 }])
    const twice = await load(port, { qos: 2, rate: 100 }, 5000, 5)
    expect(twice.reasons).toEqual([{ why: 'PUBREC 149', count: 100 }])
  })

  it('deals topics out, and without subscribers counts acknowledgements', async () => {
    const port = await broker()
    expect(await load(port, { split: true, subscribers: 3, topics: 7 })).toMatchObject({ expected: 200, done: 200 })
    expect(await load(port, { qos: 2, subscribers: 0 })).toMatchObject({ expected: 200, done: 200, clients: 1 })
  })

  it('goes on starting while nobody answers, and the silence is in the latencies', async () => {
    const figures = await load(await stalling(500), { rate: 200, durationMs: 2000 })
    const latency = Durations.decode(figures.histograms.latency)
    expect(figures).toMatchObject({ planned: 400, started: 400, done: 400 })
    // A quarter of all starts fell into the silence: on average they waited for half of it.
    expect(latency.quantile(1)).toBeGreaterThan(450)
    expect(latency.quantile(0.85)).toBeGreaterThan(100)
    expect(latency.quantile(0.5)).toBeLessThan(100)
  })

  it('at its utmost lets readers read: what is on its way stays bounded, and all of it arrives', async () => {
    const figures = await load(await broker(), { rate: 'max', subscribers: 5 })
    expect(figures.done).toBe(figures.expected)
    expect(figures.done).toBeGreaterThan(5000)
    expect(figures.wantedRate).toBeNull()
    // A window of 1,000 messages is soon through: nobody waits for a second.
    expect(Durations.decode(figures.histograms.latency).quantile(0.99)).toBeLessThan(1000)
  })

  it('counts connections, and says why some were not accepted', async () => {
    const port = await broker()
    const figures = await load(port, { measure: 'connections' })
    expect(figures).toMatchObject({ started: 200, done: 200, failed: 0, clients: 0 })
    const closed = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void closed.close())
    const address = closed.address()
    const none = await load(typeof address === 'object' ? (address?.port ?? 0) : 0, {
      measure: 'connections',
      rate: 50,
    })
    expect(none).toMatchObject({ started: 50, done: 0, failed: 50 })
    expect(none.reasons[0]?.count).toBeGreaterThan(0)
  })

  it('ends what it opened, also in the middle', async () => {
    const port = await broker()
    const stop = new AbortController()
    const running = runLoad({
      load: { ...workload, durationMs: 60_000, subscribers: 20 },
      way: () => ({ target: { scheme: 'mqtt', host: '127.0.0.1', port, path: '' }, timeoutMs: 5000 }),
      identity: { protocol: 4, prefix: 'load', username: undefined, password: undefined, keepalive: 60 },
      programs: [],
      settleMs: 1000,
      mostOpen: 1000,
      alignMs: 0,
      failOn: '',
      signal: stop.signal,
    })
    const begin = performance.now()
    setTimeout(() => stop.abort(), 300)
    const figures = await running
    expect(performance.now() - begin).toBeLessThan(10_000)
    expect(figures.started).toBeLessThan(200)
  })
})
