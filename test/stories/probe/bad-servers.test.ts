import { lookup } from 'node:dns/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { probe } from '../../../src/stories/probe/probe.js'
import { listen, listenOn } from '../../host/listening.js'
import { probeOne, requestFor } from './listeners.js'

afterEach(endAll)

const connack = Buffer.from([0x20, 0x02, 0x00, 0x00])

describe('what a probe makes of servers that are no brokers', () => {
  it('a server that floods is cut off and costs no memory', async () => {
    const block = Buffer.alloc(64 * 1024, 0x41)
    let sent = 0
    const port = await listen((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write(block)) sent += block.length
      }
      socket.on('drain', pour)
      pour()
    })
    const one = await probeOne(`127.0.0.1:${port}`, { timeoutMs: 1000 })
    expect(one.verdict.kind).toBe('not-mqtt')
    expect(one.seen.every(({ received }) => (received?.length ?? 0) <= 256)).toBe(true)
    expect(sent).toBeLessThan(64 * 1024 * 1024)
  })

  it('a server that trickles a CONNACK for ever ends with the time-out', async () => {
    const port = await listen((socket) => {
      // The announced length never comes to its end.
      socket.write(Buffer.from([0x20, 0xff, 0x7f]))
      const drip = setInterval(() => socket.write(Buffer.of(0)), 20)
      socket.once('close', () => clearInterval(drip))
    })
    const one = await probeOne(`127.0.0.1:${port}`, { timeoutMs: 300 })
    expect(one.seen.find(({ attempt }) => attempt === 'plain')).toMatchObject({ outcome: 'timeout' })
    expect(['unknown', 'not-mqtt']).toContain(one.verdict.kind)
  })

  it('rubbish is not MQTT', async () => {
    const port = await listen((socket) => socket.end(Buffer.from('ffd8ffe000104a464946', 'hex')))
    expect((await probeOne(`127.0.0.1:${port}`)).verdict.kind).toBe('not-mqtt')
  })

  it('a server that speaks first is named', async () => {
    const port = await listen((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'))
    const { verdict } = await probeOne(`127.0.0.1:${port}`, { timeoutMs: 500 })
    expect(verdict).toMatchObject({ kind: 'not-mqtt', text: expect.stringContaining('SSH') })
  })

  it('an HTTP server is not MQTT', async () => {
    const port = await listenOn(createHttpServer((_request, response) => response.end('hello')))
    expect((await probeOne(`127.0.0.1:${port}`)).verdict).toMatchObject({
      kind: 'not-mqtt',
      text: expect.stringContaining('HTTP'),
    })
  })

  it('what answers everything with HTTP 400 answers no row with TLS', async () => {
    const bad = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
    const port = await listen((socket) => socket.once('data', () => socket.end(bad)))
    const { seen, verdict } = await probeOne(`127.0.0.1:${port}`)
    expect(verdict).toMatchObject({ kind: 'not-mqtt', text: expect.stringContaining('400') })
    const rows = seen.filter(({ attempt }) => /tls|ws/.test(attempt))
    expect(rows.map(({ attempt }) => attempt)).toEqual(
      expect.arrayContaining(['tls', 'ws', 'v2-tls', 'v1-tls', 'v2-ws']),
    )
    for (const { attempt, outcome, detail } of rows) {
      expect([attempt, outcome]).toEqual([attempt, 'not-mqtt'])
      expect([attempt, detail]).toEqual([attempt, expect.stringMatching(/ws/.test(attempt) ? /400/ : /is not TLS/)])
    }
  })

  it('a port that never answers is silent, within the time-out', async () => {
    const port = await listen(() => {})
    const one = await probeOne(`127.0.0.1:${port}`, { timeoutMs: 200 })
    expect(one.verdict.kind).toBe('silent')
    expect(one.verdict.tls).toBeUndefined()
  })

  it('a listener that turns everyone away has no working backend', async () => {
    const port = await listen((socket) => socket.end())
    expect((await probeOne(`127.0.0.1:${port}`)).verdict.kind).toBe('no-backend')
  })

  it('a broker that takes any header, or none, can be spoofed', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.write(connack)))
    const one = await probeOne(`127.0.0.1:${port}`, { timeoutMs: 3000 })
    expect(one.verdict.kind).toBe('proxy-optional')
    expect(one.findings[0]).toMatchObject({ code: 'MP-P303', severity: 'HIGH' })
  })
})

describe('a broker that keeps an account for this machine', () => {
  // As RabbitMQ 4.3.6 keeps its guest, measured there: 3.1.1 CONNACK 5 for another address, 0 for 127.0.0.1.
  it('is open to a header that claims it', async () => {
    const port = await listen((socket) => {
      socket.once('data', (chunk) => {
        if (chunk.readUInt32BE() !== 0x0d0a0d0a) return void socket.end()
        const local = chunk[12] === 0x20 || chunk.subarray(16, 20).equals(Buffer.from([127, 0, 0, 1]))
        socket.write(local ? connack : Buffer.from([0x20, 0x02, 0x00, 0x05]))
        if (!local) socket.end()
      })
    })
    const one = await probeOne(`127.0.0.1:${port}`, { timeoutMs: 3000 })
    expect(one.verdict.kind).toBe('proxy-required')
    const claimed = one.findings.find(({ code }) => code === 'MP-P307')
    expect(claimed?.message).toMatch(/claims a loopback address is accepted where one with another address is refused/)
    expect(claimed?.evidence?.join()).toMatch(/loopback: sent 0d0a.*CONNACK 0/)
  })
})

describe('a receiver that waits after one kind of header', () => {
  it('does not decide how long the whole takes', async () => {
    const port = await listen((socket) => {
      socket.once('data', (chunk) => {
        if (!chunk.subarray(0, 5).equals(Buffer.from('PROXY'))) socket.write(connack)
      })
    })
    const one = await probeOne(`127.0.0.1:${port}`, { timeoutMs: 60_000 })
    expect(one.seen.find(({ attempt }) => attempt === 'v1')).toMatchObject({ outcome: 'timeout' })
    expect(one.verdict.proxy.versions).toEqual([2])
    expect(one.ms).toBeLessThan(30_000)
  })
})

describe('targets that are not reached', () => {
  it('a closed port', async () => {
    expect((await probeOne(`127.0.0.1:${await freePort()}`)).verdict.kind).toBe('closed')
  })

  it('a name that nobody knows', async () => {
    await expect(lookup('no-such-host.invalid')).rejects.toThrow()
    const { verdict } = await probeOne('no-such-host.invalid:1883')
    expect(verdict.kind).toBe('unreachable')
  })

  it('one attempt is enough to know', async () => {
    const run = await probe(requestFor([`127.0.0.1:${await freePort()}`]))
    expect(run.connections).toBe(1)
  })
})

describe('IPv6', () => {
  const listenSix = () =>
    listenOn(
      createServer((socket) => socket.once('data', () => socket.end(connack))),
      '::1',
    )

  it('takes literals, and claims an IPv6 client in its headers', async () => {
    const one = await probeOne(`[::1]:${await listenSix()}`, { timeoutMs: 3000 })
    expect(one.verdict.kind).toBe('proxy-optional')
    expect(Buffer.from(one.seen.find(({ attempt }) => attempt === 'v1')?.header ?? '', 'hex').toString()).toMatch(
      /^PROXY TCP6 2001:db8::7 ::1 56324 \d+\r\n$/,
    )
  })

  it('takes zone ids', async () => {
    const loopback = Object.keys(networkInterfaces()).find((name) => /^lo/.test(name)) ?? 'lo'
    const one = await probeOne(`[::1%${loopback}]:${await listenSix()}`, { timeoutMs: 3000 })
    expect(one.verdict.kind).toBe('proxy-optional')
  })
})

describe('limits', () => {
  it('--gentle has one connection at a time', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.end()))
    const target = `127.0.0.1:${port}`
    expect((await probe(requestFor([target], { gentle: true, timeoutMs: 300 }))).atOnce).toBe(1)
    expect((await probe(requestFor([target], { timeoutMs: 300 }))).atOnce).toBeGreaterThan(5)
  })

  it('many targets take no longer than one', async () => {
    const port = await listen(() => {})
    const run = await probe(requestFor(Array(30).fill(`127.0.0.1:${port}`), { timeoutMs: 200 }))
    expect(run.probed.map(({ verdict }) => verdict.kind)).toEqual(Array(30).fill('silent'))
    const one = Math.max(...run.probed.map(({ ms }) => ms))
    const sum = run.probed.reduce((total, { ms }) => total + ms, 0)
    expect(run.ms).toBeLessThan((one + sum) / 2)
  })
})
