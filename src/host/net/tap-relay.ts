import { chmod, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket, connect as tlsConnect } from 'node:tls'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatAddress } from '../../kernel/target.js'
import { Decoder } from '../../proxy-header/index.js'
import { own } from '../process/lifetime.js'
import { listenFault } from '../server/listen-fault.js'
import type { ClientTls } from '../types.js'

export type TapPlace = { readonly host: string; readonly port: number } | { readonly path: string }

export interface TapEnds {
  readonly client: { readonly address: string; readonly port: number }
  readonly server: { readonly address: string; readonly port: number }
}

/** What becomes of a chunk: these pieces go on, each after its pause, and then perhaps the connection ends. */
export interface Handling {
  readonly pieces: readonly { readonly bytes: Uint8Array; readonly pauseMs: number }[]
  /** `freeze`: nothing more is passed on, and nobody is told. */
  readonly ending?: 'close' | 'reset' | 'freeze'
}

/** Looks at one connection while it is relayed. It must not throw. */
export interface TapWatcher {
  /** @returns undefined: pass it on as it is */
  data(from: 'client' | 'server', bytes: Uint8Array): Handling | undefined
  /** `by` is who ended first. */
  end(by: 'client' | 'server' | undefined, reset: boolean, why: string | undefined): void
}

export interface TapRelayOptions {
  readonly listen: TapPlace
  readonly target: TapPlace
  /** Ends TLS here, behind a PROXY header if one comes first. PEM. */
  readonly listenTls?: { readonly cert: string; readonly key: string }
  /** Begins TLS to the target, behind a PROXY header if one came. */
  readonly targetTls?: ClientTls
  readonly connectTimeoutMs: number
  readonly watch: (ends: TapEnds) => TapWatcher
}

export interface TapRelay {
  readonly at: TapPlace
  /** Connections that are open now. */
  readonly open: number
  stop(): Promise<void>
}

/**
 * Hands connections on, both ways, and shows every byte to a watcher. Who reads slowly is waited for: nothing is queued
 * beyond what the sockets hold.
 * @throws Fault MP-PORT-TAKEN, MP-LISTEN (exit 3), MP-TAP-TLS (exit 2)
 */
export async function startTapRelay(options: TapRelayOptions): Promise<TapRelay> {
  if (options.listenTls !== undefined) checkTls(options.listenTls)
  const sockets = new Set<Socket>()
  let open = 0
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    open++
    track(client, sockets)
    void relayOne(client, options, sockets).finally(() => open--)
  })
  const at = await listening(server, options.listen)
  const stop = own('the tap', async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
    if ('path' in at) await unlink(at.path).catch(() => {})
  })
  return {
    at,
    stop,
    get open() {
      return open
    },
  }
}

async function listening(server: Server, at: TapPlace): Promise<TapPlace> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFault(at, error)))
    server.listen('path' in at ? { path: at.path } : { host: at.host, port: at.port, exclusive: true }, () => resolve())
  })
  const address = server.address()
  if ('path' in at) {
    // Who may speak to a broker's socket is decided by the broker's own; this one is ours alone.
    await chmod(at.path, 0o600)
    return at
  }
  return typeof address === 'object' && address !== null ? { host: at.host, port: address.port } : at
}

/** One connection, from its first byte to its last. */
async function relayOne(client: Socket, options: TapRelayOptions, sockets: Set<Socket>): Promise<void> {
  const { target } = options
  const server = connect(
    'path' in target ? { path: target.path, allowHalfOpen: true } : { ...target, allowHalfOpen: true },
  )
  server.setNoDelay(true)
  track(server, sockets)
  const watcher = options.watch({ client: endOf(client, true), server: targetEnd(target) })
  const refused = await connected(server, target, options.connectTimeoutMs)
  if (refused !== undefined) {
    client.destroy()
    server.destroy()
    return watcher.end('server', false, refused)
  }
  try {
    const [near, far] = await secured(client, server, options, watcher)
    await Promise.race([new Pipe(near, far, watcher).done, closed(near, far)])
  } catch (error) {
    watcher.end(undefined, false, messageOf(error))
  } finally {
    client.destroy()
    server.destroy()
  }
}

function closed(near: Socket, far: Socket): Promise<void> {
  const gone = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return Promise.all([gone(near), gone(far)]).then(() => {})
}

/** Both directions of a connection, until both have ended. */
class Pipe {
  readonly done: Promise<void>
  #finish = () => {}
  #ended = 0
  #told = false
  #frozen = false

  constructor(
    near: Socket,
    far: Socket,
    private readonly watcher: TapWatcher,
  ) {
    this.done = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.#join(near, far, 'client')
    this.#join(far, near, 'server')
  }

  #join(from: Socket, to: Socket, side: 'client' | 'server'): void {
    // One chunk at a time: faults pause, and what comes meanwhile waits in the socket.
    let work: Promise<void> | undefined
    from.on('data', (bytes: Buffer) => {
      if (this.#frozen) return
      const handling = this.watcher.data(side, bytes)
      if (handling === undefined && work === undefined) {
        if (!to.write(bytes)) pauseUntilDrained(from, to)
        return
      }
      from.pause()
      const mine = (work ?? Promise.resolve())
        .then(() => this.#handle(handling ?? { pieces: [{ bytes, pauseMs: 0 }] }, from, to, side))
        .then(() => {
          if (work !== mine) return
          work = undefined
          if (!this.#frozen) from.resume()
        })
      work = mine
    })
    from.once('end', () => {
      if (this.#frozen) return
      void (work ?? Promise.resolve()).then(() => {
        this.#tell(side, false)
        // Counted when all of it has left.
        to.end(() => this.#one())
      })
    })
    from.once('error', () => {
      this.#tell(side, true)
      to.resetAndDestroy()
      this.#finish()
    })
    from.once('close', () => {
      if (!this.#frozen) this.#tell(side, false)
    })
  }

  async #handle({ pieces, ending }: Handling, from: Socket, to: Socket, side: 'client' | 'server'): Promise<void> {
    for (const { bytes, pauseMs } of pieces) {
      if (pauseMs > 0) await wait(pauseMs, to)
      if (to.destroyed) return
      if (bytes.length > 0 && !to.write(bytes)) await drained(to)
    }
    if (ending === undefined) return
    if (ending === 'freeze') {
      this.#frozen = true
      from.pause()
      return
    }
    this.#tell(side, ending === 'reset')
    for (const socket of [from, to]) {
      if (ending === 'reset') socket.resetAndDestroy()
      else socket.destroySoon()
    }
    this.#finish()
  }

  #one(): void {
    this.#ended++
    if (this.#ended === 2) this.#finish()
  }

  #tell(by: 'client' | 'server', reset: boolean): void {
    if (this.#told) return
    this.#told = true
    this.watcher.end(by, reset, undefined)
  }
}

function pauseUntilDrained(from: Socket, to: Socket): void {
  from.pause()
  to.once('drain', () => from.resume())
}

function drained(to: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      to.off('drain', go)
      to.off('close', go)
      resolve()
    }
    to.once('drain', go)
    to.once('close', go)
  })
}

function wait(ms: number, socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer)
      socket.off('close', go)
      resolve()
    }
    const timer = setTimeout(go, ms)
    socket.once('close', go)
  })
}

/** The two streams whose bytes are decoded: with TLS, what is inside it, behind the header that came first. */
async function secured(
  client: Socket,
  server: Socket,
  options: TapRelayOptions,
  watcher: TapWatcher,
): Promise<readonly [Socket, Socket]> {
  const { listenTls, targetTls } = options
  if (listenTls === undefined && targetTls === undefined) return [client, server]
  const header = await headerOf(client)
  if (header.length > 0) {
    const handling = watcher.data('client', header) ?? { pieces: [{ bytes: header, pauseMs: 0 }] }
    for (const { bytes } of handling.pieces) server.write(bytes)
  }
  const near = listenTls === undefined ? client : new TLSSocket(client, { isServer: true, ...listenTls })
  const far = targetTls === undefined ? server : await tlsTo(server, options, targetTls)
  near.on('error', () => {})
  return [near, far]
}

/** A PROXY header at the beginning of a connection, bytes behind it put back; empty when there is none. */
async function headerOf(client: Socket): Promise<Uint8Array> {
  const decoder = new Decoder()
  let held: Buffer = Buffer.alloc(0)
  for (;;) {
    const chunk = await nextChunk(client)
    if (chunk === undefined) return new Uint8Array(0)
    held = Buffer.concat([held, chunk])
    const decoded = decoder.push(chunk)
    if (decoded.status === 'more') continue
    const length = decoded.status === 'header' ? decoded.length : 0
    if (held.length > length) client.unshift(held.subarray(length))
    return held.subarray(0, length)
  }
}

function nextChunk(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const done = (chunk: Buffer | undefined) => {
      socket.pause()
      socket.off('data', done)
      socket.off('end', none)
      socket.off('close', none)
      resolve(chunk)
    }
    const none = () => done(undefined)
    socket.once('data', done)
    socket.once('end', none)
    socket.once('close', none)
    socket.resume()
  })
}

function tlsTo(socket: Socket, { target }: TapRelayOptions, tls: ClientTls): Promise<Socket> {
  const name = tls.servername ?? ('path' in target ? 'localhost' : target.host)
  return new Promise((resolve, reject) => {
    const secure = tlsConnect({
      socket,
      rejectUnauthorized: tls.verify !== false,
      ...(/^[\d.:]+$/.test(name) ? {} : { servername: name }),
      ...(tls.ca !== undefined && { ca: tls.ca }),
      ...(tls.cert !== undefined && { cert: tls.cert }),
      ...(tls.key !== undefined && { key: tls.key }),
    })
    secure.once('secureConnect', () => {
      secure.on('error', () => {})
      resolve(secure)
    })
    secure.once('error', (cause) => reject(new Error(`TLS to the target failed: ${messageOf(cause)}`, { cause })))
  })
}

/** Undefined when connected, else why not. */
function connected(socket: Socket, target: TapPlace, timeoutMs: number): Promise<string | undefined> {
  const where = 'path' in target ? target.path : formatAddress(target)
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`${where} did not answer within ${timeoutMs} ms`), timeoutMs)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      socket.on('error', () => {})
      resolve(undefined)
    })
    socket.once('error', (error) => {
      clearTimeout(timer)
      resolve(`${where} cannot be reached: ${systemCode(error) ?? messageOf(error)}`)
    })
  })
}

function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket)
  socket.on('error', () => {})
  socket.once('close', () => sockets.delete(socket))
}

function endOf(socket: Socket, remote: boolean): TapEnds['client'] {
  const [address, port] = remote ? [socket.remoteAddress, socket.remotePort] : [socket.localAddress, socket.localPort]
  return { address: (address ?? '127.0.0.1').replace(/^::ffff:/, ''), port: port ?? 0 }
}

function targetEnd(target: TapPlace): TapEnds['server'] {
  return 'path' in target ? { address: '127.0.0.1', port: 0 } : { address: target.host, port: target.port }
}

function checkTls(tls: { readonly cert: string; readonly key: string }): void {
  try {
    createSecureContext(tls)
  } catch (error) {
    throw new Fault('MP-TAP-TLS', `the certificate and key of the tap cannot be used: ${messageOf(error)}`, {
      exit: EXIT.usage,
      hints: ['check that --listen-cert and --listen-key belong together and are PEM'],
      cause: error,
    })
  }
}
