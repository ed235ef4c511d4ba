import { describe, expect, test } from 'vitest'
import { type JudgeContext, judge } from '../../src/check/judge.js'
import type { Seen, SeenConnect, SeenSight } from '../../src/kernel/observed.js'
import type { Attempt, Expected, OutcomeRow } from '../../src/scenarios/types.js'
import { recordedIn } from '../recorded-text.js'

const recorded = recordedIn(new URL('recorded/judge.txt', import.meta.url))

const client = '127.0.0.2:48014'
const usual: JudgeContext = { ip: 4, haproxy: '127.0.0.1', nameless: undefined }

function rowOf(expected: Expected, attempt: Attempt = { kind: 'connect', to: 'frontend', mqtt: '3.1.1' }): OutcomeRow {
  return { id: 'x', title: '', level: 'must', requirement: { text: '', ref: '' }, attempt, expect: expected }
}

const sight = (text: string, more: Partial<SeenSight> = {}): SeenSight => {
  const [address = '', port] = text.split(' ')
  return { address, port: port === undefined ? undefined : Number(port), username: undefined, tls: undefined, ...more }
}

function seenOf(connect: SeenConnect | undefined, saw?: SeenSight, whole?: Seen['whole']): Seen {
  return { client, connect, sight: saw, whole, ms: 1 }
}

const outcome = (name: SeenConnect['outcome'], detail?: string, connack?: number): SeenConnect => ({
  outcome: name,
  connack,
  detail,
})
const accepted = outcome('accepted', undefined, 0)

function line(name: string, row: OutcomeRow, seen: Seen, context: JudgeContext = usual): string {
  const { passed, expected, actual } = judge(row, seen, context)
  return `${name}: ${passed ? 'passed' : 'failed'}, expected ${expected}, seen ${actual}`
}

const connects: Readonly<Record<string, SeenConnect | undefined>> = {
  nothing: undefined,
  accepted,
  'CONNACK 5': outcome('connack', undefined, 5),
  'CONNACK 135': outcome('connack', undefined, 135),
  'CONNACK 127': outcome('connack', undefined, 127),
  'CONNACK 128': outcome('connack', undefined, 128),
  'a CONNACK that nobody read': outcome('connack'),
  tls: outcome('tls', 'tlsv13 alert certificate required'),
  'tls without a reason': outcome('tls'),
  closed: outcome('closed', 'closed without a CONNACK'),
  'closed for a reason': outcome('closed', 'protocol error'),
  reset: outcome('reset', 'no CONNACK within 2 s'),
  'reset with a reason': outcome('reset', 'ECONNRESET, no CONNACK'),
  refused: outcome('refused', 'ECONNREFUSED'),
  unreachable: outcome('unreachable', 'no route'),
  timeout: outcome('timeout'),
  'not-mqtt': outcome('not-mqtt', 'HTTP/1.1 400'),
}

describe('whether a client was refused', () => {
  test.each<[string, readonly ('tls' | 'close' | 'connack')[]]>([
    ['by TLS', ['tls']],
    ['by closing', ['close']],
    ['by a CONNACK', ['connack']],
    ['in any way', ['tls', 'close', 'connack']],
  ])('%s', (name, by) => {
    const row = rowOf({ outcome: 'refused', by })
    const lines = Object.entries(connects).map(([what, connect]) => line(what, row, seenOf(connect)))
    recorded.expect(`refused ${name}`, lines.join('\n'))
  })

  test('or accepted', () => {
    const lines = Object.entries(connects).map(([what, connect]) =>
      line(what, rowOf({ outcome: 'accepted' }), seenOf(connect)),
    )
    recorded.expect('accepted', lines.join('\n'))
  })
})

const sights: Readonly<Record<string, SeenSight | undefined>> = {
  'nothing said': undefined,
  'the client': sight('127.0.0.2 48014'),
  'the client with TLS': sight('127.0.0.2 48014', { tls: true }),
  'the client without TLS': sight('127.0.0.2 48014', { tls: false }),
  'the client named alice': sight('127.0.0.2 48014', { username: 'alice' }),
  'the client named guest': sight('127.0.0.2 48014', { username: 'guest', tls: true }),
  'the client, without a port': sight('127.0.0.2'),
  'another port': sight('127.0.0.2 48015'),
  HAProxy: sight('127.0.0.1 50000'),
  'HAProxy, without a port': sight('127.0.0.1'),
  somebody: sight('10.0.0.1 50000'),
  'the forged client': sight('203.0.113.7 56324'),
  'the forged client of IPv6': sight('2001:db8::7 56324'),
}

describe('whether the broker believed', () => {
  test.each<[string, Expected, Partial<JudgeContext>]>([
    ['the client', { outcome: 'accepted', saw: { address: 'client' } }, {}],
    ['the client with TLS', { outcome: 'accepted', saw: { address: 'client', tls: true } }, {}],
    ['the client without TLS', { outcome: 'accepted', saw: { address: 'client', tls: false } }, {}],
    ['the client named alice', { outcome: 'accepted', saw: { address: 'client', username: 'alice' } }, {}],
    [
      'the client without a name, of a broker that calls it guest',
      { outcome: 'accepted', saw: { address: 'client', username: null } },
      { nameless: 'guest' },
    ],
    [
      'the client without a name, who logs in as alice',
      { outcome: 'accepted', saw: { address: 'client', username: null } },
      { login: 'alice' },
    ],
    [
      'the client named bob by its certificate, who logs in as alice',
      { outcome: 'accepted', saw: { address: 'client', username: 'bob' } },
      { login: 'alice' },
    ],
    ['HAProxy', { outcome: 'accepted', saw: { address: 'haproxy' } }, {}],
    ['HAProxy on a unix socket', { outcome: 'accepted', saw: { address: 'haproxy' } }, { haproxy: undefined }],
    ['the forged client', { outcome: 'accepted', saw: { address: 'forged' } }, {}],
    ['the forged client of IPv6', { outcome: 'accepted', saw: { address: 'forged', tls: true } }, { ip: 6 }],
  ])('%s', (name, expected, more) => {
    const context = { ...usual, ...more }
    const lines = Object.entries(sights).map(([what, saw]) =>
      line(what, rowOf(expected), seenOf(accepted, saw), context),
    )
    recorded.expect(`believed: ${name}`, lines.join('\n'))
  })

  test('nothing, where the connection has no end of its own', () => {
    const row = rowOf({ outcome: 'accepted', saw: { address: 'client' } })
    expect(judge(row, { ...seenOf(accepted, sight('127.0.0.2 1')), client: undefined }, usual).passed).toBe(false)
  })
})

describe('more than one CONNECT', () => {
  const servers = [{ backend: 'b', server: 's' }]
  const attempts: readonly Attempt[] = [
    { kind: 'configs' },
    { kind: 'connect', to: 'frontend', mqtt: '3.1.1' },
    { kind: 'publish', qos: 1, bytes: 7, mqtt: '3.1.1' },
    { kind: 'return', by: 'source', times: 5, mqtt: '3.1.1' },
    { kind: 'spread', clients: 8, mqtt: '3.1.1' },
    { kind: 'takeover', withinMs: 900, mqtt: '3.1.1' },
    { kind: 'health', servers, all: true, withinMs: 900 },
    { kind: 'idle', keepalive: 2, seconds: 1, mqtt: '3.1.1' },
    { kind: 'route', backend: 'b', served: true, mqtt: '3.1.1' },
    { kind: 'route', backend: 'b', served: false, mqtt: '3.1.1' },
  ]

  test('passes as a whole, or says what did not go as it should', () => {
    const lines = attempts.flatMap((attempt) =>
      [true, false].map((ok) =>
        line(attempt.kind, rowOf({ outcome: 'accepted' }, attempt), seenOf(undefined, undefined, { ok, detail: 'so' })),
      ),
    )
    recorded.expect('as a whole', lines.join('\n'))
  })
})
