import { describe, expect, it } from 'vitest'
import type { SessionMoment } from '../../src/drill/curve.js'
import { Ledger } from '../../src/drill/ledger.js'
import { type DrillRecord, metricsOf } from '../../src/drill/metrics.js'

const nothing = { published: 0, lost: 0, duplicated: 0, unacknowledged: 0, slowestMs: 0 }

function record(moments: readonly SessionMoment[], more: Partial<DrillRecord> = {}): DrillRecord {
  return {
    clients: 4,
    moments,
    arrivals: [],
    messages: nothing,
    watchedMs: 10_000,
    identity: { asked: 0, wrong: 0 },
    onOld: undefined,
    ...more,
  }
}

const cut = (client: number, ms: number): SessionMoment => ({ client, ms, kind: 'cut' })
const back = (client: number, ms: number): SessionMoment => ({ client, ms, kind: 'back' })

describe('the figures of a drill', () => {
  it('counts a client that is cut twice once, and its longest absence', () => {
    const seen = metricsOf(record([cut(1, 100), back(1, 1100), cut(1, 2000), back(1, 4500), cut(2, 150), back(2, 900)]))
    expect(seen).toMatchObject({ cut: 2, 'not-back': 0, 'back-in': 4500, offline: 2500, 'cut-in-100ms': 2 })
  })

  it('has no end for who never came back, and counts that absence to the end of the watch', () => {
    const seen = metricsOf(record([cut(0, 1000), back(0, 2000), cut(3, 4000)]))
    expect(seen).toMatchObject({ 'not-back': 1, 'back-in': Number.POSITIVE_INFINITY, offline: 6000 })
  })

  it('does not blame the event for what came before it', () => {
    expect(metricsOf(record([cut(0, -500), back(0, -20)]))).toMatchObject({ cut: 0, 'back-in': 0, offline: 0 })
  })

  it('says where the densest spans begin', () => {
    const seen = metricsOf(record([cut(0, 1010), cut(1, 1030), cut(2, 1500), cut(3, 5000)]))
    expect(seen).toMatchObject({ 'cut-in-100ms': 2, 'cut-in-1s': 3, densest: { in100ms: 1010, in1s: 1010 } })
  })

  it('takes the silence of everybody from what arrived', () => {
    expect(metricsOf(record([], { arrivals: [500, 1000, 8000] })).silence).toBe(7000)
  })
})

describe('the ledger of messages', () => {
  it('tells lost, duplicated and never acknowledged messages apart', () => {
    const ledger = new Ledger()
    const [fine, lost, twice, open, early] = [0, 10, 20, 30, 40].map((now) => ledger.published(now))
    for (const number of [fine, lost, twice]) ledger.acknowledged(number ?? -1)
    ledger.arrived(fine ?? -1, 25)
    ledger.arrived(twice ?? -1, 500)
    ledger.arrived(twice ?? -1, 900)
    ledger.arrived(early ?? -1, 45)
    expect(open).toBe(3)
    expect(ledger.sum()).toEqual({ published: 5, lost: 1, duplicated: 1, unacknowledged: 1, slowestMs: 480 })
    expect(ledger.arrivals).toEqual([25, 500, 900, 45])
    expect(ledger.waiting).toBe(true)
  })

  it('knows nothing of numbers that it never gave', () => {
    const ledger = new Ledger()
    ledger.arrived(7, 1)
    ledger.acknowledged(7)
    expect(ledger.sum().published).toBe(0)
    expect(ledger.arrivals).toEqual([])
  })
})
