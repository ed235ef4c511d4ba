import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binsOf, densest, longestGap, type SessionMoment } from '../../src/drill/curve.js'

const cut = (ms: number, client = 0): SessionMoment => ({ ms, client, kind: 'cut' })

describe('the curve of a drill', () => {
  it('counts each moment in the bin it falls into, and leaves out what lies outside', () => {
    const bins = binsOf([cut(-150), cut(0), cut(99.9), cut(100), { ...cut(250), kind: 'back' }, cut(400)], -100, 400)
    expect(bins.map(({ ms, cut, back }) => [ms, cut, back])).toEqual([
      [-100, 0, 0],
      [0, 2, 0],
      [100, 1, 0],
      [200, 0, 1],
      [300, 0, 0],
    ])
  })

  it('finds the densest span wherever it begins', () => {
    expect(densest([50, 149, 151, 400], 100)).toEqual({ count: 2, ms: 50 })
    expect(densest([950, 1010, 1020, 1049, 3000], 100)).toEqual({ count: 4, ms: 950 })
    expect(densest([0, 100], 100).count).toBe(1)
    expect(densest([], 100)).toEqual({ count: 0, ms: 0 })
  })

  it('agrees with a search through every beginning', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 })), fc.integer({ min: 1, max: 1500 }), (times, width) => {
        const counts = times.map((from) => times.filter((ms) => ms >= from && ms < from + width).length)
        expect(densest(times, width).count).toBe(Math.max(0, ...counts))
      }),
    )
  })

  it('takes beginning and end of the watch as moments of silence', () => {
    expect(longestGap([], 0, 5000)).toEqual({ ms: 5000, at: 0 })
    expect(longestGap([100, 200, 2400, -50, 6000], 0, 5000)).toEqual({ ms: 2600, at: 2400 })
    expect(longestGap([10, 3000], 0, 3100)).toEqual({ ms: 2990, at: 10 })
  })
})
