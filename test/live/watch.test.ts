import { describe, expect, it } from 'vitest'
import { alertRules } from '../../src/live/monitoring/alerts.js'
import { dashboard } from '../../src/live/monitoring/dashboard.js'
import { changesCounter, gauges } from '../../src/live/watch/metrics.js'
import { changesOf, type WatchReading } from '../../src/live/watch/reading.js'
import { plain } from '../../src/report/style.js'
import { changeLine, watchTable } from '../../src/report/watch.js'

const reading = (more: Partial<WatchReading> = {}): WatchReading => ({
  target: '127.0.0.1:1883',
  at: 1_795_747_584_000,
  verdict: 'haproxy-frontend',
  text: 'a HAProxy frontend',
  up: true,
  connectMs: 1.5,
  behind: {
    target: '127.0.0.1:1884',
    verdict: 'proxy-required',
    connectMs: 0.5,
    spoofable: true,
    fits: true,
    text: 'the frontend adds its own PROXY header (v2) and the broker reads it',
  },
  spoofable: false,
  certificateDays: 40,
  addressRight: true,
  ...more,
})

const whats = (before: WatchReading, now: WatchReading) =>
  changesOf(before, now).map(({ what, worse }) => `${worse ? '-' : '+'}${what}`)

describe('changesOf', () => {
  it('tells nothing of connect times, nor of a certificate that is a day older', () => {
    expect(changesOf(reading(), reading({ connectMs: 90, certificateDays: 39 }))).toEqual([])
  })

  it('tells a target that no longer answers, and one that does again', () => {
    const down = reading({ verdict: 'no-backend', up: false, connectMs: undefined })
    expect(whats(reading(), down)).toEqual(['-verdict', '-answer'])
    expect(whats(down, reading())).toEqual(['+verdict', '+answer'])
  })

  it('tells what became of the broker, the fit, the address and forged headers', () => {
    const { behind } = reading()
    if (behind === undefined) throw new Error('no broker')
    const gone = { ...behind, verdict: 'closed', connectMs: undefined }
    expect(whats(reading(), reading({ behind: gone }))).toEqual(['-broker'])
    expect(whats(reading(), reading({ behind: { ...behind, fits: false } }))).toEqual(['-fit'])
    expect(whats(reading(), reading({ addressRight: false, spoofable: true }))).toEqual(['-spoofable', '-address'])
    expect(whats(reading({ addressRight: undefined }), reading({ addressRight: false }))).toEqual([])
  })

  it.each([
    [31, 30, ['-certificate']],
    [30, 29, []],
    [1, -1, ['-certificate']],
    [2, 90, ['+certificate']],
  ])('of a certificate from %i to %i days: %j', (was, is, all) => {
    expect(whats(reading({ certificateDays: was }), reading({ certificateDays: is }))).toEqual(all)
  })
})

describe('the table and the lines of changes', () => {
  it('show each target in a line', () => {
    const [head, line] = watchTable([reading()], plain)
    expect(head).toMatch(/^TARGET +VERDICT +CONNECT +BROKER +ADDRESS/)
    expect(line).toMatch(
      /^127\.0\.0\.1:1883 +haproxy-frontend +1\.5 ms +0\.5 ms +right +yes +40 days +the frontend adds/,
    )
  })

  it('show no control characters of strangers', () => {
    const change = { target: 't', what: 'verdict', from: 'a\x1b[2J', to: 'b\nc', worse: true } as const
    expect(changeLine(0, change, plain)).toBe('1970-01-01T00:00:00Z worse  t verdict: a\\x1b[2J -> b\\nc')
  })
})

describe('rules and dashboard', () => {
  const known = new Set([...gauges.map(({ name }) => name), changesCounter.name])
  const named = (text: string) => [...text.matchAll(/\bmqtt_proxy_\w+/g)].map(([name]) => name)

  it('name only metrics that are measured', () => {
    const rules = JSON.stringify(alertRules({ intervalSeconds: 60, certificateDays: 21 }))
    expect(named(rules).length).toBeGreaterThan(6)
    expect(named(rules).filter((name) => !known.has(name))).toEqual([])
    expect(named(JSON.stringify(dashboard())).filter((name) => !known.has(name))).toEqual([])
  })

  it('follow the interval and the days that were asked for', () => {
    const [{ rules } = { rules: [] }] = alertRules({ intervalSeconds: 10, certificateDays: 5 }).groups
    expect(rules.find(({ alert }) => alert === 'MqttProxyDown')?.for).toBe('50s')
    expect(rules.map(({ expr }) => expr)).toContain('mqtt_proxy_certificate_days < 5')
  })

  it('measure every gauge of a reading once for each side', () => {
    const samples = gauges.flatMap(({ name, labels, of }) =>
      of(reading()).map((one) => {
        expect(Object.keys(one.labels).sort()).toEqual([...labels].sort())
        return `${name} ${one.value}`
      }),
    )
    expect(samples).toContain('mqtt_proxy_connect_seconds 0.0015')
    expect(samples).toContain('mqtt_proxy_connect_seconds 0.0005')
    expect(samples).toContain('mqtt_proxy_spoofable 1')
    expect(gauges.flatMap(({ of }) => of(reading({ behind: undefined, addressRight: undefined })))).toHaveLength(6)
  })
})
