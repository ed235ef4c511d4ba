import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import { type BrokerServer, serveBroker } from '../../../src/host/server/server.js'
import { Access } from '../../../src/mqtt-server/access/access.js'
import type { ConnectionEvent } from '../../../src/mqtt-server/connection-event.js'
import {
  type BrokerLimits,
  type HeaderPolicy,
  type ListenerOptions,
  noHeader,
  openListener,
  type TlsOptions,
  usualTls,
} from '../../../src/mqtt-server/options.js'
import { encode } from '../../../src/proxy-header/index.js'
import { type CertificateSet, planCertificates } from '../../../src/scenarios/certificates.js'

const required: HeaderPolicy = { ...noHeader, mode: 'required' }
const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const one of cleanups.splice(0).reverse()) await one()
})

interface Running {
  readonly server: BrokerServer
  readonly port: number
  readonly events: ConnectionEvent[]
  /** What the broker logged. */
  readonly lines: string[]
  /** The next event that has not been taken. */
  next(): Promise<ConnectionEvent>
}

async function start(options: Partial<ListenerOptions> = {}, limits: Partial<BrokerLimits> = {}): Promise<Running> {
  const events: ConnectionEvent[] = []
  const lines: string[] = []
  const waiting: ((event: ConnectionEvent) => void)[] = []
  const server = await serveBroker({
    listeners: [{ ...openListener({ host: '127.0.0.1', port: 0 }), ...options }],
    limits,
    log: { wants: () => true, write: (_type, text) => lines.push(text) },
    onEvent: (event) => {
      const taker = waiting.shift()
      if (taker) taker(event)
      else events.push(event)
    },
  })
  cleanups.push(() => server.stop())
  const [at] = server.listeners
  const next = () => {
    const ready = events.shift()
    return ready ? Promise.resolve(ready) : new Promise<ConnectionEvent>((resolve) => waiting.push(resolve))
  }
  return { server, port: at && 'port' in at ? at.port : 0, events, lines, next }
}

async function client(url: string, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const one = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options })
  cleanups.push(async () => {
    await one.endAsync(true)
  })
  return one
}

function handshake(version: string, origin: string): string {
  const lines = [
    'GET /mqtt HTTP/1.1',
    'Host: a',
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Version: ${version}`,
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Origin: ${origin}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Sends raw bytes and collects what comes until the broker closes or `enough` bytes are there. */
function raw(to: { port: number } | { path: string }, chunks: readonly Uint8Array[], enough: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = 'path' in to ? connect(to.path) : connect(to.port, '127.0.0.1')
    let got = Buffer.alloc(0)
    const done = () => {
      socket.destroy()
      resolve(got.toString('hex'))
    }
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk])
      if (got.length >= enough) done()
    })
    socket.on('close', done)
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? done() : reject(error)))
    socket.on('connect', () => {
      void (async () => {
        for (const chunk of chunks) await new Promise<void>((sent) => socket.write(chunk, () => setImmediate(sent)))
      })()
    })
  })
}

function tlsOf({ server, clientCa }: CertificateSet): TlsOptions {
  return { ...usualTls, cert: server.cert, key: server.key, ca: clientCa }
}

const connect311 = Buffer.from('100d00044d5154540402003c000161', 'hex')
const header = encode({
  version: 2,
  source: { address: '203.0.113.7', port: 56324 },
  destination: { address: '127.0.0.1', port: 1884 },
  ssl: { client: 7, verify: 0, version: 'TLSv1.3', cn: 'sensor-17' },
})

describe('the broker on real sockets', () => {
  it('serves mqtt.js in 3.1.1 and 5 at every QoS, with large payloads', async () => {
    const { port } = await start()
    for (const protocolVersion of [4, 5] as const) {
      const one = await client(`mqtt://127.0.0.1:${port}`, { protocolVersion })
      await one.subscribeAsync('t/#', { qos: 2 })
      const payload = Buffer.alloc(256 * 1024, 'x')
      for (const qos of [0, 1, 2] as const) {
        const got = new Promise<Buffer>((resolve) => one.once('message', (_topic, message) => resolve(message)))
        await one.publishAsync(`t/${qos}`, payload, { qos })
        expect((await got).equals(payload)).toBe(true)
      }
    }
  })

  it('reads a header in pieces, and says who came', async () => {
    const { port, next } = await start({
      header: { ...required, requireTls: true, requireCertificate: true, cnAsUsername: true },
    })
    const bytes = Buffer.concat([header, connect311])
    const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 15), bytes.subarray(15, 30), bytes.subarray(30)]
    expect(await raw({ port }, pieces, 4)).toBe('20020000')
    expect(await next()).toMatchObject({
      client: '203.0.113.7:56324',
      proxy: { version: 2, command: 'PROXY', tls: { used: true, version: 'TLSv1.3', cn: 'sensor-17', verified: true } },
      mqtt: { id: 'a', version: 4, username: 'sensor-17' },
      result: 'accepted',
    })
  })

  it('refuses who sends no header, at once and with the reason', async () => {
    const { port, next } = await start({ header: required })
    expect(await raw({ port }, [connect311], 1)).toBe('')
    expect(await next()).toMatchObject({ result: 'rejected', code: 'MP-NO-HEADER' })
  })

  it('closes when the header does not come in time', async () => {
    const { port, next } = await start({ header: { ...required, timeoutMs: 100 } })
    expect(await raw({ port }, [header.subarray(0, 20)], 1)).toBe('')
    expect(await next()).toMatchObject({ result: 'rejected', code: 'MP-HDR-TIMEOUT' })
  })

  it('tells a health check from a client', async () => {
    const { port, next } = await start({ header: required })
    const socket = connect(port, '127.0.0.1')
    socket.end(encode({ version: 2, command: 'LOCAL' }))
    socket.resume()
    expect(await next()).toMatchObject({ result: 'closed', proxy: { command: 'LOCAL' } })
  })

  it('speaks MQTT in WebSocket, behind a header too', async () => {
    const plain = await start({ transport: 'websocket' })
    const one = await client(`ws://127.0.0.1:${plain.port}/mqtt`)
    expect(one.connected).toBe(true)
    const behind = await start({ transport: 'websocket', header: required })
    const webSocket = new WebSocket(`ws://127.0.0.1:${behind.port}/mqtt`, 'mqtt', {
      createConnection: () => {
        const socket = connect(behind.port, '127.0.0.1')
        socket.write(header)
        return socket
      },
    })
    cleanups.push(() => webSocket.terminate())
    const answer = new Promise<string>((resolve, reject) => {
      webSocket.once('message', (data: Buffer) => resolve(data.toString('hex')))
      webSocket.once('error', reject)
      webSocket.once('open', () => webSocket.send(connect311))
    })
    expect(await answer).toBe('20020000')
    expect(await behind.next()).toMatchObject({ client: '203.0.113.7:56324', result: 'accepted' })
  })

  it.each([
    ['MQTT', connect311, 'no HTTP request: the first bytes are an MQTT 3.1.1 CONNECT (client id "a")'],
    ['a page request', 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /x without an upgrade to WebSocket'],
    ['an old handshake', handshake('7', 'https://good.example'), 'no valid WebSocket handshake'],
    ['another origin', handshake('13', 'https://bad.example'), 'the origin "https://bad.example" is not allowed'],
  ])('says why %s does not become WebSocket, with the client that the header names', async (_, bytes, reason) => {
    const { port, next, lines } = await start({
      transport: 'websocket',
      header: required,
      origins: ['https://good.example'],
    })
    await raw({ port }, [header, Buffer.from(bytes)], Number.POSITIVE_INFINITY)
    const client = '203.0.113.7:56324'
    expect(await next()).toMatchObject({ n: 1, client, result: 'rejected', code: 'MP-NO-WEBSOCKET', reason })
    expect(lines.at(-1)).toBe(`Client 203.0.113.7 [${client}] disconnected: ${reason}.`)
  })

  it('ends a socket that never asks for its WebSocket, and a TLS handshake that does not go on', async () => {
    const limits = { handshakeTimeoutMs: 200 }
    const { port, next } = await start({ transport: 'websocket' }, limits)
    await expect(raw({ port }, [Buffer.from('GET /mqtt HTTP/1.1\r\nHost: a\r\n')], 1)).resolves.toBe('')
    await expect(next()).resolves.toMatchObject({ code: 'MP-NO-WEBSOCKET', reason: expect.stringMatching('0.2 s') })
    const certificates = await makeCertificates(planCertificates({ clientCns: [], now: new Date() }))
    const tls = await start({ tls: tlsOf(certificates) }, limits)
    await expect(raw({ port: tls.port }, [Buffer.from([0x16, 3, 1])], 1)).resolves.toBe('')
    await expect(tls.next()).resolves.toMatchObject({ code: 'MP-TLS' })
  })

  it('says of a client that leaves before the WebSocket handshake that it left', async () => {
    const { port, next } = await start({ transport: 'websocket' })
    const socket = connect(port, '127.0.0.1', () => socket.end('GET / HT'))
    expect(await next()).toMatchObject({ result: 'closed', reason: 'closed by peer before the WebSocket handshake' })
  })

  it('listens on a unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mp-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 's')
    const { next } = await start({ at: { path }, header: required })
    expect(await raw({ path }, [header, connect311], 4)).toBe('20020000')
    expect(await next()).toMatchObject({ client: '203.0.113.7:56324', listener: path })
  })

  it('ends TLS itself and takes the name from the certificate', async () => {
    const set = await makeCertificates(planCertificates({ clientCns: ['sensor-17'], now: new Date() }))
    const { serverCa: ca } = set
    const own = set.clients['sensor-17']
    if (!own) throw new Error('no client certificate')
    const tls: TlsOptions = { ...tlsOf(set), requireCertificate: true, username: 'cn' }
    const { port, next } = await start({ tls, access: new Access(false, undefined, undefined) })
    const one = await client(`mqtts://localhost:${port}`, { ca, cert: own.cert, key: own.key, clientId: 'tls' })
    expect(one.connected).toBe(true)
    expect(await next()).toMatchObject({
      result: 'accepted',
      mqtt: { username: 'sensor-17' },
      tls: { version: 'TLSv1.3' },
    })
    await expect(client(`mqtts://localhost:${port}`, { ca })).rejects.toThrow()
    expect(await next()).toMatchObject({ result: 'rejected', code: 'MP-TLS' })
  })

  it('says who holds a port that is taken', async () => {
    const { port } = await start()
    await expect(start({ at: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'MP-PORT-TAKEN',
      exit: 3,
      message: expect.stringContaining(`port ${port} is used by`),
    })
  })

  it('lets in no more than it may', async () => {
    const { port } = await start({ maxConnections: 1 })
    const one = await client(`mqtt://127.0.0.1:${port}`)
    expect(await raw({ port }, [connect311], 1)).toBe('')
    await one.endAsync()
    expect(await raw({ port }, [connect311], 4)).toBe('20020000')
  })

  it('lets its last words reach a client that goes on sending', async () => {
    const { port } = await start({}, { maxInflight: 2, manner: 'standard' })
    const connect5 = Buffer.from('100e00044d5154540502003c00000161', 'hex')
    const publish = (id: number) => Buffer.from(`3407000161000${id}0078`, 'hex')
    // Python's sockets and many others write before they read: a reset fails there, and the reason is never seen.
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const said: Buffer[] = []
    let broke: Error | undefined
    socket.on('error', (error) => {
      broke = error
    })
    socket.on('data', (chunk) => said.push(chunk))
    socket.write(Buffer.concat([connect5, publish(1), publish(2), publish(3)]))
    socket.on('end', () => socket.write(Buffer.alloc(10_000, 0xc0), () => socket.end(Buffer.alloc(10_000, 0xc0))))
    await new Promise((resolve) => socket.once('close', resolve))
    expect(broke).toBeUndefined()
    expect(Buffer.concat(said).toString('hex')).toMatch(/e00193$/)
  })

  it('says in the log whom it did not let in, behind TLS too', async () => {
    const set = await makeCertificates(planCertificates({ clientCns: [], now: new Date() }))
    for (const tls of [undefined, tlsOf(set)]) {
      const { port, lines } = await start({ tls, maxConnections: 1 })
      const { serverCa: ca } = set
      await client(tls ? `mqtts://localhost:${port}` : `mqtt://127.0.0.1:${port}`, { ca })
      const second = tls
        ? connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca })
        : connect(port, '127.0.0.1')
      await new Promise((resolve) => second.resume().once('close', resolve))
      expect(lines).toContain('Client connection from 127.0.0.1 denied: max_connections exceeded.')
    }
  })

  it('forgets a client that left while it waited for a free place', async () => {
    const { server, port, lines } = await start({ maxConnections: 1 })
    await client(`mqtt://127.0.0.1:${port}`)
    const hasty = connect(port, '127.0.0.1')
    await new Promise((resolve) => hasty.once('connect', resolve))
    hasty.resetAndDestroy()
    while (lines.filter((line) => line.startsWith('New connection')).length < 2) await pause(1)
    // The broker, in this process, looks again after 10 ms: a timer as long that is set later comes later.
    await pause(10)
    expect(server.broker.connectionCount).toBe(1)
  })
})

describe('stopping', () => {
  it('comes after the answers to what was read, also at the moment of the event', async () => {
    let stopped: Promise<void> | undefined
    const server = await serveBroker({
      listeners: [openListener({ host: '127.0.0.1', port: 0 })],
      onEvent: () => {
        stopped = server.stop()
      },
    })
    cleanups.push(() => server.stop())
    const [at] = server.listeners
    expect(await raw({ port: at && 'port' in at ? at.port : 0 }, [connect311], 4)).toBe('20020000')
    await stopped
  })
})

describe('the embedded driver', () => {
  it('runs by a mosquitto.conf and tells what it saw of a client', async () => {
    const { embeddedDriver } = await import('../../../src/host/brokers/embedded.js')
    const { freePort } = await import('../../../src/host/net/ports.js')
    const folder = await mkdtemp(join(tmpdir(), 'mp-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const port = await freePort()
    const configFile = join(folder, 'mosquitto.conf')
    await writeFile(configFile, `listener ${port} 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n`)
    const broker = await embeddedDriver().start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
    cleanups.push(() => broker.stop())
    expect(await raw({ port }, [header, connect311], 4)).toBe('20020000')
    expect(await broker.saw('a')).toMatchObject({ address: '203.0.113.7', port: 56324, username: undefined, tls: true })
    expect(await broker.saw('nobody', 50)).toBeUndefined()
    expect(broker.log().join('\n')).toContain('New client connected from 203.0.113.7:56324 as a (p4, c1, k60).')
    await broker.stop()
    expect(broker.alive()).toBe(false)
  })

  it('does not start with a file it cannot carry out, and says the line', async () => {
    const { embeddedDriver } = await import('../../../src/host/brokers/embedded.js')
    const folder = await mkdtemp(join(tmpdir(), 'mp-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const configFile = join(folder, 'mosquitto.conf')
    await writeFile(configFile, 'listener 1 127.0.0.1\nenable_proxy_protocol_v2 true\n')
    await expect(embeddedDriver().start({ folder, configFile, listeners: [] })).rejects.toMatchObject({
      exit: 3,
      at: { file: configFile, line: 2 },
    })
  })
})
