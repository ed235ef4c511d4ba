import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { ServerStream } from '../../mqtt-wire/server-stream.js'
import type { SessionSeen } from '../../probe/types.js'
import type { OpenSession } from './mqtt-connect.js'

/** How long a broker may take for SUBACK and the retained message behind it, or for its FIN. */
const answerMs = 250
/** A RST on loopback takes microseconds; far away it takes a round trip, which the CONNACK took as well. */
const leastMs = 30

/**
 * Looks around in an accepted session: the version topic, how long it may be idle (when asked), and how it ends.
 *
 * How it ends shows whether a relay is in front: a broker that closes its socket answers our next byte with RST, so
 * that the second write fails; HAProxy hands the broker's FIN on and still reads from us, so that it does not.
 * Measured on HAProxy 2.6 and 3.2, Mosquitto 2.1, RabbitMQ 3.10 and the embedded broker.
 */
export async function watchSession(
  { stream, close }: OpenSession,
  mqtt: '3.1.1' | '5.0',
  roundTripMs: number,
  idleSeconds: number | undefined,
  signal: AbortSignal | undefined,
  webSocket: boolean,
): Promise<SessionSeen> {
  const ends = new Promise<'end' | 'error'>((resolve) => {
    stream.once('end', () => resolve('end'))
    stream.once('error', () => resolve('error'))
    stream.once('close', () => resolve('error'))
  })
  try {
    const version = await readVersion(stream, mqtt, ends)
    const cutAfterMs = idleSeconds === undefined ? undefined : await idle(ends, idleSeconds * 1000, signal)
    if (cutAfterMs !== undefined) return { version, halfOpen: undefined, cutAfterMs }
    stream.resume()
    stream.write(Uint8Array.of(0xe0, 0x00))
    const end = await within(ends, answerMs)
    // Both sides announce the end of a WebSocket in frames, whatever is between them.
    const halfOpen =
      end === 'end' && !webSocket ? await takesMore(stream, Math.max(leastMs, 2 * roundTripMs)) : undefined
    return { version, halfOpen, cutAfterMs }
  } finally {
    close()
  }
}

async function readVersion(stream: Duplex, mqtt: '3.1.1' | '5.0', ends: Promise<unknown>): Promise<string | undefined> {
  const { default: packet } = await import('mqtt-packet')
  const protocolVersion = mqtt === '5.0' ? 5 : 4
  const parse = packet.parser({ protocolVersion })
  const server = new ServerStream(protocolVersion, true)
  let seen = 0
  const answer = new Promise<string | undefined>((resolve) => {
    parse.on('error', () => resolve(undefined))
    parse.on('packet', (one) => {
      // A broker without such topics has nothing to send behind the SUBACK.
      if (one.cmd === 'suback') setTimeout(() => resolve(undefined), answerMs / 5).unref()
      if (one.cmd === 'publish') resolve(one.payload.toString().slice(0, 100))
    })
    stream.on('data', (chunk: Buffer) => {
      seen += chunk.length
      if (seen > 64 * 1024) return resolve(undefined)
      try {
        parse.parse(server.received(chunk))
      } catch (error) {
        if (!(error instanceof PacketFault)) throw error
        resolve(undefined)
      }
    })
  })
  const subscription = { topic: '$SYS/broker/version', qos: 0 as const }
  // It was paused behind the CONNACK.
  stream.resume()
  const ask = packet.generate({ cmd: 'subscribe', messageId: 1, subscriptions: [subscription] }, { protocolVersion })
  server.sent(ask)
  stream.write(ask)
  const version = await within(Promise.race([answer, ends.then(() => undefined)]), answerMs)
  stream.removeAllListeners('data')
  return version
}

/** Milliseconds until the other side ended an idle session; `undefined`: it did not. */
async function idle(ends: Promise<unknown>, ms: number, signal: AbortSignal | undefined): Promise<number | undefined> {
  const started = performance.now()
  const stopped = new Promise<boolean>((resolve) =>
    signal?.addEventListener('abort', () => resolve(false), { once: true }),
  )
  const cut = await within(Promise.race([ends.then(() => true), stopped]), ms)
  return cut ? performance.now() - started : undefined
}

async function takesMore(stream: Duplex, waitMs: number): Promise<boolean> {
  let failed = false
  stream.on('error', () => {
    failed = true
  })
  const write = () =>
    new Promise<void>((resolve) => {
      stream.write(Uint8Array.of(0xc0), (error) => {
        if (error) failed = true
        resolve()
      })
    })
  await write()
  await pause(waitMs)
  await within(write(), waitMs)
  await pause(1)
  return !failed && !stream.destroyed
}

/** What the work gives, or `undefined` when it takes longer. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
