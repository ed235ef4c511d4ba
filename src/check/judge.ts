import { explainReasonCode } from '../explain/reason-codes.js'
import { formatEnd, isSeenAt, type Seen, type SeenConnect, type SeenSight } from '../kernel/observed.js'
import { forgedSource } from '../scenarios/names.js'
import type { Expected, ExpectedSight, OutcomeRow } from '../scenarios/types.js'

export interface StepVerdict {
  readonly passed: boolean
  readonly expected: string
  readonly actual: string
}

export interface JudgeContext {
  readonly ip: 4 | 6
  /** HAProxy's address towards the broker; `undefined` over a unix socket. */
  readonly haproxy: string | undefined
  /** The name a broker gives to clients without one (RabbitMQ: `guest`). */
  readonly nameless: string | undefined
  /** The name that clients log in with where the files ask for one. */
  readonly login?: string | undefined
}

/** CONNACK or not decides; FIN and RST are told, never judged. */
export function judge(row: OutcomeRow, seen: Seen, context: JudgeContext): StepVerdict {
  const { expect } = row
  if (seen.whole !== undefined) {
    return { passed: seen.whole.ok, expected: expectedWhole(row), actual: seen.whole.detail }
  }
  const { connect } = seen
  const expected = expectedText(withLogin(expect, context), context)
  if (connect === undefined) return { passed: false, expected, actual: 'nothing was tried' }
  const actual = [connectText(connect), connect.outcome === 'accepted' ? sightText(seen.sight) : '']
    .filter(Boolean)
    .join('; ')
  if (expect.outcome === 'refused') return { passed: wasRefused(connect, expect.by), expected, actual }
  if (connect.outcome !== 'accepted') return { passed: false, expected, actual }
  const { saw } = withLogin(expect, context)
  const wrong = saw === undefined ? [] : wrongSight(saw, seen, context)
  return { passed: wrong.length === 0, expected, actual: [actual, ...wrong].join('; ') }
}

/** Who logs in has a name, unless the certificate gives another. */
function withLogin<T extends Expected>(expect: T, { login }: JudgeContext): T {
  if (login === undefined || expect.outcome === 'refused' || expect.saw?.username !== null) return expect
  return { ...expect, saw: { ...expect.saw, username: login } }
}

function wasRefused(connect: SeenConnect, by: readonly ('tls' | 'close' | 'connack')[]): boolean {
  switch (connect.outcome) {
    case 'tls':
      // A refused certificate may reach the client as an alert or, in TLS 1.3, after its handshake.
      return by.includes('tls') || by.includes('close')
    case 'closed':
    case 'reset':
    case 'not-mqtt':
      return by.includes('close')
    case 'connack':
      return by.includes('connack')
    default:
      return false
  }
}

/** What the broker accepted and should have rejected. */
function wrongSight(expected: ExpectedSight, seen: Seen, context: JudgeContext): string[] {
  const { sight } = seen
  if (sight === undefined) return ['the broker says nothing of this client']
  const wrong: string[] = []
  const client = seen.client ?? ''
  if (expected.address === 'client' && !isSeenAt(sight, client)) wrong.push(`the client is ${client}`)
  if (expected.address === 'haproxy') {
    const foreign = context.haproxy !== undefined && sight.address !== context.haproxy
    if (isSeenAt(sight, client) || foreign) wrong.push(`HAProxy is ${context.haproxy ?? 'on a unix socket'}`)
  }
  const forged = forgedSource[context.ip]
  if (expected.address === 'forged' && !isSeenAt(sight, formatEnd({ address: forged.host, port: forged.port }))) {
    wrong.push(`the header says ${formatEnd({ address: forged.host, port: forged.port })}`)
  }
  if (expected.tls !== undefined && sight.tls !== undefined && expected.tls !== sight.tls) {
    wrong.push(sight.tls ? 'the broker thinks that TLS was used' : 'the broker does not know that TLS was used')
  }
  if (expected.username !== undefined) {
    const name = sight.username === context.nameless ? undefined : sight.username
    if ((expected.username ?? undefined) !== name) wrong.push(`the username should be ${nameText(expected.username)}`)
  }
  return wrong
}

function expectedText(expect: Expected, context: JudgeContext): string {
  if (expect.outcome === 'refused') {
    const ways = { tls: 'by TLS', close: 'by closing without a CONNACK', connack: 'by a CONNACK code' }
    return `refused ${expect.by.map((way) => ways[way]).join(' or ')}`
  }
  const { saw } = expect
  if (saw === undefined) return 'CONNACK 0 (accepted)'
  const forged = forgedSource[context.ip]
  const who = {
    client: "the client's own address and port",
    haproxy: "HAProxy's address",
    forged: `${formatEnd({ address: forged.host, port: forged.port })}, as the header says`,
  }[saw.address]
  const more = [
    saw.tls === true ? 'TLS' : '',
    saw.username === undefined ? '' : saw.username === null ? 'no username' : `username ${saw.username}`,
  ].filter(Boolean)
  return `CONNACK 0 (accepted); the broker sees ${[who, ...more].join(', ')}`
}

function expectedWhole(row: OutcomeRow): string {
  const { attempt } = row
  if (attempt.kind === 'configs') return 'HAProxy and the broker start with their files'
  if (attempt.kind === 'publish') return `${attempt.bytes} bytes at QoS ${attempt.qos} arrive as they were sent`
  if (attempt.kind === 'return') return `the same broker, ${attempt.times} times`
  if (attempt.kind === 'spread') return 'both brokers are used'
  if (attempt.kind === 'health') return 'HAProxy finds every one of these servers UP'
  if (attempt.kind === 'idle') return `it answers a PINGREQ after ${attempt.seconds} s of silence`
  if (attempt.kind === 'route') {
    return `HAProxy sends it to ${attempt.backend}, also when it takes its time${attempt.served ? ', and the broker accepts it' : ''}`
  }
  if (attempt.kind === 'takeover') return `the other broker accepts the client within ${attempt.withinMs} ms`
  return 'accepted'
}

function connectText(connect: SeenConnect): string {
  const why =
    connect.detail === undefined || /^(closed without a CONNACK|no CONNACK)/.test(connect.detail)
      ? ''
      : ` (${connect.detail})`
  switch (connect.outcome) {
    case 'accepted':
      return 'CONNACK 0 (accepted)'
    case 'connack':
      return `CONNACK ${connect.connack ?? '?'} (${refusalWords(connect.connack)})`
    case 'tls':
      return `refused by TLS${why}`
    case 'closed':
      return `closed without a CONNACK${why}`
    case 'reset':
      return `connection reset, no CONNACK${why}`
    case 'refused':
      return `nothing listens there${why}`
    case 'unreachable':
      return `not reached${why}`
    case 'timeout':
      return `no answer in time${why}`
    case 'not-mqtt':
      return `an answer that is not MQTT${why}`
  }
}

function sightText(sight: SeenSight | undefined): string {
  if (sight === undefined) return ''
  const tls = sight.tls === undefined ? '' : sight.tls ? ', TLS' : ', no TLS'
  return `the broker sees ${formatEnd(sight)}${tls}, ${sight.username === undefined ? 'no username' : `username ${sight.username}`}`
}

function nameText(username: string | null): string {
  return username === null ? 'absent' : username
}

/** Codes from 128 on are those of MQTT 5.0, lower ones those of 3.1.1. */
function refusalWords(code: number | undefined): string {
  if (code === undefined) return 'refused'
  return explainReasonCode(code >= 128 ? '5.0' : '3.1.1', code) ?? 'refused'
}
