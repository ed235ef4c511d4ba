import { connect, createServer, type Socket } from 'node:net'
import type { RecordedChunk, RecordedConnection } from '../../capture/pcapng.js'
import { own } from '../process/lifetime.js'

export interface RelayOptions {
  readonly listen: { readonly host: string; readonly port: number }
  readonly to: { readonly host: string; readonly port: number }
  /** Connect onward from the address (not the port) that the client has. */
  readonly keepAddress: boolean
}

/** A connection that was handed on. */
interface RelayedConnection extends RecordedConnection {
  /** Our own end of the connection onward, by which the other side knows it; port 0 before there is one. */
  readonly onward: { readonly address: string; readonly port: number }
}

export interface Relay {
  /** Everything so far; connections that are still open end now. */
  recorded(): readonly RelayedConnection[]
  stop(): Promise<void>
}

type Opening = { -readonly [K in keyof RelayedConnection]: RelayedConnection[K] } & {
  chunks: RecordedChunk[]
  open: boolean
}

/** Hands connections on, both ways, and keeps every byte with its time. At most 64 KiB of each direction are kept. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const all: Opening[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const address = plain(client.remoteAddress)
    const onward = connect({
      ...options.to,
      allowHalfOpen: true,
      ...(options.keepAddress && address !== '127.0.0.1' && address !== '::1' && { localAddress: address }),
    })
    const one: Opening = {
      // A health check that has already gone leaves no port; it still is a connection of its own in the capture.
      client: { address, port: client.remotePort ?? all.length + 1 },
      server: { address: options.listen.host, port: options.listen.port },
      onward: { address: '', port: 0 },
      openedAt: now(),
      chunks: [],
      closedAt: 0,
      closedBy: 'client',
      reset: false,
      open: true,
    }
    all.push(one)
    onward.once('connect', () => {
      one.onward = { address: plain(onward.localAddress), port: onward.localPort ?? 0 }
    })
    for (const socket of [client, onward]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.once('close', () => sockets.delete(socket))
    }
    pipe(client, onward, 'client', one)
    pipe(onward, client, 'server', one)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...options.listen, exclusive: true }, () => resolve())
  })
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  const release = own('a recording relay', close)
  return {
    recorded: () => all.map(({ open, ...one }) => ({ ...one, closedAt: open ? now() : one.closedAt })),
    stop: release,
  }
}

const mostKept = 64 * 1024

function pipe(from: Socket, to: Socket, side: 'client' | 'server', one: Opening): void {
  let kept = 0
  from.on('data', (bytes: Buffer) => {
    if (kept < mostKept) one.chunks.push({ from: side, at: now(), bytes })
    kept += bytes.length
    if (!to.write(bytes)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
  })
  const over = (reset: boolean) => {
    if (!one.open) return
    Object.assign(one, { open: false, closedAt: now(), closedBy: side, reset })
  }
  from.once('end', () => {
    over(false)
    to.end()
  })
  from.once('error', () => {
    over(true)
    to.resetAndDestroy()
  })
}

function plain(address: string | undefined): string {
  return (address ?? '127.0.0.1').replace(/^::ffff:/, '')
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
