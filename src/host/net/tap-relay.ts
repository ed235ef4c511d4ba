import { chmod, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { messageOf, systemCode } from '../../kernel/errors.js'
import { formatSocketAddress, type SocketAddress } from '../../kernel/socket-address.js'
import { own } from '../process/lifetime.js'
import { listenFault } from '../server/listen-fault.js'
import { Pipe, type TapWatcher } from './tap-pipe.js'
import { checkTls, secured, type TapTls } from './tap-tls.js'

/** `path`: a Unix socket; a client's has no name, so it is empty. */
export type TapEnd = { readonly address: string; readonly port: number } | { readonly path: string }

export interface TapEnds {
  readonly client: TapEnd
  readonly server: TapEnd
}

export interface TapRelayOptions extends TapTls {
  readonly listen: SocketAddress
  readonly target: SocketAddress
  readonly connectTimeoutMs: number
  readonly watch: (ends: TapEnds) => TapWatcher
}

export interface TapRelay {
  readonly at: SocketAddress
  /** Connections that are open now. */
  readonly open: number
  /** Resets all of them, both ways; says how many there were. */
  reset(): number
  stop(): Promise<void>
}

/**
 * Hands connections on, both ways, and shows every byte to a watcher. Who reads slowly is waited for: nothing is queued
 * beyond what the sockets hold.
 * @throws Fault MP-PORT-TAKEN, MP-LISTEN (exit 3), MP-TAP-TLS (exit 2)
 */
export async function startTapRelay(options: TapRelayOptions): Promise<TapRelay> {
  checkTls(options)
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
  const reset = () => {
    const count = open
    for (const socket of sockets) socket.resetAndDestroy()
    return count
  }
  return {
    at,
    stop,
    reset,
    get open() {
      return open
    },
  }
}

async function listening(server: Server, at: SocketAddress): Promise<SocketAddress> {
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
  // Asked before anything is waited for: a client that has gone has no address any more.
  const from = endOf(client, 'path' in options.listen ? { path: '' } : undefined)
  const refused = await connected(server, target, options.connectTimeoutMs)
  const to = refused === undefined ? endOf(server, 'path' in target ? target : undefined) : targetEnd(target)
  const watcher = options.watch({ client: from, server: to })
  if (refused !== undefined) {
    client.destroy()
    server.destroy()
    return watcher.end('server', false, refused)
  }
  try {
    const streams = await secured(client, server, options, watcher)
    if (streams !== undefined) await Promise.race([new Pipe(...streams, watcher).done, closed(...streams)])
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

/** Undefined when connected, else why not. */
function connected(socket: Socket, target: SocketAddress, timeoutMs: number): Promise<string | undefined> {
  const where = formatSocketAddress(target)
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

/** The other end of a socket; port 0: it has gone already. */
function endOf({ remoteAddress, remotePort }: Socket, unix: { readonly path: string } | undefined): TapEnd {
  return unix ?? { address: (remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''), port: remotePort ?? 0 }
}

function targetEnd(target: SocketAddress): TapEnd {
  return 'path' in target ? target : { address: target.host, port: target.port }
}
