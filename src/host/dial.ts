import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { checkServerIdentity, type TLSSocket, connect as tlsConnect } from 'node:tls'
import type { NoAnswer, Stage } from '../connect-outcome.js'
import { messageOf, systemCode } from '../errors.js'
import { formatAddress } from '../target.js'
import type { ClientTls, Dialled, DialOptions, TlsFacts } from './types.js'

/** A connection that did not come about: how far it came, and what stopped it. */
export class DialError extends Error {
  override readonly name = 'DialError'
  constructor(
    readonly stage: Stage,
    readonly outcome: NoAnswer,
    message: string,
    readonly local: string | undefined,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
  }
}

/**
 * Opens a TCP (or unix) connection, writes the preface, then lays TLS and WebSocket over it as the target's scheme asks.
 * Everything together is bounded by `timeoutMs`.
 * @throws DialError, or the abort reason of `signal`
 */
export async function dial(options: DialOptions): Promise<Dialled> {
  const deadline = AbortSignal.timeout(options.timeoutMs)
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal])
  const { scheme } = options.target
  const secure = scheme === 'mqtts' || scheme === 'wss'
  const webSocket = scheme === 'ws' || scheme === 'wss'
  const layered = secure || webSocket
  const tcp = await openTcp(options, signal)
  const local = tcp.localAddress === undefined ? undefined : localOf(tcp)
  try {
    await writePreface(tcp, options, layered, signal)
    const tls = secure ? await openTls(tcp, options, local, signal) : undefined
    const carrier = tls ?? tcp
    const stream = webSocket ? await openWebSocket(carrier, options, local, signal) : carrier
    if (layered && options.first !== undefined) stream.write(options.first)
    return { stream, local: local ?? '', tls: tls && factsOf(tls, options), close: () => closeAll(stream, tcp) }
  } catch (error) {
    tcp.destroy()
    throw deadline.aborted && !(error instanceof DialError) ? late('connect', options, local) : error
  }
}

function openTcp(options: DialOptions, signal: AbortSignal): Promise<Socket> {
  const { host, port } = options.target
  const where = options.socketPath ?? formatAddress(options.target)
  const allowHalfOpen = options.halfOpen === true
  return new Promise((resolve, reject) => {
    const socket =
      options.socketPath !== undefined
        ? connect({ path: options.socketPath, allowHalfOpen })
        : connect({
            host,
            port,
            allowHalfOpen,
            ...(options.localAddress !== undefined && { localAddress: options.localAddress }),
          })
    socket.setNoDelay(true)
    const stop = () => {
      socket.destroy()
      reject(options.signal?.aborted ? options.signal.reason : late('connect', options, undefined))
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', (cause) => {
      signal.removeEventListener('abort', stop)
      const outcome = systemCode(cause) === 'ECONNREFUSED' ? 'refused' : 'unreachable'
      reject(new DialError('connect', outcome, `${where}: ${wordsOf(cause)}`, undefined, { cause }))
    })
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop)
      socket.removeAllListeners('error')
      // Whoever uses the stream listens for itself; this keeps a late error from ending the process.
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

async function writePreface(tcp: Socket, options: DialOptions, layered: boolean, signal: AbortSignal): Promise<void> {
  const chunks = options.preface ?? []
  const first = layered ? undefined : options.first
  for (const [index, { bytes, pauseMs }] of chunks.entries()) {
    if (pauseMs > 0) await pause(pauseMs, tcp, signal)
    const last = index === chunks.length - 1
    tcp.write(last && first !== undefined ? Buffer.concat([bytes, first]) : bytes)
  }
  if (chunks.length === 0 && first !== undefined) tcp.write(first)
}

/** Resolves early when the other side has gone: the rest of the preface would only be lost. */
function pause(ms: number, tcp: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      tcp.off('close', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    tcp.once('close', done)
    signal.addEventListener('abort', done, { once: true })
  })
}

function openTls(
  tcp: Socket,
  options: DialOptions,
  local: string | undefined,
  signal: AbortSignal,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ socket: tcp, ...tlsOptions(options.tls ?? {}, options.target.host) })
    const fail = (outcome: NoAnswer, message: string, cause?: unknown) => {
      signal.removeEventListener('abort', stop)
      socket.destroy()
      reject(new DialError('tls', outcome, message, local, { cause }))
    }
    const stop = () => fail('timeout', `no TLS handshake within ${options.timeoutMs} ms`)
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', (cause) => {
      if (isReset(cause)) fail('reset', 'the connection was reset during the TLS handshake', cause)
      else fail('tls', wordsOf(cause), cause)
    })
    socket.once('end', () => fail('closed', 'the connection was closed during the TLS handshake'))
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', stop)
      socket.removeAllListeners('error')
      socket.removeAllListeners('end')
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

function tlsOptions(tls: ClientTls, host: string) {
  const name = tls.servername ?? host
  return {
    // SNI takes names only (RFC 6066, section 3); an address is still checked against the certificate.
    ...(/^[\d.]+$|:/.test(name) ? { servername: '' } : { servername: name }),
    host: name,
    rejectUnauthorized: tls.verify ?? true,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
    ...(tls.alpn !== undefined && { ALPNProtocols: [...tls.alpn] }),
    // OpenSSL 3 offers these only when asked to lower its guard.
    ...(tls.oldOnly && ({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const)),
  }
}

async function openWebSocket(
  carrier: Duplex,
  options: DialOptions,
  local: string | undefined,
  signal: AbortSignal,
): Promise<Duplex> {
  const { WebSocket, createWebSocketStream } = await import('ws')
  const { target } = options
  const url = `ws://${formatAddress({ host: target.host.replace(/%.*$/, ''), port: target.port })}${target.path || '/mqtt'}`
  const socket = new WebSocket(url, ['mqtt'], { createConnection: () => carrier, perMessageDeflate: false })
  await new Promise<void>((resolve, reject) => {
    const fail = (outcome: NoAnswer, message: string, cause?: unknown) => {
      signal.removeEventListener('abort', stop)
      reject(new DialError('websocket', outcome, message, local, { cause }))
      socket.terminate()
    }
    const stop = () => fail('timeout', `no answer to the WebSocket upgrade within ${options.timeoutMs} ms`)
    signal.addEventListener('abort', stop, { once: true })
    socket.on('error', (cause) => {
      if (isReset(cause)) fail('reset', 'the connection was reset during the WebSocket upgrade', cause)
      else if (isTls(cause)) fail('tls', wordsOf(cause), cause)
      else if (/socket hang up/.test(cause.message)) fail('closed', 'closed during the WebSocket upgrade', cause)
      else fail('not-mqtt', wordsOf(cause), cause)
    })
    socket.once('open', () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
  })
  const stream = createWebSocketStream(socket)
  stream.on('error', () => {})
  return stream
}

function closeAll(stream: Duplex, tcp: Socket): void {
  stream.destroy()
  tcp.destroy()
}

function factsOf(socket: TLSSocket, options: DialOptions): TlsFacts {
  const peer = socket.getPeerCertificate()
  const known = peer?.subject !== undefined
  const subject = known ? firstOf(peer.subject.CN) : undefined
  // Set to a code or an Error, whatever the types say.
  const untrusted: unknown = socket.authorized ? undefined : socket.authorizationError
  const wrong = known ? checkServerIdentity(options.tls?.servername ?? options.target.host, peer) : undefined
  return {
    version: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher()?.standardName ?? 'unknown',
    subject,
    certificate: known
      ? {
          subject: subject ?? Object.values(peer.subject).flat().join(', '),
          issuer: firstOf(peer.issuer?.CN) ?? 'unknown',
          names: (peer.subjectaltname ?? '').split(/,\s*/).filter((name) => name !== ''),
          notAfter: Date.parse(peer.valid_to),
        }
      : undefined,
    untrusted: untrusted === undefined || untrusted === null ? undefined : messageOf(untrusted),
    wrongName: wrong?.message,
  }
}

function firstOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}

function localOf(socket: Socket): string {
  return formatAddress({ host: socket.localAddress ?? '', port: socket.localPort ?? 0 })
}

function late(stage: Stage, options: DialOptions, local: string | undefined): DialError {
  const where = options.socketPath ?? formatAddress(options.target)
  return new DialError(stage, 'timeout', `${where} did not answer within ${options.timeoutMs} ms`, local)
}

export function isReset(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED'
}

export function isTls(error: unknown): boolean {
  const code = systemCode(error) ?? ''
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code.startsWith('EPROTO')
}

/** OpenSSL's errors carry source lines and numbers around the one phrase that matters. */
export function wordsOf(error: Error): string {
  // A name with several addresses fails with all their errors, and no message of its own.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  if ('reason' in error && typeof error.reason === 'string') return error.reason
  const phrase = /:SSL routines:[^:]*:([^:]+)/.exec(error.message)?.[1]
  return phrase ?? error.message.split('\n')[0] ?? error.message
}
