import { connect, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'
import type { Target } from '../../kernel/target.js'

export interface Handshake {
  /** The server sent a CertificateRequest (RFC 5246, 7.4.4), which TLS 1.2 shows in the clear. */
  readonly asked: boolean
  readonly ms: number
}

const certificateRequest = 13
/** Certificate chains are a few kilobytes. */
const mostBytes = 256 * 1024

/**
 * Begins a TLS 1.2 handshake and reads along: does the server ask for a client certificate? A refused handshake alone
 * does not tell, its alert is the same for a missing certificate and for a missing cipher.
 */
export function watchHandshake(
  target: Target,
  options: {
    readonly servername: string | undefined
    readonly localAddress: string | undefined
    readonly timeoutMs: number
  },
): Promise<Handshake> {
  const started = performance.now()
  return new Promise((resolve) => {
    const { host, port } = target
    const tcp = connect({
      host,
      port,
      ...(options.localAddress !== undefined && { localAddress: options.localAddress }),
    })
    const tap = new Tap(tcp)
    const tls = tlsConnect({
      socket: tap,
      servername: options.servername ?? (/^[\d.]+$|:/.test(host) ? '' : host),
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.2',
    })
    const done = () => {
      clearTimeout(timer)
      tls.destroy()
      tcp.destroy()
      resolve({ asked: handshakeTypes(tap.seen()).includes(certificateRequest), ms: performance.now() - started })
    }
    const timer = setTimeout(done, options.timeoutMs)
    tcp.on('error', done)
    tls.on('error', done)
    tls.once('secureConnect', done)
    tls.once('close', done)
  })
}

/** Passes bytes between a socket and TLS, and keeps what the server sent. */
class Tap extends Duplex {
  readonly #chunks: Buffer[] = []
  #length = 0

  constructor(readonly socket: Socket) {
    super()
    socket.on('data', (chunk: Buffer) => {
      if (this.#length < mostBytes) this.#chunks.push(chunk)
      this.#length += chunk.length
      if (!this.push(chunk)) socket.pause()
    })
    socket.on('end', () => this.push(null))
    socket.on('close', () => this.destroy())
  }

  seen(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  override _read(): void {
    this.socket.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, done)
  }

  override _final(done: () => void): void {
    this.socket.end(done)
  }
}

/** Types of the handshake messages before encryption begins (RFC 5246, 6.2.1 and 7.4). */
export function handshakeTypes(bytes: Buffer): number[] {
  const parts: Buffer[] = []
  let at = 0
  while (at + 5 <= bytes.length && bytes[at] === 22) {
    const length = bytes.readUInt16BE(at + 3)
    parts.push(bytes.subarray(at + 5, at + 5 + length))
    at += 5 + length
  }
  const messages = Buffer.concat(parts)
  const types: number[] = []
  for (let next = 0; next + 4 <= messages.length; next += 4 + messages.readUIntBE(next + 1, 3))
    types.push(messages[next] ?? 0)
  return types
}
