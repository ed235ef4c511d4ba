import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer, connect as tlsConnect } from 'node:tls'
import { afterAll, expect, it } from 'vitest'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { startTapRelay, type TapEnds, type TapRelayOptions } from '../../../src/host/net/tap-relay.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { listenFault } from '../../../src/host/server/listen-fault.js'
import type { SocketAddress } from '../../../src/kernel/socket-address.js'
import { encode } from '../../../src/proxy-header/index.js'
import { planCertificates } from '../../../src/scenarios/certificates.js'
import { listen, listenOn } from '../listening.js'

afterAll(endAll)

const any = { host: '127.0.0.1', port: 0 }
const header = Buffer.from(
  encode({
    version: 2,
    source: { address: '203.0.113.7', port: 4711 },
    destination: { address: '127.0.0.1', port: 1884 },
  }),
)

/** A relay that only passes on, and what it was told. */
async function relaying(options: Partial<TapRelayOptions> & Pick<TapRelayOptions, 'target'>) {
  const ends: TapEnds[] = []
  const closed: (readonly [string | undefined, boolean, string | undefined])[] = []
  const seen = { client: [] as Buffer[], server: [] as Buffer[] }
  const relay = await startTapRelay({
    listen: any,
    connectTimeoutMs: 5000,
    watch: (one) => {
      ends.push(one)
      return {
        data: (from, bytes) => void seen[from].push(Buffer.from(bytes)),
        end: (...how) => void closed.push(how),
      }
    },
    ...options,
  })
  const text = (side: 'client' | 'server') => Buffer.concat(seen[side]).toString('latin1')
  return { relay, ends, closed, text }
}

function dialled(at: SocketAddress): Socket {
  const socket = 'path' in at ? connect(at.path) : connect(at.port, at.host)
  socket.on('error', () => {})
  return socket
}

/** All that comes until the other side ends. */
function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (bytes: Buffer) => void chunks.push(bytes))
  return new Promise((resolve) => socket.once('end', () => resolve(Buffer.concat(chunks).toString('latin1'))))
}

/** Whether a socket was closed by a fault. */
function closing(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => socket.once('close', resolve))
}

/** Answers what came when the client has ended. */
const echo = async (socket: Socket) => {
  const said = await readAll(socket)
  socket.end(`got ${said}`, 'latin1')
}

it('passes on from Unix socket to Unix socket, and leaves none behind', async () => {
  const folder = (await makeWorkdir('test')).path
  const [near, far] = [join(folder, 'near'), join(folder, 'far')]
  const server = createServer({ allowHalfOpen: true }, echo)
  await new Promise<void>((resolve) => server.listen(far, () => resolve()))
  const { relay, ends, closed, text } = await relaying({ listen: { path: near }, target: { path: far } })
  // What the target's own mode keeps out must not come in here.
  expect(statSync(near).mode & 0o777).toBe(0o600)
  const socket = connect({ path: near, allowHalfOpen: true })
  socket.end(Buffer.concat([header, Buffer.from('hello')]))
  expect(await readAll(socket)).toBe(`got ${header.toString('latin1')}hello`)
  await expect.poll(() => closed).toEqual([['client', false, undefined]])
  expect(ends).toEqual([{ client: { path: '' }, server: { path: far } }])
  expect(text('client')).toBe(`${header.toString('latin1')}hello`)
  await relay.stop()
  expect(existsSync(near)).toBe(false)
  server.close()
})

it('ends TLS of a client behind its header, and begins TLS to the target with a certificate of its own', async () => {
  const made = await makeCertificates(planCertificates({ now: new Date() }))
  const [client] = Object.values(made.clients)
  if (client === undefined) throw new Error('no client certificate')
  const headers: string[] = []
  const names: string[] = []
  const secure = createTlsServer({ ...made.server, ca: made.clientCa, requestCert: true, rejectUnauthorized: true })
  secure.on('secureConnection', (socket) => {
    names.push(String(socket.getPeerCertificate().subject.CN))
    socket.once('data', (bytes: Buffer) => socket.end(`got ${bytes}`))
  })
  // The header comes before TLS: it is taken off as a broker does.
  const target = await listen((socket) => {
    socket.once('data', (first: Buffer) => {
      socket.pause()
      headers.push(first.subarray(0, header.length).toString('hex'))
      if (first.length > header.length) socket.unshift(first.subarray(header.length))
      secure.emit('connection', socket)
    })
  })
  const { relay, text } = await relaying({
    target: { host: '127.0.0.1', port: target },
    listenTls: made.server,
    targetTls: { ca: made.serverCa, servername: 'localhost', ...client },
  })
  const socket = dialled(relay.at)
  await once(socket, 'connect')
  socket.write(header)
  const inner = tlsConnect({ socket, ca: made.serverCa, servername: 'localhost' })
  await once(inner, 'secureConnect')
  inner.write('hello')
  expect(await readAll(inner)).toBe('got hello')
  expect(headers).toEqual([header.toString('hex')])
  expect(names).toEqual(['alice'])
  expect(text('client')).toBe(`${header.toString('latin1')}hello`)
  expect(text('server')).toBe('got hello')
})

it('ends a connection at its header, before TLS, where a fault says so', async () => {
  const { server } = await makeCertificates(planCertificates({ now: new Date() }))
  const got: Promise<string>[] = []
  const target = await listen((socket) => void got.push(readAll(socket)))
  const ended: boolean[] = []
  const { relay } = await relaying({
    target: { host: '127.0.0.1', port: target },
    listenTls: server,
    watch: () => ({
      data: (_, bytes) => ({ pieces: [{ bytes: bytes.subarray(0, 9), pauseMs: 1 }], ending: 'close' }),
      end: (_, reset) => void ended.push(reset),
    }),
  })
  const socket = dialled(relay.at)
  socket.write(header)
  await closing(socket.resume())
  expect(await Promise.all(got)).toEqual([header.toString('latin1', 0, 9)])
  expect(ended).toEqual([false])
})

it('does not begin with a certificate and a key of two pairs', async () => {
  const [one, other] = await Promise.all([1, 2].map(() => makeCertificates(planCertificates({ now: new Date() }))))
  const mixed = { cert: one?.server.cert ?? '', key: other?.server.key ?? '' }
  for (const tls of [{ listenTls: mixed }, { targetTls: mixed }]) {
    await expect(relaying({ target: any, ...tls })).rejects.toMatchObject({ code: 'MP-TAP-TLS', exit: 2 })
  }
})

it('says of an address that it cannot take why, and what to do', async () => {
  const target = any
  const folder = (await makeWorkdir('test')).path
  const taken = join(folder, 'taken')
  await relaying({ listen: { path: taken }, target })
  await expect(relaying({ listen: { path: taken }, target })).rejects.toMatchObject({
    code: 'MP-PORT-TAKEN',
    exit: 3,
    hints: ['remove the file if no program listens on it'],
  })
  await expect(relaying({ listen: { path: join(folder, 'none', 's') }, target })).rejects.toMatchObject({
    code: 'MP-LISTEN',
    exit: 3,
  })
  const denied = Object.assign(new Error('denied'), { code: 'EACCES' })
  expect(listenFault({ path: '/run/x' }, denied).hints).toEqual([expect.stringContaining('folder of the socket')])
  expect(listenFault({ host: '127.0.0.1', port: 80 }, denied).hints).toEqual([expect.stringContaining('below 1024')])
})

it('waits for a target that does not read, and holds nothing of it', async () => {
  let reading: Socket | undefined
  const target = await listen((socket) => {
    reading = socket.pause()
  })
  const { relay } = await relaying({ target: { host: '127.0.0.1', port: target } })
  const socket = dialled(relay.at)
  await once(socket, 'connect')
  const chunk = Buffer.alloc(1 << 20)
  const before = process.memoryUsage().rss
  let sent = 0
  // Until the sockets between are full.
  for (let full = false; !full; ) {
    sent += chunk.length
    full = !socket.write(chunk) && (await Promise.race([once(socket, 'drain').then(() => false), stuck(socket)]))
    expect(sent, 'nothing holds the sender back').toBeLessThan(512 << 20)
  }
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(64)
  let got = 0
  reading?.on('data', (bytes: Buffer) => {
    got += bytes.length
  })
  reading?.resume()
  socket.end()
  await expect.poll(() => got, { timeout: 20_000 }).toBe(sent)
})

/** True when a socket has sent nothing for half a second. */
function stuck(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.setTimeout(500)
    socket.once('timeout', () => resolve(true))
  })
}

it('says whom it could not reach, and resets what is open when asked', async () => {
  const gone = createServer()
  await listenOn(gone)
  const { port } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  const nobody = await relaying({ target: { host: '127.0.0.1', port } })
  await closing(dialled(nobody.relay.at))
  expect(nobody.closed).toEqual([['server', false, `127.0.0.1:${port} cannot be reached: ECONNREFUSED`]])

  const target = await listen(() => {})
  const { relay, ends } = await relaying({ target: { host: '127.0.0.1', port: target } })
  const sockets = [dialled(relay.at), dialled(relay.at)]
  const errors = sockets.map(closing)
  await expect.poll(() => ends.length).toBe(2)
  expect(relay.reset()).toBe(2)
  expect(await Promise.all(errors)).toEqual([true, true])
  await expect.poll(() => relay.open).toBe(0)
})
