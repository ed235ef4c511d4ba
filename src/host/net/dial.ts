import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  checkServerIdentity,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
  connect as tlsConnect,
} from 'node:tls'
import type { NoAnswer } from '../../kernel/connect-outcome.js'
import { messageOf, systemCode } from '../../kernel/errors.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { followedBy } from '../../proxy-header/index.js'
import { type Deadline, withDeadline } from '../process/deadline.js'
import type { ClientTls, Dialled, DialOptions, TlsFacts } from '../types.js'
import { DialError, isReset, isTls, wordsOf } from './dial-error.js'
import { late, openTcp, writePlan } from './tcp.js'

/**
 * Opens a TCP (or unix) connection, writes the preface, then lays TLS and WebSocket over it as the target's scheme asks.
 * Everything together is bounded by `timeoutMs`.
 * @throws DialError, or the abort reason of `signal`
 */
export function dial(options: DialOptions): Promise<Dialled> {
  return withDeadline(options.timeoutMs, options.signal, (deadline) => dialBy(deadline, options))
}

async function dialBy(deadline: Deadline, options: DialOptions): Promise<Dialled> {
  const { signal } = deadline
  const { scheme } = options.target
  const secure = scheme === 'mqtts' || scheme === 'wss'
  const webSocket = scheme === 'ws' || scheme === 'wss'
  const layered = secure || webSocket
  const tcp = await openTcp(options, signal)
  const local = tcp.localAddress === undefined ? undefined : localOf(tcp)
  try {
    const { preface = [], first, pauseMs = 0 } = options
    const silence = pauseMs === 0 ? [] : [{ bytes: new Uint8Array(), pauseMs }]
    const together = pauseMs === 0 && first !== undefined ? followedBy(preface, first) : [...preface, ...silence]
    await writePlan(tcp, layered || first === undefined ? [...preface, ...silence] : together, signal)
    if (!layered && first !== undefined && pauseMs > 0) tcp.write(first)
    if (signal.aborted) {
      if (options.signal?.aborted) throw options.signal.reason
      const message = `the header was not written within ${options.timeoutMs} ms`
      throw new DialError(secure ? 'tls' : webSocket ? 'websocket' : 'mqtt', 'timeout', message, local)
    }
    const tls = secure ? await openTls(tcp, options, local, signal) : undefined
    const carrier = tls ?? tcp
    const stream = webSocket ? await openWebSocket(carrier, options, local, signal) : carrier
    if (layered && pauseMs > 0) await writePlan(tcp, silence, signal)
    if (layered && first !== undefined) stream.write(first)
    const facts = tls && options.tlsFacts !== false ? factsOf(tls, options) : undefined
    return { stream, local: local ?? '', tls: facts, close: () => closeAll(stream, tcp) }
  } catch (error) {
    tcp.destroy()
    throw deadline.passed && !(error instanceof DialError) ? late(options, local) : error
  }
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
    secureContext: contextOf(tls),
    ...(tls.alpn !== undefined && { ALPNProtocols: [...tls.alpn] }),
  }
}

/** Reading certificates takes longer than a handshake: who connects again with the same options has them read once. */
const contexts = new WeakMap<ClientTls, SecureContext>()

function contextOf(tls: ClientTls): SecureContext {
  const known = contexts.get(tls)
  if (known !== undefined) return known
  const context = createSecureContext({
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
    // OpenSSL 3 offers these only when asked to lower its guard.
    ...(tls.oldOnly && ({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const)),
  })
  contexts.set(tls, context)
  return context
}

async function openWebSocket(
  carrier: Duplex,
  options: DialOptions,
  local: string | undefined,
  signal: AbortSignal,
): Promise<Duplex> {
  const { WebSocket, createWebSocketStream } = await import('ws')
  const { target } = options
  const url = `ws://${formatSocketAddress({ host: target.host.replace(/%.*$/, ''), port: target.port })}${target.path || '/mqtt'}`
  const socket = new WebSocket(url, ['mqtt'], { createConnection: () => carrier, perMessageDeflate: false })
  await new Promise<void>((resolve, reject) => {
    const fail = (outcome: NoAnswer, message: string, cause?: unknown) => {
      signal.removeEventListener('abort', stop)
      reject(new DialError('websocket', outcome, message, local, { cause }))
      socket.terminate()
    }
    const stop = () => fail('timeout', `no answer to the WebSocket upgrade within ${options.timeoutMs} ms`)
    // Heard before anything ends it: a WebSocket that is ended while it connects says so as an error.
    socket.on('error', (cause) => {
      if (isReset(cause)) fail('reset', 'the connection was reset during the WebSocket upgrade', cause)
      else if (isTls(cause)) fail('tls', wordsOf(cause), cause)
      else if (/socket hang up/.test(cause.message)) fail('closed', 'closed during the WebSocket upgrade', cause)
      else fail('not-mqtt', wordsOf(cause), cause)
    })
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
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

const foreignName = 'ERR_TLS_CERT_ALTNAME_INVALID'

function factsOf(socket: TLSSocket, options: DialOptions): TlsFacts {
  const peer = socket.getPeerCertificate()
  const known = peer?.subject !== undefined
  const subject = known ? firstOf(peer.subject.CN) : undefined
  // Set to a code or an Error, whatever the types say.
  const judged: unknown = socket.authorized ? undefined : socket.authorizationError
  // A certificate for another name comes from a trusted authority all the same.
  const untrusted = systemCode(judged) === foreignName || judged === foreignName ? undefined : judged
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
  return formatSocketAddress({ host: socket.localAddress ?? '', port: socket.localPort ?? 0 })
}
