import { describe, expect, it } from 'vitest'
import type { LatencySeries } from '../../src/kernel/result.js'
import { latencyFigure } from '../../src/report/html/latency.js'
import { labels, lines } from './figures.js'

/** 1,000 samples whose share at or below x ms is what the quantiles say. */
const steady: LatencySeries = {
  name: 'steady',
  count: 1000,
  quantiles: [
    { q: 0, ms: 1 },
    { q: 0.5, ms: 10 },
    { q: 0.9, ms: 10 },
    { q: 0.99, ms: 100 },
    { q: 1, ms: 1000 },
  ],
}

describe('latencyFigure', () => {
  it('puts each further digit of the share a step to the right, the last sample at its share of all', () => {
    const figure = latencyFigure([steady])
    const [points = []] = lines(figure)
    const named = labels(figure)
    const x = points.map(([at]) => at)
    expect(x).toEqual(['0 %', '50 %', '90 %', '99 %', '99.9 %'].map((label) => named.get(label)?.x))
    const [first = 0, , second = 0, third = 0, fourth = 0] = x
    expect(third - second).toBeCloseTo(second - first, 0)
    expect(fourth - third).toBeCloseTo(second - first, 0)
  })

  it('puts equal ratios equally far apart, the slower the higher', () => {
    const figure = latencyFigure([steady])
    const [points = []] = lines(figure)
    const [one = 0, ten = 0, , hundred = 0, thousand = 0] = points.map(([, y]) => y)
    expect(one - ten).toBeCloseTo(ten - hundred, 0)
    expect(hundred - thousand).toBeCloseTo(one - ten, 0)
    expect(thousand).toBeLessThan(one)
    const named = labels(figure)
    for (const [label, y] of [
      ['1 ms', one],
      ['10 ms', ten],
      ['1 s', thousand],
    ] as const)
      expect(Math.abs((named.get(label)?.y ?? 0) - 4 - y)).toBeLessThanOrEqual(0.2)
  })

  it('says in words and figures what it draws, and tells the lines apart without colour', () => {
    const slower = {
      ...steady,
      name: '<slow> & "late"',
      quantiles: steady.quantiles.map(({ q, ms }) => ({ q, ms: ms * 2 })),
    }
    const figure = latencyFigure([steady, slower])
    expect(figure).toContain('aria-label="steady: half within 10 ms, all within 1 s; &#60;slow&#62;')
    expect(figure).not.toContain('<slow>')
    const cells = [...figure.matchAll(/<td>([^<]*)<\/td>/g)].map(([, text]) => text)
    expect(cells).toEqual([
      ...['1000', '1 ms', '10 ms', '10 ms', '100 ms', '1 s'],
      ...['1000', '2 ms', '20 ms', '20 ms', '200 ms', '2 s'],
    ])
    const dashed = [...figure.matchAll(/<polyline[^>]*?(stroke-dasharray="[^"]*")?\/>/g)].map(([, dash]) => dash)
    expect(new Set(dashed).size).toBe(2)
  })

  it('takes the next quantile that was kept when a share was not: never better than it was', () => {
    const few = {
      name: 'few',
      count: 3,
      quantiles: [
        { q: 0, ms: 5 },
        { q: 1, ms: 7 },
      ],
    }
    expect(latencyFigure([few])).toContain('half within 7 ms')
  })

  it.each([
    [
      'one sample',
      [
        { q: 0, ms: 4 },
        { q: 1, ms: 4 },
      ],
    ],
    [
      'nothing measurable',
      [
        { q: 0, ms: 0 },
        { q: 1, ms: 0 },
      ],
    ],
    [
      'six decades',
      [
        { q: 0, ms: 0.002 },
        { q: 1, ms: 4000 },
      ],
    ],
  ])('stays inside its frame with %s', (_, quantiles) => {
    const figure = latencyFigure([{ name: 'x', count: 1, quantiles }])
    expect(figure).not.toContain('NaN')
    for (const [x = -1, y = -1] of lines(figure).flat()) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x).toBeLessThanOrEqual(800)
      expect(y).toBeGreaterThanOrEqual(0)
      expect(y).toBeLessThanOrEqual(300)
    }
    expect([...labels(figure).keys()].length).toBeLessThanOrEqual(20)
  })

  it('is nothing without samples', () => {
    expect(latencyFigure([])).toBe('')
    expect(latencyFigure([{ name: 'none', count: 0, quantiles: [] }])).toBe('')
  })
})
