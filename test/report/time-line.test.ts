import { describe, expect, it } from 'vitest'
import { curveFigure, loadFigure } from '../../src/report/html/load.js'
import { timeFigure } from '../../src/report/html/time-line.js'
import { figuresOf } from '../bench/load-figures.js'
import { labels, lines } from './figures.js'

describe('timeFigure', () => {
  it('puts values at their time and height, from 0 upwards', () => {
    const figure = timeFigure('t', 'u', [
      {
        name: 'a',
        points: [
          [0, 0],
          [2000, 50],
          [4000, 100],
        ],
      },
    ])
    const [points = []] = lines(figure)
    const named = labels(figure)
    expect(points.map(([x]) => x)).toEqual(['0 s', '2 s', '4 s'].map((label) => named.get(label)?.x))
    expect(points.map(([, y]) => y)).toEqual(['0', '50', '100'].map((label) => (named.get(label)?.y ?? 0) - 4))
  })

  it('keeps every peak of very many points', () => {
    const points = Array.from({ length: 5000 }, (_, at) => [at * 100, at === 2345 ? 900 : 1] as const)
    const [drawn = []] = lines(timeFigure('t', 'u', [{ name: 'a', points }]))
    expect(drawn.length).toBeLessThanOrEqual(400)
    const highest = Math.min(...drawn.map(([, y = 0]) => y))
    expect(drawn.filter(([, y]) => y === highest)).toHaveLength(1)
  })

  it('is empty without points, and escapes what strangers wrote', () => {
    expect(timeFigure('t', 'u', [{ name: 'a', points: [] }])).toBe('')
    const figure = timeFigure('t', 'u', [{ name: '<b>', points: [[0, 1]] }], [{ ms: 0, text: '<i>&' }])
    expect(figure).not.toMatch(/<b>(?!t<)|<i>/)
    expect(figure).toContain('&#60;i&#62;&#38;')
  })
})

describe('the figures of a load and of a drill', () => {
  it('draw what was begun and what arrived a second, and mean and longest latency', () => {
    const load = figuresOf([
      { due: 0, lag: 0, took: 10 },
      { due: 100, lag: 0, took: 30 },
    ])
    const figure = loadFigure(load)
    expect(figure).toContain('begun: at most 4; arrived: at most 4')
    expect(figure).toContain('mean: at most 20; longest: at most 30')
    expect(figure).not.toContain('was the limit')
    expect(loadFigure({ ...load, generator: { ...load.generator, limited: 'a < b' } })).toContain(
      'was the limit: a &#60; b',
    )
  })

  it('draw who was cut and who came back, and when what was done', () => {
    const bins = [
      { ms: 0, cut: 7, back: 0 },
      { ms: 100, cut: 0, back: 5 },
    ]
    const figure = curveFigure({ binMs: 100, bins, steps: [{ ms: 50, text: 'SIGUSR2' }] })
    expect(figure).toContain('cut: at most 7; back: at most 5')
    expect(figure).toContain('<title>SIGUSR2</title>')
  })
})
