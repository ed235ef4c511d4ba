import type { Duplex } from 'node:stream'
import type { Target } from '../../kernel/target.js'
import { answeredWithoutTls } from '../../probe/attempts.js'
import type { Observation, ProbeAttempt } from '../../probe/types.js'
import { encode, hexOf } from '../../proxy-header/index.js'
import { watchHandshake } from '../files/certificate-request.js'
import type { ClientTls, ConnectObservation, DialOptions } from '../types.js'
import { dial } from './dial.js'
import { DialError, isReset, isTls, wordsOf } from './dial-error.js'
import { type ConnectOptions, mqttConnect, mqttOpen } from './mqtt-connect.js'
import { watchSession } from './probe-session.js'

/** Where and how to try, the same for all attempts at one target. */
export interface AttemptContext {
  readonly target: Target
  readonly tls: ClientTls
  readonly localAddress: string | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  /** Seconds to ask for, and to stay idle in the session attempt; `undefined`: no idle wait. */
  readonly idleSeconds: number | undefined
  readonly clientId: string
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** Ends silent attempts: as soon as nothing else is waited for. */
  readonly enough: AbortSignal
  /** A TCP connection is open (silent attempts only). */
  readonly opened?: () => void
}

/** Runs one attempt on a connection of its own. Never throws for what the other side does. */
export async function runAttempt(attempt: ProbeAttempt, context: AttemptContext): Promise<Observation> {
  const header = attempt.header && encode(attempt.header)
  const options = dialOptionsOf(attempt, context, header)
  const hex = header && hexOf(header)
  if (attempt.silent)
    return { ...(await staySilent(options, context)), attempt: attempt.id, header: hex, session: undefined }
  if (attempt.handshake) {
    const { asked, ms } = await watchHandshake(context.target, { ...context, servername: context.tls.servername })
    const outcome = asked ? 'asked' : 'not-asked'
    return { ...nothing, attempt: attempt.id, header: hex, session: undefined, outcome, stage: 'tls', ms }
  }
  const connect: ConnectOptions = {
    ...options,
    mqtt: attempt.mqtt,
    clientId: context.clientId,
    keepalive: context.idleSeconds ?? 60,
    ...(context.username !== undefined && { username: context.username }),
    ...(context.password !== undefined && { password: context.password }),
  }
  if (!attempt.session) {
    return { ...seenOf(await mqttConnect(connect)), attempt: attempt.id, header: hex, session: undefined }
  }
  const { observation, session } = await mqttOpen({ ...connect, halfOpen: true })
  const webSocket = attempt.layer === 'ws' || attempt.layer === 'wss'
  const seen =
    session &&
    (await watchSession(session, attempt.mqtt, observation.ms, context.idleSeconds, context.signal, webSocket))
  return { ...seenOf(observation), attempt: attempt.id, header: hex, session: seen }
}

function dialOptionsOf(attempt: ProbeAttempt, context: AttemptContext, header: Uint8Array | undefined): DialOptions {
  const scheme = ({ tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' } as const)[attempt.layer]
  const { ca, cert, key, servername } = context.tls
  return {
    target: { ...context.target, scheme, path: context.target.path || '/mqtt' },
    tls: {
      // Looked at, not trusted: what is wrong with a certificate is a finding.
      verify: false,
      ...(ca !== undefined && { ca }),
      ...(servername !== undefined && { servername }),
      ...(attempt.alpn && { alpn: attempt.alpn }),
      ...(attempt.certificate && cert !== undefined && key !== undefined && { cert, key }),
      ...(attempt.oldTls && { oldOnly: true }),
    },
    timeoutMs: context.timeoutMs,
    ...(header && { preface: [{ bytes: header, pauseMs: 0 }] }),
    ...(context.localAddress !== undefined && { localAddress: context.localAddress }),
    ...(context.signal && { signal: context.signal }),
  }
}

const nothing = {
  connack: undefined,
  properties: undefined,
  detail: undefined,
  received: undefined,
  tls: undefined,
} as const

type Seen = Omit<Observation, 'attempt' | 'header' | 'session'>

function seenOf(one: ConnectObservation): Seen {
  const { stage, connack, properties, ms, received, tls } = one
  const { outcome, detail } = answeredWithoutTls(one) ? notTls(one.detail) : one
  return { outcome, stage, connack, properties, ms, detail, received, tls }
}

/** A handshake that is answered by HTTP, MQTT or a banner fails with a message of OpenSSL; that is not an answer of a TLS server. */
function notTls(detail: string | undefined): Pick<Seen, 'outcome' | 'detail'> {
  return { outcome: 'not-mqtt', detail: `what came back is not TLS (${detail ?? 'no reason'})` }
}

/** Connects, says nothing, and tells what the other side does by itself until nobody waits any more. */
async function staySilent(options: DialOptions, context: AttemptContext): Promise<Seen> {
  const started = performance.now()
  const seen = (outcome: Seen['outcome'], stage: Seen['stage'], more: Partial<Seen> = {}): Seen => ({
    outcome,
    stage,
    ms: performance.now() - started,
    ...nothing,
    ...more,
  })
  try {
    const dialled = await dial(options)
    context.opened?.()
    const { tls } = dialled
    const end = await ending(dialled.stream, context.enough)
    dialled.close()
    return seen(end.outcome, 'mqtt', { tls, detail: end.detail, received: end.received })
  } catch (error) {
    if (!(error instanceof DialError)) throw error
    const { outcome, stage, message: detail } = error
    return answeredWithoutTls({ outcome, detail })
      ? seen('not-mqtt', stage, notTls(detail))
      : seen(outcome, stage, { detail })
  }
}

interface Ending {
  readonly outcome: Observation['outcome']
  readonly detail?: string
  readonly received?: Uint8Array
}

function ending(stream: Duplex, enough: AbortSignal): Promise<Ending> {
  return new Promise((resolve) => {
    const done = (end: Ending) => {
      enough.removeEventListener('abort', onEnough)
      resolve(end)
    }
    const onEnough = () => done({ outcome: 'open' })
    stream.on('error', (error) => {
      if (isTls(error)) done({ outcome: 'tls', detail: wordsOf(error) })
      else done({ outcome: isReset(error) ? 'reset' : 'closed', detail: wordsOf(error) })
    })
    stream.once('data', (chunk: Buffer) => done({ outcome: 'not-mqtt', received: chunk.subarray(0, 256) }))
    stream.once('end', () => done({ outcome: 'closed' }))
    stream.once('close', () => done({ outcome: 'closed' }))
    if (enough.aborted) onEnough()
    else enough.addEventListener('abort', onEnough, { once: true })
  })
}
