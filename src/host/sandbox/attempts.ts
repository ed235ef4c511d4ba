import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { SocketAddress } from '../../kernel/socket-address.js'
import type { Scheme } from '../../kernel/target.js'
import { encode } from '../../proxy-header/encode.js'
import type { HeaderSpec } from '../../proxy-header/types.js'
import { type CertificateSet, clientPair } from '../../scenarios/certificates.js'
import type { ClientCertificate } from '../../scenarios/types.js'
import { DialError } from '../net/dial-error.js'
import { mqttConnect, mqttOpen, type OpenSession } from '../net/mqtt-connect.js'
import { type ClientSession, openSession, roundTrip, type SessionOptions } from '../net/mqtt-session.js'
import type { ConnectObservation, DialOptions } from '../types.js'

/** How to get there, with everything but the certificates themselves. */
export interface DialWay {
  readonly to: SocketAddress
  readonly scheme: Scheme
  readonly tls: { readonly trust: 'server-ca' | 'other-ca'; readonly certificate: ClientCertificate } | undefined
  readonly header: HeaderSpec | undefined
  /** Before everything else, and before `header`. */
  readonly brought?: HeaderSpec
  readonly localAddress: string | undefined
  /** SNI, where it is another name than that of the target. */
  readonly serverName?: string
  /** Say nothing for so long after connecting. */
  readonly pauseMs?: number
}

export interface AttemptOptions {
  readonly certificates: CertificateSet
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface Hello {
  readonly mqtt: '3.1.1' | '5.0'
  readonly clientId: string
  readonly username?: string
  readonly password?: string
  readonly keepalive?: number
}

/** One CONNECT on a fresh connection, closed again; `whileOpen` before that, where it was accepted. */
export function attemptConnect(
  way: DialWay,
  hello: Hello,
  options: AttemptOptions,
  whileOpen?: (observation: ConnectObservation) => Promise<void>,
): Promise<ConnectObservation> {
  return mqttConnect({ ...dialOf(way, options), ...hello }, whileOpen)
}

/** One CONNECT whose session stays open, if it comes about. */
export async function attemptOpen(
  way: DialWay,
  hello: Hello,
  options: AttemptOptions,
): Promise<{ observation: ConnectObservation; session: OpenSession | undefined }> {
  return await mqttOpen({ ...dialOf(way, options), ...hello })
}

/** A full MQTT session over the way in. */
export function attemptSession(
  way: DialWay,
  hello: Hello & Pick<SessionOptions, 'clean' | 'sessionExpiry' | 'will' | 'onLocal'>,
  options: AttemptOptions,
): Promise<ClientSession> {
  return openSession({ ...dialOf(way, options), ...hello })
}

/** Publishes random bytes and compares what arrives, over one session or two. */
export async function attemptPublish(
  way: DialWay,
  hello: Hello,
  message: { readonly qos: 0 | 1 | 2; readonly bytes: number; readonly clients: 'one' | 'two' },
  options: AttemptOptions,
): Promise<{ readonly ok: boolean; readonly detail: string; readonly client: string | undefined }> {
  const sessions: ClientSession[] = []
  const { clientId } = hello
  let client: string | undefined
  const open = async (suffix: 's' | 'p') => {
    const onLocal = (local: string) => {
      client = local
    }
    sessions.push(await attemptSession(way, { ...hello, clientId: `${clientId}-${suffix}`, onLocal }, options))
  }
  try {
    await open('s')
    if (message.clients === 'two') await open('p')
    const [subscriber, publisher = sessions[0]] = sessions
    if (subscriber === undefined || publisher === undefined) throw new Error('no session')
    const payload = randomBytes(message.bytes)
    const topic = `check/${clientId}`
    const trip = await roundTrip(publisher, subscriber, {
      topic,
      payload,
      qos: message.qos,
      timeoutMs: options.timeoutMs,
    })
    const detail = trip.ok ? `${message.bytes} bytes arrived as they were sent` : (trip.detail ?? 'they did not arrive')
    return { ok: trip.ok, detail, client }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { ok: false, detail, client: client ?? (error instanceof DialError ? error.local : undefined) }
  } finally {
    await Promise.all(sessions.map((one) => one.close()))
  }
}

/** The bytes of a header that we send ourselves. */
function headerBytes(header: HeaderSpec | undefined): Uint8Array | undefined {
  return header === undefined ? undefined : encode(header)
}

/** Whether our clients may bind to this loopback address: on Linux all of 127/8 is ours, elsewhere only 127.0.0.1. */
export function canBind(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    const done = (yes: boolean) => socket.close(() => resolve(yes))
    socket.once('error', () => done(false))
    socket.bind({ address, port: 0, exclusive: true }, () => done(true))
  })
}

/** Everything `dial` needs for a way in. */
export function dialOf(way: DialWay, options: AttemptOptions): DialOptions {
  const { certificates: set } = options
  const preface = [headerBytes(way.brought), headerBytes(way.header)].flatMap((bytes) =>
    bytes === undefined ? [] : [{ bytes, pauseMs: 0 }],
  )
  const pair = way.tls === undefined ? undefined : clientPair(set, way.tls.certificate)
  const at = 'path' in way.to ? { host: 'localhost', port: 1883 } : way.to
  const path = way.scheme === 'ws' || way.scheme === 'wss' ? '/mqtt' : ''
  return {
    target: { scheme: way.scheme, ...at, path },
    timeoutMs: options.timeoutMs,
    ...('path' in way.to && { socketPath: way.to.path }),
    ...(way.tls && {
      tls: {
        ca: way.tls.trust === 'server-ca' ? set.serverCa : set.otherCa,
        ...(pair && { cert: pair.cert, key: pair.key }),
        // A name that a rule asks for need not be one of our certificate.
        ...(way.serverName !== undefined && { servername: way.serverName, verify: false }),
      },
    }),
    ...(way.localAddress !== undefined && { localAddress: way.localAddress }),
    ...(preface.length > 0 && { preface }),
    ...(way.pauseMs !== undefined && { pauseMs: way.pauseMs }),
    ...(options.signal && { signal: options.signal }),
  }
}
