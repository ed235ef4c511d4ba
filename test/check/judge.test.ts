import { describe, expect, test } from 'vitest'
import { judge } from '../../src/check/judge.js'
import type { Seen, SeenConnect, SeenSight } from '../../src/kernel/observed.js'
import type { Expected, OutcomeRow } from '../../src/scenarios/types.js'

const context = { ip: 4, haproxy: '127.0.0.1', nameless: undefined } as const
const client = '127.0.0.2:48014'

function row(expect: Expected): OutcomeRow {
  const requirement = { text: '', ref: '' }
  return {
    id: 'x',
    title: '',
    level: 'must',
    requirement,
    attempt: { kind: 'connect', to: 'frontend', mqtt: '3.1.1' },
    expect,
  }
}

function seen(outcome: SeenConnect['outcome'], sight?: SeenSight, connack?: number): Seen {
  return { client, connect: { outcome, connack, detail: undefined }, sight, whole: undefined, ms: 1 }
}

const believed = (address: string, port: number, more: Partial<SeenSight> = {}): SeenSight => ({
  address,
  port,
  username: undefined,
  tls: undefined,
  ...more,
})

describe('a client that must be refused', () => {
  const refused = row({ outcome: 'refused', by: ['tls', 'close'] })
  test.each(['tls', 'closed', 'reset', 'not-mqtt'] as const)('is refused by %s', (outcome) => {
    expect(judge(refused, seen(outcome), context).passed).toBe(true)
  })
  test.each(['accepted', 'refused', 'unreachable', 'timeout'] as const)('is not refused by %s', (outcome) => {
    expect(judge(refused, seen(outcome, believed('127.0.0.2', 48014)), context).passed).toBe(false)
  })
  test('by a CONNACK only where that is a way', () => {
    expect(judge(refused, seen('connack', undefined, 5), context).passed).toBe(false)
    expect(judge(row({ outcome: 'refused', by: ['connack'] }), seen('connack', undefined, 5), context).passed).toBe(
      true,
    )
  })
})

describe('what the broker believed', () => {
  const accepted = (saw: NonNullable<Extract<Expected, { outcome: 'accepted' }>['saw']>) =>
    row({ outcome: 'accepted', saw })
  test('is the client, address and port', () => {
    const wanted = accepted({ address: 'client' })
    expect(judge(wanted, seen('accepted', believed('127.0.0.2', 48014)), context).passed).toBe(true)
    expect(judge(wanted, seen('accepted', believed('127.0.0.2', 48015)), context).passed).toBe(false)
    expect(judge(wanted, seen('accepted', believed('127.0.0.1', 48014)), context).passed).toBe(false)
    expect(judge(wanted, seen('accepted'), context).passed).toBe(false)
  })
  test('is HAProxy where no header is sent', () => {
    const wanted = accepted({ address: 'haproxy' })
    expect(judge(wanted, seen('accepted', believed('127.0.0.1', 50000)), context).passed).toBe(true)
    expect(judge(wanted, seen('accepted', believed('127.0.0.2', 48014)), context).passed).toBe(false)
  })
  test('names the TLS fact and the username', () => {
    const wanted = accepted({ address: 'client', tls: true, username: 'alice' })
    const at = (more: Partial<SeenSight>) => seen('accepted', believed('127.0.0.2', 48014, more))
    expect(judge(wanted, at({ tls: true, username: 'alice' }), context).passed).toBe(true)
    expect(judge(wanted, at({ tls: false, username: 'alice' }), context).actual).toContain(
      'does not know that TLS was used',
    )
    expect(judge(wanted, at({ tls: true, username: 'eve' }), context).actual).toContain('username should be alice')
  })
  test('a TLS fact that a broker never tells is not held against it', () => {
    const wanted = accepted({ address: 'client', tls: true })
    expect(judge(wanted, seen('accepted', believed('127.0.0.2', 48014)), context).passed).toBe(true)
  })
})
