import type { Duplex } from 'node:stream'
import type { IConnackPacket, IConnectPacket } from 'mqtt-packet'
import { DialError, dial, isReset, isTls, wordsOf } from './dial.js'
import type { ConnectObservation, Dialled, DialOptions } from './types.js'

/** A CONNECT to try, besides how to get there. */
export interface ConnectOptions extends Omit<DialOptions, 'first'> {
  readonly mqtt: '3.1' | '3.1.1' | '5.0'
  readonly clientId: string
  readonly username?: string
  readonly password?: string
  /** Seconds; default 60. */
  readonly keepalive?: number
}

/** An accepted session that stays open; `stream` continues after the CONNACK. */
export interface OpenSession {
  readonly stream: Duplex
  close(): void
}

export interface OpenedConnect {
  readonly observation: ConnectObservation
  /** Only when the outcome is `accepted`. */
  readonly session: OpenSession | undefined
}

/** A CONNACK is a few hundred bytes; whoever sends more before it is complete does not speak MQTT. */
const mostBytes = 64 * 1024
const keptBytes = 256

/**
 * Connects, sends one CONNECT and watches what comes of it, then closes (with a DISCONNECT where it was accepted).
 * Never throws for what the other side does: every failure is an outcome. Bounded in time and bytes.
 */
export async function mqttConnect(options: ConnectOptions): Promise<ConnectObservation> {
  const { observation, session } = await mqttOpen(options)
  if (session !== undefined) await disconnect(session)
  return observation
}

/** As `mqttConnect`, but an accepted session stays open and is the caller's to close. */
export async function mqttOpen(options: ConnectOptions): Promise<OpenedConnect> {
  const first = await connectPacket(options)
  const started = performance.now()
  const ms = () => performance.now() - started
  let dialled: Dialled
  try {
    dialled = await dial({ ...options, first })
  } catch (error) {
    if (!(error instanceof DialError)) throw error
    return { observation: notDialled(error, ms()), session: undefined }
  }
  const left = Math.max(1, options.timeoutMs - ms())
  const answer = await connackFrom(dialled, options, left)
  const observation: ConnectObservation = { ...answer, local: dialled.local, ms: ms(), tls: dialled.tls }
  if (observation.outcome !== 'accepted') {
    dialled.close()
    return { observation, session: undefined }
  }
  return { observation, session: { stream: dialled.stream, close: dialled.close } }
}

/** The bytes of the CONNECT that `options` describe. */
export async function connectPacket(
  options: Pick<ConnectOptions, 'mqtt' | 'clientId' | 'username' | 'password' | 'keepalive'>,
): Promise<Buffer> {
  const { generate } = await mqttPacket()
  const packet: IConnectPacket = {
    cmd: 'connect',
    protocolId: options.mqtt === '3.1' ? 'MQIsdp' : 'MQTT',
    protocolVersion: options.mqtt === '5.0' ? 5 : options.mqtt === '3.1' ? 3 : 4,
    clean: true,
    clientId: options.clientId,
    keepalive: options.keepalive ?? 60,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: Buffer.from(options.password) }),
  }
  return generate(packet)
}

async function mqttPacket() {
  const { default: packet } = await import('mqtt-packet')
  return packet
}

type Answer = Omit<ConnectObservation, 'local' | 'ms' | 'tls'>

const answer = (outcome: Answer['outcome'], detail?: string, received?: Buffer): Answer => ({
  outcome,
  stage: 'mqtt',
  connack: undefined,
  properties: undefined,
  detail,
  received: received === undefined || received.length === 0 ? undefined : received.subarray(0, keptBytes),
})

async function connackFrom({ stream }: Dialled, options: ConnectOptions, leftMs: number): Promise<Answer> {
  const { parser } = await mqttPacket()
  const parse = parser({ protocolVersion: options.mqtt === '5.0' ? 5 : 4 })
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0)
    const done = (result: Answer) => {
      clearTimeout(timer)
      stream.off('data', onData)
      stream.off('error', onError)
      stream.off('end', onEnd)
      stream.off('close', onEnd)
      options.signal?.removeEventListener('abort', onAbort)
      stream.pause()
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk])
      const length = packetLength(seen)
      if (seen[0] !== 0x20 || length === 'bad' || seen.length > mostBytes) {
        return done(answer('not-mqtt', 'what came back is no CONNACK', seen))
      }
      if (length === 'more' || seen.length < length) return
      if (seen.length > length) stream.unshift(seen.subarray(length))
      let packet: IConnackPacket | undefined
      parse.once('packet', (one) => {
        packet = one as IConnackPacket
      })
      parse.once('error', () => {})
      parse.parse(seen.subarray(0, length))
      done(packet === undefined ? answer('not-mqtt', 'the CONNACK is malformed', seen) : judged(packet))
    }
    const onError = (error: Error) => {
      if (isTls(error)) done(answer('tls', wordsOf(error), seen))
      else done(answer(isReset(error) ? 'reset' : 'closed', wordsOf(error), seen))
    }
    const onEnd = () => done(answer('closed', 'closed without a CONNACK', seen))
    const onAbort = () => done(answer('timeout', 'stopped', seen))
    const timer = setTimeout(() => done(answer('timeout', `no CONNACK within ${options.timeoutMs} ms`, seen)), leftMs)
    stream.on('data', onData)
    stream.once('error', onError)
    stream.once('end', onEnd)
    stream.once('close', onEnd)
    options.signal?.addEventListener('abort', onAbort, { once: true })
    if (stream.errored) onError(stream.errored)
    else if (stream.destroyed) onEnd()
  })
}

function judged(packet: IConnackPacket): Answer {
  const code = packet.reasonCode ?? packet.returnCode ?? 0
  return {
    outcome: code === 0 ? 'accepted' : 'connack',
    stage: 'mqtt',
    connack: code,
    properties: packet.properties === undefined ? undefined : { ...packet.properties },
    detail: undefined,
    received: undefined,
  }
}

/** Bytes of the whole first packet by its remaining length ([MQTT-2.1.4]). */
function packetLength(bytes: Buffer): number | 'more' | 'bad' {
  let value = 0
  for (let i = 0; i < 4; i++) {
    const byte = bytes[i + 1]
    if (byte === undefined) return 'more'
    value += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return value > mostBytes ? 'bad' : value + i + 2
  }
  return 'bad'
}

function notDialled(error: DialError, ms: number): ConnectObservation {
  const { outcome, message, stage, local } = error
  return { ...answer(outcome, message), stage, local, ms, tls: undefined }
}

/** DISCONNECT without properties is the same two bytes in every version. */
async function disconnect(session: OpenSession): Promise<void> {
  const { stream } = session
  stream.resume()
  await new Promise<void>((resolve) => {
    const late = setTimeout(resolve, 200)
    const done = () => {
      clearTimeout(late)
      resolve()
    }
    stream.once('close', done)
    stream.once('error', done)
    stream.end(Uint8Array.of(0xe0, 0x00))
  })
  session.close()
}
