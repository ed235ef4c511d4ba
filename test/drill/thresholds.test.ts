import { describe, expect, it } from 'vitest'
import { drillEvents, drillPlans } from '../../src/drill/events.js'
import { type DrillRecord, metricsOf } from '../../src/drill/metrics.js'
import { reconnectManners } from '../../src/drill/reconnect.js'
import { crossed, parseThresholds } from '../../src/drill/thresholds.js'
import { Fault } from '../../src/kernel/errors.js'

const calm: DrillRecord = {
  clients: 200,
  moments: [],
  arrivals: [],
  messages: { published: 10, lost: 0, duplicated: 2, unacknowledged: 0, slowestMs: 80 },
  watchedMs: 3000,
  identity: { asked: 0, wrong: 0 },
  onOld: undefined,
}
const stormy: DrillRecord = {
  ...calm,
  moments: Array.from({ length: 50 }, (_, client) => ({ client, ms: 1000 + client, kind: 'cut' as const })),
}
const which = (text: string, record: DrillRecord) =>
  crossed(parseThresholds(text), metricsOf(record), record.clients).map(({ threshold }) => threshold.text)

describe('the thresholds of a drill', () => {
  it('are crossed above the limit, and with >= at it', () => {
    expect(which('cut>25%, cut>=25%,cut>24.9%,cut>50,cut>=50', stormy)).toEqual(['cut>=25%', 'cut>24.9%', 'cut>=50'])
    expect(which('duplicated>2,duplicated>1,delay>80ms,delay>0.05s', calm)).toEqual(['duplicated>1', 'delay>0.05s'])
  })

  it('are crossed by everybody who is away, and by what is not known', () => {
    expect(which('back-in>1m,not-back>0,old-sessions>0', stormy)).toEqual([
      'back-in>1m',
      'not-back>0',
      'old-sessions>0',
    ])
    expect(which('back-in>0', calm)).toEqual([])
  })

  it.each([
    ['cut', 'write a figure'],
    ['cut=5', 'write a figure'],
    ['cut>-1', 'write a figure'],
    ['cots>1', 'did you mean cut?'],
    ['lost>5%', 'has no whole to be a share of'],
    ['lost>5s', 'counts messages'],
    ['back-in>5', 'is a time'],
  ])('%s is refused: %s', (text, hint) => {
    expect(() => parseThresholds(text)).toThrow(Fault)
    try {
      parseThresholds(text)
    } catch (error) {
      expect(error instanceof Fault && error.exit).toBe(2)
      expect(error instanceof Fault && error.hints.join(' ')).toContain(hint)
    }
  })

  it('of every event can be read', () => {
    for (const event of drillEvents) expect(parseThresholds(drillPlans[event].failOn).length).toBeGreaterThan(0)
  })
})

describe('how clients come back', () => {
  it('is a second for mqtt.js and libmosquitto, however often', () => {
    for (const name of ['mqtt.js', 'mosquitto'] as const) {
      expect([1, 2, 9].map((tries) => reconnectManners[name].wait(tries, 0.7))).toEqual([1000, 1000, 1000])
    }
  })

  it('is doubled and spread in whole seconds for Paho C, up to 72 s', () => {
    const { wait } = reconnectManners['paho-c']
    const span = (tries: number) => [wait(tries, 0), wait(tries, 0.999999)]
    expect(span(1)).toEqual([0, 1000])
    expect(span(2)).toEqual([1000, 2000])
    expect(span(5)).toEqual([13_000, 19_000])
    expect(span(7)).toEqual([50_000, 72_000])
    expect(span(30)).toEqual([50_000, 72_000])
  })
})
