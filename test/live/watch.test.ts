import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

  // Names and types as Grafana publishes them with its release 13.2 (@grafana/schema), by which the whole was checked.
  it('are a dashboard that Grafana takes: known fields, panels on a grid of 24 columns that do not lie on each other', () => {
    const board = dashboard()
    expect(Object.keys(board).sort()).toEqual([
      ...['panels', 'refresh', 'schemaVersion', 'tags', 'templating', 'time', 'timezone', 'title', 'uid'],
    ])
    expect(board.uid.length).toBeLessThanOrEqual(40)
    expect(board.schemaVersion).toBe(39)
    const [variable] = board.templating.list
    expect(variable).toMatchObject({ type: 'datasource', query: 'prometheus' })
    const taken = new Set<string>()
    for (const panel of board.panels) {
      const { x, y, w, h } = panel.gridPos
      for (let column = x; column < x + w; column++)
        for (let row = y; row < y + h; row++) {
          expect(taken.has(`${column} ${row}`), `${panel.title} lies on another panel`).toBe(false)
          taken.add(`${column} ${row}`)
          expect(column).toBeLessThan(24)
        }
      expect(['stat', 'timeseries']).toContain(panel.type)
      expect(panel.description).not.toBe('')
      expect(Object.keys(panel.fieldConfig).sort()).toEqual(['defaults', 'overrides'])
      for (const one of [panel, ...panel.targets]) {
        expect(one.datasource).toEqual({ type: 'prometheus', uid: `\${${variable?.name}}` })
      }
      const refs = panel.targets.map(({ refId }) => refId)
      expect(new Set(refs).size).toBe(refs.length)
      // A label that a legend names has to be one of the metric.
      for (const { expr, legendFormat } of panel.targets) {
        const [name] = named(expr)
        const labels = [...gauges, changesCounter].find((one) => one.name === name)?.labels ?? []
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(labels).toContain(label)
      }
    }
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length)
  })

  it('have every metric explained on the page', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/watch.md'), 'utf8')
    for (const name of known) expect(page).toContain(`| \`${name}\` |`)
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
