import type { Duplex } from 'node:stream'
import type { IConnectPacket } from 'mqtt-packet'
import { withDeadline } from '../process/deadline.js'
import type { ConnectObservation, Dialled, DialOptions } from '../types.js'
import { answer, connackFrom } from './connack.js'
import { dial } from './dial.js'
import { DialError } from './dial-error.js'

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

/**
 * Connects, sends one CONNECT and watches the result, then closes (with a DISCONNECT where it was accepted).
 * Never throws for what the other side does: every failure is an outcome. Bounded in time and bytes.
 * @param whileOpen is run before an accepted session is closed: some brokers know nobody who has gone
 */
export async function mqttConnect(
  options: ConnectOptions,
  whileOpen: (observation: ConnectObservation) => Promise<void> = async () => {},
): Promise<ConnectObservation> {
  const { observation, session } = await mqttOpen(options)
  if (session === undefined) return observation
  try {
    await whileOpen(observation)
  } finally {
    await disconnect(session)
  }
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
  const came = await withDeadline(Math.max(1, options.timeoutMs - ms()), options.signal, ({ signal }) =>
    connackFrom(dialled.stream, options.mqtt, signal),
  )
  const silent = came.outcome === 'timeout'
  const detail = options.signal?.aborted ? stoppedBy(options.signal) : `no CONNACK within ${options.timeoutMs} ms`
  const observation: ConnectObservation = {
    ...came,
    ...(silent && { detail }),
    local: dialled.local,
    ms: ms(),
    tls: dialled.tls,
  }
  if (observation.outcome !== 'accepted') {
    dialled.close()
    return { observation, session: undefined }
  }
  return { observation, session: { stream: dialled.stream, close: dialled.close } }
}

/** Nobody waits any more: in the words of who stopped it, if there are any. */
function stoppedBy({ reason }: AbortSignal): string {
  return reason instanceof DialError ? reason.message : 'stopped'
}

/** The bytes of the CONNECT that `options` describe. */
async function connectPacket(
  options: Pick<ConnectOptions, 'mqtt' | 'clientId' | 'username' | 'password' | 'keepalive'>,
): Promise<Buffer> {
  const { default: mqttPacket } = await import('mqtt-packet')
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
  return mqttPacket.generate(packet)
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
