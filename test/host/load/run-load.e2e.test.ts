import { createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Durations } from '../../../src/bench/histogram.js'
import { wholeLoad } from '../../../src/bench/shard.js'
import type { Workload } from '../../../src/bench/workload.js'
import { runLoad } from '../../../src/host/load/run-load.js'
import { serveBroker } from '../../../src/host/server/server.js'
import { openListener } from '../../../src/mqtt-server/options.js'

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

function load(port: number, more: Partial<Workload> = {}, timeoutMs = 5000) {
  return runLoad({
    load: { ...workload, ...more },
    way: () => ({ target: { scheme: 'mqtt', host: '127.0.0.1', port, path: '' }, timeoutMs }),
    identity: { prefix: 'load', username: undefined, password: undefined, keepalive: 60 },
    programs: [{ name: 'us', pid: process.pid }],
    settleMs: 1000,
    mostOpen: 1000,
    alignMs: 0,
    failOn: '',
    signal: new AbortController().signal,
  })
}

async function broker(): Promise<number> {
  const server = await serveBroker({ listeners: [openListener({ host: '127.0.0.1', port: 0 })], onEvent: () => {} })
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

describe('a load', () => {
  it.each([0, 1, 2] as const)('carries every message at QoS %i once to each subscriber', async (qos) => {
    const figures = await load(await broker(), { qos, publishers: 3, subscribers: 4, topics: 5 })
    expect(figures).toMatchObject({ planned: 200, started: 200, expected: 800, done: 800, failed: 0, clients: 7 })
    expect(Durations.decode(figures.histograms.latency).count).toBe(800)
    expect(figures.timeline.bins.reduce((sum, { done }) => sum + done, 0)).toBe(800)
    expect(figures.cpu[0]?.ms).toBeGreaterThan(0)
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
      identity: { prefix: 'load', username: undefined, password: undefined, keepalive: 60 },
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
