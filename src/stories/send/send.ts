import { randomBytes } from 'node:crypto'
import { reasonText } from '../../explain/reason-codes.js'
import { BrokenAnswer } from '../../host/net/guarded.js'
import { type ConnectOptions, mqttOpen } from '../../host/net/mqtt-connect.js'
import type { ClientSession } from '../../host/net/mqtt-session.js'
import type { ConnectObservation, DialOptions } from '../../host/types.js'
import { messageOf } from '../../kernel/errors.js'
import { EXIT, type ExitCode } from '../../kernel/exit.js'
import { type Cause, causeOf, type Sent } from './cause.js'
import { type OutgoingHeader, outgoingHeader, type SendHeaderRequest } from './header.js'

export interface SendRequest {
  readonly dial: DialOptions
  readonly mqtt: '3.1.1' | '5.0'
  readonly clientId: string | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  readonly keepalive: number
  readonly header: SendHeaderRequest
  readonly publish: Publication | undefined
  readonly subscribe: { readonly topic: string; readonly count: number } | undefined
  readonly qos: 0 | 1 | 2
  readonly expect: 'accept' | 'reject' | undefined
}

interface Publication {
  readonly topic: string
  readonly payload: Buffer
  readonly retain: boolean
}

/** A message that came back. */
interface Arrived {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: number
  readonly retain: boolean
}

export interface SendResult {
  readonly header: OutgoingHeader | undefined
  readonly clientId: string
  readonly connect: ConnectObservation
  /** Milliseconds until SUBACK. */
  readonly subscribedMs: number | undefined
  /** Milliseconds until the message was acknowledged (QoS 0: written). */
  readonly publishedMs: number | undefined
  readonly messages: readonly Arrived[]
  /** Messages that came besides and were not kept: the other side sends without end. */
  readonly furtherMessages: number
  readonly outcome: 'accepted' | 'rejected' | 'unknown'
  readonly cause: Cause | undefined
  readonly exit: ExitCode
}

/**
 * Header and CONNECT in one write, then what was asked for: subscribe, publish, wait for messages.
 * What the other side does is a result, never an exception.
 * @throws Fault for flags that cannot be (exit 2)
 */
export async function send(request: SendRequest): Promise<SendResult> {
  const header = outgoingHeader(request.header, request.dial.target)
  const clientId = request.clientId ?? `mp-${randomBytes(3).toString('hex')}`
  const options: ConnectOptions = {
    ...request.dial,
    ...(header && { preface: header.plan }),
    mqtt: request.mqtt,
    clientId,
    keepalive: request.keepalive,
    ...(request.username !== undefined && { username: request.username }),
    ...(request.password !== undefined && { password: request.password }),
  }
  const { observation: connect, session } = await mqttOpen(options)
  const nothing: Exchange = {
    subscribedMs: undefined,
    publishedMs: undefined,
    messages: [],
    furtherMessages: 0,
    cause: undefined,
  }
  const done =
    session === undefined
      ? { ...nothing, cause: causeOf(connect, sentOf(request, header)) }
      : await withSession(async () => {
          const { resumeSession } = await import('../../host/net/mqtt-session.js')
          return await resumeSession(session, connect.properties, { ...options, mqtt: request.mqtt })
        }, request)
  const outcome = outcomeOf(connect, done.cause)
  return { header, clientId, connect, ...done, outcome, exit: exitOf(outcome, request.expect) }
}

interface Exchange {
  readonly subscribedMs: number | undefined
  readonly publishedMs: number | undefined
  readonly messages: readonly Arrived[]
  readonly furtherMessages: number
  readonly cause: Cause | undefined
}

/** Messages that are kept of a server that sends more than was asked for. */
const mostUnasked = 1000

async function withSession(open: () => Promise<ClientSession>, request: SendRequest): Promise<Exchange> {
  const messages: Arrived[] = []
  let furtherMessages = 0
  const most = Math.max(request.subscribe?.count ?? 0, mostUnasked)
  let session: ClientSession
  try {
    session = await open()
  } catch (error) {
    const cause = error instanceof BrokenAnswer ? brokenCause(error.message) : lostCause(undefined)
    return { subscribedMs: undefined, publishedMs: undefined, messages, furtherMessages, cause }
  }
  let subscribedMs: number | undefined
  let publishedMs: number | undefined
  let cause: Cause | undefined
  try {
    const { client } = session
    const enough = new Promise<void>((resolve) => {
      client.on('message', (topic, payload, { qos, retain }) => {
        if (messages.length < most) messages.push({ topic, payload, qos, retain })
        else furtherMessages += 1
        if (messages.length >= (request.subscribe?.count ?? 0)) resolve()
      })
    })
    const step = steps(session, request.dial.timeoutMs)
    const { subscribe, publish, qos } = request
    if (subscribe !== undefined) {
      subscribedMs = await step(`SUBSCRIBE ${subscribe.topic}`, async () => {
        const [granted] = await client.subscribeAsync(subscribe.topic, { qos })
        if ((granted?.qos ?? 128) >= 128) throw new Error(`refused with code ${granted?.qos ?? 'none'}`)
      })
    }
    if (publish !== undefined) {
      const { topic, payload, retain } = publish
      publishedMs = await step(`PUBLISH ${topic}`, () => client.publishAsync(topic, payload, { qos, retain }))
    }
    if (subscribe !== undefined) {
      await step(`${subscribe.count} message(s) on ${subscribe.topic}`, () => enough)
    }
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    cause = error.failure
  }
  await session.close()
  // Also what came beside the answers, or behind the last of them.
  const broken = session.broken()
  if (broken !== undefined) cause = brokenCause(broken)
  return { subscribedMs, publishedMs, messages, furtherMessages, cause }
}

class StepFailed extends Error {
  constructor(readonly failure: Cause) {
    super(failure.message)
  }
}

/** @param said the reason code of the other side's DISCONNECT (MQTT 5) */
function lostCause(said: number | undefined): Cause {
  const reason = said === undefined ? undefined : `DISCONNECT ${hexCode(said)} ${reasonText(said)}`
  return { code: 'MP-LOST', message: reason ?? 'the connection was closed by the other side', likely: [] }
}

function brokenCause(message: string): Cause {
  return { code: 'MP-BROKEN-MQTT', message, likely: [] }
}

const hexCode = (code: number) => `0x${code.toString(16).toUpperCase().padStart(2, '0')}`

/** Each step ends by itself: done, refused, the connection lost, or too late. */
function steps(session: ClientSession, timeoutMs: number) {
  const { client } = session
  let said: number | undefined
  const isLost = () => said !== undefined || !client.connected
  const lost = new Promise<never>((_, reject) => {
    const fail = () => reject(new StepFailed(lostCause(said)))
    client.once('close', fail)
    // Nothing more may come, whether the other side closes or not [MQTT-3.14.4-1].
    client.once('disconnect', ({ reasonCode }) => {
      said = reasonCode ?? 0
      fail()
    })
    if (!client.connected) fail()
  })
  lost.catch(() => {})
  return async (what: string, work: () => Promise<unknown>): Promise<number> => {
    const started = performance.now()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new StepFailed({ code: 'MP-TIMEOUT', message: `${what}: nothing within ${timeoutMs} ms`, likely: [] }))
      }, timeoutMs)
    })
    try {
      await Promise.race([work(), lost, late])
      return performance.now() - started
    } catch (error) {
      if (error instanceof StepFailed) throw error
      if (isLost()) throw new StepFailed(lostCause(said))
      const likely = [{ text: 'the access list of the broker does not allow it' }]
      throw new StepFailed({ code: 'MP-NOT-ALLOWED', message: `${what}: ${messageOf(error)}`, likely })
    } finally {
      clearTimeout(timer)
    }
  }
}

function sentOf(request: SendRequest, header: OutgoingHeader | undefined): Sent {
  const { flags, kind, malform, split } = request.header
  return {
    target: request.dial.target,
    header: header === undefined ? 'none' : kind === 'v1' ? 'v1' : 'v2',
    addressless: flags.local === true || flags.unknown === true,
    ssl: header?.header?.ssl !== undefined,
    cn: header?.header?.ssl?.cn !== undefined,
    malformed: malform.length > 0,
    split: split.length > 0,
    username: request.username !== undefined,
  }
}

function outcomeOf(connect: ConnectObservation, cause: Cause | undefined): SendResult['outcome'] {
  if (cause === undefined) return 'accepted'
  const unknown = ['refused', 'unreachable', 'timeout'].includes(connect.outcome) || cause.code === 'MP-TIMEOUT'
  return unknown ? 'unknown' : 'rejected'
}

function exitOf(outcome: SendResult['outcome'], expect: SendRequest['expect']): ExitCode {
  if (outcome === 'unknown') return EXIT.unreachable
  return outcome === (expect === 'reject' ? 'rejected' : 'accepted') ? EXIT.ok : EXIT.wrong
}
