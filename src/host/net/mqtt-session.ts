import type { Duplex } from 'node:stream'
import type { IClientOptions, MqttClient } from 'mqtt'
import { messageOf } from '../../kernel/errors.js'
import { withDeadline } from '../process/deadline.js'
import type { Dialled, DialOptions } from '../types.js'
import { dial } from './dial.js'
import { BrokenAnswer, guarded } from './guarded.js'
import { resumed } from './mqtt-resume.js'

export interface SessionOptions extends Omit<DialOptions, 'first'> {
  readonly mqtt: '3.1.1' | '5.0'
  readonly clientId: string
  readonly username?: string
  readonly password?: string
  /** Seconds; default 60. */
  readonly keepalive?: number
  /** Default true. */
  readonly clean?: boolean
  /** MQTT 5: seconds the broker keeps the session. */
  readonly sessionExpiry?: number
  /** Told our end of the connection as soon as there is one, whatever becomes of it. */
  readonly onLocal?: (local: string) => void
  /** Published by the broker when the session ends without a DISCONNECT; QoS 1. */
  readonly will?: { readonly topic: string; readonly payload: string }
}

/** An MQTT session of the `mqtt` client over our own connection. It never reconnects by itself. */
export interface ClientSession {
  readonly client: MqttClient
  /** Our end: `127.0.0.2:48014`. */
  readonly local: string
  /** How the other side broke the protocol, in words; the session has ended then. */
  broken(): string | undefined
  /** DISCONNECT, then closed; within a second, whatever the other side does. */
  close(): Promise<void>
  /** Drops the connection without a DISCONNECT. */
  drop(): void
}

/**
 * Connects the `mqtt` client through `dial`.
 * @throws DialError when the connection does not come about, or Error in the client's words when MQTT is refused
 */
export async function openSession(options: SessionOptions): Promise<ClientSession> {
  const dialled = await dial(options)
  options.onLocal?.(dialled.local)
  return await sessionOver({ ...dialled, stream: guarded(dialled.stream, options.mqtt, false) }, options)
}

/**
 * The `mqtt` client on a connection whose CONNECT was answered already (`mqttOpen`): with it, a header and the CONNECT
 * leave in one write, and what came of them is known in detail.
 */
export async function resumeSession(
  open: Pick<Dialled, 'stream' | 'close'>,
  connack: Readonly<Record<string, unknown>> | undefined,
  options: SessionOptions,
): Promise<ClientSession> {
  const stream = await resumed(guarded(open.stream, options.mqtt, true), options.mqtt, connack)
  return await sessionOver({ stream, local: '', tls: undefined, close: open.close }, options)
}

const closedEarly = 'the connection was closed before a CONNACK'

/** How long a DISCONNECT may take to leave. */
const closeMs = 1000

async function sessionOver(dialled: Dialled, options: SessionOptions): Promise<ClientSession> {
  const { MqttClient } = await import('mqtt')
  // The other side may have closed already; the client would wait for a `close` that has been.
  if (dialled.stream.destroyed) throw dialled.stream.errored ?? new Error(closedEarly)
  let taken = false
  const client = new MqttClient(() => {
    if (taken) throw new Error('a session connects once')
    taken = true
    return dialled.stream
  }, clientOptions(options))
  client.on('error', () => {})
  const drop = () => {
    client.end(true)
    dialled.close()
  }
  try {
    await connected(client, dialled.stream, options)
  } catch (error) {
    drop()
    throw error
  }
  // The client's own end waits for acknowledgements, and for the close of a stream that may be closed already.
  const close = async () => {
    await withDeadline(closeMs, undefined, async ({ signal }) => {
      const gone = new Promise<void>((resolve) => {
        dialled.stream.once('close', resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
        if (dialled.stream.destroyed) resolve()
      })
      await Promise.race([client.endAsync().catch(() => undefined), gone])
    })
    drop()
  }
  const broken = () => (dialled.stream.errored instanceof BrokenAnswer ? dialled.stream.errored.message : undefined)
  return { client, local: dialled.local, broken, close, drop }
}

function clientOptions(options: SessionOptions): IClientOptions {
  return {
    protocolVersion: options.mqtt === '5.0' ? 5 : 4,
    clientId: options.clientId,
    clean: options.clean ?? true,
    keepalive: options.keepalive ?? 60,
    reconnectPeriod: 0,
    connectTimeout: options.timeoutMs,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password }),
    ...(options.will !== undefined && {
      will: { topic: options.will.topic, payload: Buffer.from(options.will.payload), qos: 1 as const, retain: false },
    }),
    ...(options.sessionExpiry !== undefined && { properties: { sessionExpiryInterval: options.sessionExpiry } }),
  }
}

function connected(client: MqttClient, stream: Duplex, options: SessionOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      clearTimeout(timer)
      client.removeListener('connect', onConnect)
      client.removeListener('error', onError)
      client.removeListener('close', onClose)
      stream.removeListener('close', onClose)
      end()
    }
    const onConnect = () => settle(resolve)
    const onError = (error: Error) => settle(() => reject(error))
    const onClose = () => settle(() => reject(stream.errored ?? new Error(closedEarly)))
    const timer = setTimeout(
      () => settle(() => reject(new Error(`no CONNACK within ${options.timeoutMs} ms`))),
      options.timeoutMs,
    )
    client.on('connect', onConnect)
    client.on('error', onError)
    client.on('close', onClose)
    stream.once('close', onClose)
  })
}

/** What became of a message that was published on one session and awaited on another (or the same). */
export interface RoundTrip {
  readonly ok: boolean
  readonly detail: string | undefined
  /** Milliseconds from PUBLISH to its arrival. */
  readonly ms: number
}

/** Subscribes, publishes `payload` at `qos`, and compares what arrives byte by byte. Never throws for what the broker does. */
export async function roundTrip(
  publisher: ClientSession,
  subscriber: ClientSession,
  message: { readonly topic: string; readonly payload: Buffer; readonly qos: 0 | 1 | 2; readonly timeoutMs: number },
): Promise<RoundTrip> {
  const { topic, payload, qos, timeoutMs } = message
  const started = performance.now()
  const result = (ok: boolean, detail?: string): RoundTrip => ({ ok, detail, ms: performance.now() - started })
  return await withDeadline(timeoutMs, undefined, async (deadline) => {
    const { signal } = deadline
    const lost = Promise.race([lostOf(subscriber), lostOf(publisher)])
    lost.catch(() => {})
    try {
      const [granted] = await within(subscriber.client.subscribeAsync(topic, { qos }), signal, lost)
      if (granted?.qos !== qos) return result(false, `subscribed at QoS ${granted?.qos ?? 'none'} instead of ${qos}`)
      const arrived = nextMessage(subscriber.client, topic)
      await within(publisher.client.publishAsync(topic, payload, { qos }), signal, lost)
      const seen = await within(arrived, signal, lost)
      return seen.equals(payload) ? result(true) : result(false, differs(payload, seen))
    } catch (error) {
      return result(false, deadline.passed ? `no message within ${timeoutMs} ms` : messageOf(error))
    }
  })
}

/** Fails when the session ends, in words. */
function lostOf({ client, broken }: ClientSession): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new Error(broken() ?? 'the connection was closed by the other side'))
    client.once('close', fail)
    if (!client.connected) fail()
  })
}

async function within<T>(work: Promise<T>, signal: AbortSignal, lost: Promise<never>): Promise<T> {
  signal.throwIfAborted()
  return await Promise.race([
    work,
    lost,
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
  ])
}

function nextMessage(client: MqttClient, topic: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const onMessage = (seenTopic: string, payload: Buffer) => {
      if (seenTopic !== topic) return
      client.removeListener('message', onMessage)
      resolve(payload)
    }
    client.on('message', onMessage)
  })
}

function differs(sent: Buffer, seen: Buffer): string {
  if (seen.length !== sent.length) return `${seen.length} bytes arrived of ${sent.length}`
  const at = sent.findIndex((byte, index) => seen[index] !== byte)
  return `the payload differs from byte ${at} on`
}
