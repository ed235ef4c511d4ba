import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket, connect as tlsConnect } from 'node:tls'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { Decoder } from '../../proxy-header/index.js'
import type { ClientTls } from '../types.js'
import { type TapWatcher, wait } from './tap-pipe.js'

/** TLS on either side of a relay, and where it leads. */
export interface TapTls {
  readonly target: { readonly host: string } | { readonly path: string }
  /** Ends TLS here, behind a PROXY header if one comes first. PEM. */
  readonly listenTls?: { readonly cert: string; readonly key: string }
  /** Begins TLS to the target, behind a PROXY header if one came. */
  readonly targetTls?: ClientTls
}

/**
 * The two streams whose bytes are decoded: with TLS, what is inside it, behind the header that came first. `undefined`:
 * a fault ended the connection at its header.
 */
export async function secured(
  client: Socket,
  server: Socket,
  options: TapTls,
  watcher: TapWatcher,
): Promise<readonly [Socket, Socket] | undefined> {
  const { listenTls, targetTls } = options
  if (listenTls === undefined && targetTls === undefined) return [client, server]
  const header = await headerOf(client)
  if (header.length > 0) {
    const { pieces, ending } = watcher.data('client', header) ?? { pieces: [{ bytes: header, pauseMs: 0 }] }
    for (const { bytes, pauseMs } of pieces) {
      if (pauseMs > 0) await wait(pauseMs, server)
      server.write(bytes)
    }
    if (ending !== undefined) {
      watcher.end('client', ending === 'reset', undefined)
      // What was written leaves first.
      await new Promise<void>((resolve) => server.end(() => resolve()))
      return undefined
    }
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

function tlsTo(socket: Socket, { target }: TapTls, tls: ClientTls): Promise<Socket> {
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

/** @throws Fault MP-TAP-TLS (exit 2) */
export function checkTls({ listenTls, targetTls }: TapTls): void {
  checkPair(listenTls, 'listen')
  checkPair(targetTls, 'target')
}

function checkPair(tls: Pick<ClientTls, 'cert' | 'key' | 'ca'> | undefined, side: 'listen' | 'target'): void {
  if (tls === undefined) return
  const { cert, key, ca } = tls
  try {
    createSecureContext({ cert, key, ca })
  } catch (error) {
    throw new Fault('MP-TAP-TLS', `the certificate and key of the tap (${side}) cannot be used: ${messageOf(error)}`, {
      exit: EXIT.usage,
      hints: [`check that --${side}-cert and --${side}-key belong together and are PEM`],
      cause: error,
    })
  }
}
