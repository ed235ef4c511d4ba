import { describe, expect, it } from 'vitest'
import type { WatchReading } from '../../src/live/watch/reading.js'
import { changeLine, watchTable } from '../../src/report/watch.js'
import { marked } from './marked.js'

const behind = {
  target: '127.0.0.1:1884',
  verdict: 'proxy-required',
  connectMs: 0.54,
  spoofable: false,
  fits: true,
  text: 'both\nfit',
}
const reading = (more: Partial<WatchReading> = {}): WatchReading => ({
  target: '127.0.0.1:1883',
  at: 0,
  verdict: 'haproxy-frontend',
  text: 'a HAProxy frontend',
  up: true,
  connectMs: 12.34,
  behind,
  spoofable: false,
  certificateDays: 40,
  addressRight: true,
  ...more,
})
const bare = reading({
  target: 'h:1',
  verdict: 'unreachable',
  up: false,
  connectMs: undefined,
  behind: undefined,
  certificateDays: undefined,
  addressRight: undefined,
})

describe('watchTable', () => {
  it('stands in columns, with a dash for what is not known', () => {
    expect(watchTable([reading(), bare], marked)).toEqual([
      '<dim TARGET          VERDICT           CONNECT  BROKER  ADDRESS  SPOOFABLE  CERTIFICATE  BEHIND IT>',
      '127.0.0.1:1883  haproxy-frontend  12.3 ms  0.5 ms  right    no         40 days      both\\nfit',
      '<bad h:1             unreachable       -        -       -        no         ->',
    ])
  })

  it.each<[string, Partial<WatchReading>, string]>([
    ['fine', {}, ''],
    ['down', { up: false }, 'bad'],
    ['a pair that does not fit', { behind: { ...behind, fits: false } }, 'bad'],
    ['a wrong address', { addressRight: false }, 'warn'],
    ['an address that is not known', { addressRight: undefined }, ''],
    ['open to forged headers', { spoofable: true }, 'warn'],
  ])('marks a target that is %s', (_, more, mark) => {
    expect(/^<(\w+) /.exec(watchTable([reading(more)], marked)[1] ?? '')?.[1] ?? '').toBe(mark)
  })

  it('says in words what the marks say', () => {
    expect(watchTable([reading({ addressRight: false })], marked)[1]).toContain(' WRONG ')
    expect(watchTable([reading({ spoofable: true })], marked)[1]).toMatch(/right +yes/)
    expect(watchTable([reading({ behind: { ...behind, spoofable: true } })], marked)[1]).toMatch(/right +yes/)
  })
})

it('a change says when, whether for worse, and from what to what', () => {
  const change = { target: 'h:1', what: 'verdict', from: 'plain', to: 'gone\n', worse: true } as const
  const at = Date.UTC(2026, 10, 27, 4, 10, 0, 250)
  expect(changeLine(at, change, marked)).toBe('<dim 2026-11-27T04:10:00Z> <bad worse > h:1 verdict: plain -> gone\\n')
  expect(changeLine(at, { ...change, worse: false }, marked)).toContain('Z> <good better> h:1')
})
