import { createServer as createTlsServer } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import { type ConnectOptions, mqttConnect } from '../../../src/host/net/mqtt-connect.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { parseTarget } from '../../../src/kernel/target.js'
import { clientPair, planCertificates } from '../../../src/scenarios/certificates.js'
import { listen, listenOn } from '../listening.js'

const connack = Buffer.from([0x20, 0x02, 0x00, 0x00])
afterEach(endAll)

describe('mqttConnect', () => {
  it('sends the preface and the CONNECT in one write, and reads the CONNACK', async () => {
    const chunks: Buffer[] = []
    const port = await listen((socket) => {
      socket.on('data', (chunk) => {
        chunks.push(chunk)
        socket.write(connack)
      })
    })
    const seen = await attempt(port, { preface: [{ bytes: Buffer.from('PROXY UNKNOWN\r\n'), pauseMs: 0 }] })
    expect(seen).toMatchObject({ outcome: 'accepted', stage: 'mqtt', connack: 0 })
    expect(seen.local).toMatch(/^127\.0\.0\.1:\d+$/)
    expect(chunks[0]?.toString('latin1')).toMatch(/^PROXY UNKNOWN\r\n\x10/)
  })

  it('binds its own end where asked', async () => {
    const peers: (string | undefined)[] = []
    const port = await listen((socket) => {
      peers.push(socket.remoteAddress)
      socket.end(connack)
    })
    const seen = await attempt(port, { localAddress: '127.0.0.2' })
    expect(peers).toEqual(['127.0.0.2'])
    expect(seen.local).toMatch(/^127\.0\.0\.2:/)
  })

  it('tells a refusal by CONNACK with its code', async () => {
    const port = await listen((socket) => socket.end(Buffer.from([0x20, 0x02, 0x00, 0x05])))
    expect(await attempt(port)).toMatchObject({ outcome: 'connack', connack: 5 })
  })

  it('reads a CONNACK that comes byte by byte', async () => {
    const port = await listen(async (socket) => {
      for (const byte of connack) {
        socket.write(Buffer.of(byte))
        await new Promise(setImmediate)
      }
    })
    expect(await attempt(port)).toMatchObject({ outcome: 'accepted' })
  })

  it.each([
    ['200800000526ffff0102', '5.0', 'not-mqtt'],
    ['200800000526ffff0102', '3.1.1', 'not-mqtt'],
    ['20020000', '5.0', 'not-mqtt'],
    ['2003000000', '3.1.1', 'not-mqtt'],
    ['20020200', '3.1.1', 'not-mqtt'],
    ['2005000002257f', '5.0', 'not-mqtt'],
    ['20060000032100ff', '5.0', 'accepted'],
    ['20020001', '5.0', 'connack'],
    ['2003008400', '3.1.1', 'connack'],
  ] as const)('judges CONNACK %s to the letter under %s: %s', async (hex, mqtt, outcome) => {
    const port = await listen((socket) => void socket.write(Buffer.from(hex, 'hex')))
    expect(await attempt(port, { mqtt })).toMatchObject({ outcome })
  })

  it('takes the first CONNACK of a receiver that sends two at once', async () => {
    const port = await listen((socket) => void socket.write(Buffer.concat([connack, Buffer.from([0x20, 2, 0, 5])])))
    for (let n = 0; n < 20; n++) expect(await attempt(port)).toMatchObject({ outcome: 'accepted', connack: 0 })
  })

  it('tells a close, a reset, silence and a closed port apart', async () => {
    const closing = await listen((socket) => socket.on('data', () => socket.end()))
    const resetting = await listen((socket) => socket.on('data', () => socket.resetAndDestroy()))
    const silent = await listen(() => {})
    expect((await attempt(closing)).outcome).toBe('closed')
    expect((await attempt(resetting)).outcome).toBe('reset')
    expect(await attempt(silent, { timeoutMs: 80 })).toMatchObject({ outcome: 'timeout', stage: 'mqtt' })
    expect(await attempt(await freePort())).toMatchObject({ outcome: 'refused', stage: 'connect', local: undefined })
  })

  it('keeps the first bytes of what is not MQTT, and stops a flood', async () => {
    const http = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const seen = await attempt(http)
    expect(seen.outcome).toBe('not-mqtt')
    expect(Buffer.from(seen.received ?? []).toString()).toMatch(/^HTTP\/1\.1 400/)
    const flood = await listen((socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65536, 0x20)));
      }
      socket.on('drain', more)
      more()
    })
    expect((await attempt(flood)).received?.length).toBe(256)
  })

  it('bounds a server that trickles', async () => {
    const port = await listen((socket) => {
      const timer = setInterval(() => socket.write(Buffer.from([0x20])), 20)
      socket.on('close', () => clearInterval(timer))
    })
    const seen = await attempt(port, { timeoutMs: 200 })
    expect(['timeout', 'not-mqtt']).toContain(seen.outcome)
  })

  it('bounds a header that is written slowly, whatever lies over it', async () => {
    const chunks: Buffer[] = []
    const port = await listen((socket) => socket.on('data', (chunk) => chunks.push(chunk)))
    const slow = ['a', 'b', 'c'].map((text) => ({ bytes: Buffer.from(text), pauseMs: text === 'a' ? 0 : 60_000 }))
    for (const scheme of ['mqtt', 'mqtts', 'ws'] as const) {
      const target = { scheme, host: '127.0.0.1', port, path: '/' }
      const seen = await attempt(port, { target, timeoutMs: 100, preface: slow })
      expect(seen).toMatchObject({ outcome: 'timeout', detail: expect.stringContaining('100 ms') })
    }
    expect(chunks.map(String)).toEqual(['a', 'a', 'a'])
  })

  it('says that a name cannot be resolved', async () => {
    const target = parseTarget('no-such-host.invalid:1883')
    expect(await attempt(0, { target })).toMatchObject({ outcome: 'unreachable', stage: 'connect' })
  })
})

describe('mqttConnect over TLS', async () => {
  const set = await makeCertificates(planCertificates({ bad: ['wrong-ca'], now: new Date() }))
  const tlsPort = (requestCert: boolean) =>
    listenOn(
      createTlsServer(
        { cert: set.server.cert, key: set.server.key, ca: set.clientCa, requestCert, rejectUnauthorized: requestCert },
        (socket) => {
          socket.on('error', () => {})
          socket.on('data', () => socket.write(connack))
        },
      ),
    )

  it('reports what was agreed on', async () => {
    const port = await tlsPort(false)
    const seen = await attempt(port, { target: parseTarget(`mqtts://127.0.0.1:${port}`), tls: { ca: set.serverCa } })
    expect(seen).toMatchObject({ outcome: 'accepted', tls: { version: 'TLSv1.3' } })
  })

  it('refuses a server whose CA it does not trust', async () => {
    const port = await tlsPort(false)
    const seen = await attempt(port, { target: parseTarget(`mqtts://127.0.0.1:${port}`), tls: { ca: set.otherCa } })
    expect(seen).toMatchObject({ outcome: 'tls', stage: 'tls' })
  })

  it('tells the refusal of a client certificate that comes after a TLS 1.3 handshake', async () => {
    const port = await tlsPort(true)
    const target = parseTarget(`mqtts://127.0.0.1:${port}`)
    const wrong = clientPair(set, 'wrong-ca')
    const good = clientPair(set, 'valid')
    expect(await attempt(port, { target, tls: { ca: set.serverCa } })).toMatchObject({
      outcome: expect.stringMatching(/tls|reset/),
    })
    // A server of Node.js drops an untrusted certificate without an alert, where OpenSSL's own servers send one.
    expect(await attempt(port, { target, tls: { ca: set.serverCa, ...wrong } })).toMatchObject({
      outcome: expect.stringMatching(/tls|reset|closed/),
    })
    expect(await attempt(port, { target, tls: { ca: set.serverCa, ...good } })).toMatchObject({ outcome: 'accepted' })
  })

  it('says that a plain port does not speak TLS', async () => {
    const port = await listen((socket) => socket.on('data', () => socket.end()))
    const seen = await attempt(port, { target: parseTarget(`mqtts://127.0.0.1:${port}`), tls: { ca: set.serverCa } })
    expect(seen).toMatchObject({ outcome: 'closed', stage: 'tls' })
  })
})

describe('mqttConnect over WebSocket', () => {
  it('asks for the subprotocol mqtt and speaks MQTT in binary frames', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await new Promise((done) => server.once('listening', done))
    const protocols: string[] = []
    server.on('connection', (socket) => {
      protocols.push(socket.protocol)
      socket.on('message', () => socket.send(connack))
    })
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const seen = await attempt(port, { target: parseTarget(`ws://127.0.0.1:${port}/mqtt`) })
    for (const client of server.clients) client.terminate()
    await new Promise((done) => server.close(done))
    expect(seen).toMatchObject({ outcome: 'accepted' })
    expect(protocols).toEqual(['mqtt'])
  })

  it('tells an upgrade that is refused', async () => {
    const port = await listen((socket) => socket.on('data', () => socket.end('HTTP/1.1 404 Not Found\r\n\r\n')))
    const seen = await attempt(port, { target: parseTarget(`ws://127.0.0.1:${port}/mqtt`) })
    expect(seen).toMatchObject({ outcome: 'not-mqtt', stage: 'websocket' })
  })
})

function attempt(port: number, options: Partial<ConnectOptions> = {}) {
  return mqttConnect({
    target: { scheme: 'mqtt', host: '127.0.0.1', port, path: '' },
    mqtt: '3.1.1',
    clientId: 'c1',
    timeoutMs: 3000,
    ...options,
  })
}
