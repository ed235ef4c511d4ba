import { describe, expect, it } from 'vitest'
import type { LatencySeries } from '../../../src/kernel/result.js'
import { formatLatency, latencyFigure } from '../../../src/report/html/latency.js'
import { curveFigure, loadFigure } from '../../../src/report/html/load.js'
import { timeFigure } from '../../../src/report/html/time-line.js'
import { figuresOf } from '../../bench/load-figures.js'
import { all, type HtmlNode, only, outline, readHtml, texts } from '../read-html.js'
import { expectRecorded } from '../recorded.js'

const seriesOf = (name: string, factor: number, count = 1000): LatencySeries => ({
  name,
  count,
  quantiles: [
    { q: 0, ms: factor },
    { q: 0.5, ms: 3 * factor },
    { q: 0.9, ms: 4 * factor },
    { q: 0.99, ms: 20 * factor },
    { q: 1, ms: 150 * factor },
  ],
})
const number = (node: HtmlNode, name: string) => Number(node.attributes[name])
/** The labels of the picture itself, without the table below it. */
const labelsOf = (figure: HtmlNode) => texts(all(figure, 'svg')[0] as HtmlNode, 'text')
const pointsOf = (line: HtmlNode | undefined) =>
  (line?.attributes.points ?? '').split(' ').map((point) => point.split(',').map(Number))

describe('a figure of latencies', () => {
  it('of several series is what was read and found right', () => {
    const figure = latencyFigure([
      seriesOf('<due>', 1),
      seriesOf('sent', 0.25, 10),
      { name: 'x', count: 0, quantiles: [] },
    ])
    expectRecorded('plot-latency.txt', outline(readHtml(figure)))
  })

  it('labels 1, 2 and 5 of every decade that it spans', () => {
    const labels = (least: number, most: number) =>
      labelsOf(
        readHtml(
          latencyFigure([
            {
              name: 'a',
              count: 10,
              quantiles: [
                { q: 0, ms: least },
                { q: 1, ms: most },
              ],
            },
          ]),
        ),
      ).filter((text) => text.endsWith('s'))
    expect(labels(1, 9)).toEqual(['1 ms', '2 ms', '5 ms', '10 ms'])
    expect(labels(1.5, 10)).toEqual(['1 ms', '2 ms', '5 ms', '10 ms', '20 ms'])
    expect(labels(0.3, 0.4)).toEqual(['0.2 ms', '0.5 ms'])
    // Over many decades only their beginnings.
    expect(labels(0.01, 2000)).toEqual(['0.01 ms', '0.1 ms', '1 ms', '10 ms', '100 ms', '1 s'])
  })

  it('labels the share of samples by digits, as many as there are samples for', () => {
    const labels = (count: number) =>
      labelsOf(readHtml(latencyFigure([seriesOf('a', 1, count)]))).filter((text) => text.endsWith('%'))
    expect(labels(10)).toEqual(['0 %', '90 %', '50 %'])
    expect(labels(1000)).toEqual(['0 %', '90 %', '99 %', '99.9 %', '50 %'])
    expect(labels(99_999)).toEqual(['0 %', '90 %', '99 %', '99.9 %', '99.99 %', '50 %'])
  })

  it('has a line, a dash and a row in the table for each series, and begins anew after six', () => {
    const figure = readHtml(latencyFigure(Array.from({ length: 7 }, (_, at) => seriesOf(`s${at}`, at + 1))))
    const lines = all(figure, 'polyline')
    expect(lines.map(({ attributes }) => attributes.class)).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's0'])
    const dashes = lines.map(({ attributes }) => attributes['stroke-dasharray'])
    expect(dashes[0]).toBeUndefined()
    expect(new Set(dashes.slice(0, 6)).size).toBe(6)
    expect(dashes[6]).toBe(dashes[0])
    const swatches = all(only(figure, 'tbody'), 'line').map(({ attributes }) => [
      attributes.class,
      attributes['stroke-dasharray'],
    ])
    expect(swatches).toEqual(lines.map(({ attributes }) => [attributes.class, attributes['stroke-dasharray']]))
    expect(texts(only(figure, 'tbody'), 'th')).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's6'])
    expect(texts(only(figure, 'thead'), 'th')).toEqual(['', 'samples', 'least', '50 %', '90 %', '99 %', 'most'])
  })
})

it.each([
  [0.0123, '0.012 ms'],
  [0.34, '0.34 ms'],
  [9.99, '10 ms'],
  [10, '10 ms'],
  [12.53, '12.5 ms'],
  [999, '999 ms'],
  [1000, '1 s'],
  [1534, '1.53 s'],
  [65_000, '65 s'],
])('a latency of %d ms is written %s', (ms, text) => {
  expect(formatLatency(ms)).toBe(text)
})

describe('a figure over time', () => {
  it('of several series with marks is what was read and found right', () => {
    const figure = timeFigure(
      'a <title>',
      'a second',
      [
        {
          name: 'begun',
          points: [
            [0, 0],
            [500, 42],
            [1500, 130],
          ],
        },
        { name: 'no points', points: [] },
        {
          name: '<arrived>',
          points: [
            [250, 12.5],
            [2250, 99],
          ],
        },
      ],
      [{ ms: 1000, text: 'SIGUSR2 & more' }],
    )
    expectRecorded('plot-time.txt', outline(readHtml(figure)))
  })

  const labels = (end: number, highest: number) =>
    labelsOf(
      readHtml(
        timeFigure('t', 'u', [
          {
            name: 'a',
            points: [
              [0, 0],
              [end, highest],
            ],
          },
        ]),
      ),
    )

  it.each([
    [8000, 100, ['0', '50', '100']],
    [8000, 4, ['0', '1', '2', '3', '4']],
    [8000, 9, ['0', '5', '10']],
    [8000, 1700, ['0', '500', '1,000', '1,500', '2,000']],
    [8000, 0.5, ['0', '0.2', '0.4', '0.6']],
    [8000, 0, ['0', '1']],
  ])('over %i ms up to %d has round steps on its side', (end, highest, expected) => {
    expect(labels(end, highest).filter((text) => !text.endsWith(' s'))).toEqual(expected)
  })

  it.each([
    [8000, ['0 s', '1 s', '2 s', '3 s', '4 s', '5 s', '6 s', '7 s', '8 s']],
    [10_000, ['0 s', '2 s', '4 s', '6 s', '8 s', '10 s']],
    [400, ['0 s', '0.05 s', '0.1 s', '0.15 s', '0.2 s', '0.25 s', '0.3 s', '0.35 s', '0.4 s']],
    [59_000, ['0 s', '10 s', '20 s', '30 s', '40 s', '50 s']],
  ])('of %i ms has seconds below it', (end, expected) => {
    expect(labels(end, 1).filter((text) => text.endsWith(' s'))).toEqual(expected)
  })

  it('is as long as its last mark, and never of no length', () => {
    const marked = readHtml(
      timeFigure(
        't',
        'u',
        [
          {
            name: 'a',
            points: [
              [0, 1],
              [1000, 1],
            ],
          },
        ],
        [{ ms: 2000, text: 'x' }],
      ),
    )
    expect(number(only(marked, 'line.mark'), 'x1')).toBe(784)
    expect(pointsOf(all(marked, 'polyline')[0])[1]?.[0]).toBe(424)
    const one = readHtml(timeFigure('t', 'u', [{ name: 'a', points: [[0, 1]] }]))
    expect(pointsOf(only(one, 'polyline'))).toEqual([[64, 14]])
  })

  it('keeps 400 points as they are, and of more the highest of each part, from the first to the last', () => {
    const of = (count: number) =>
      pointsOf(
        only(
          readHtml(
            timeFigure('t', 'u', [{ name: 'a', points: Array.from({ length: count }, (_, at) => [at, at] as const) }]),
          ),
          'polyline',
        ),
      )
    expect(of(400)).toHaveLength(400)
    expect(of(401)).toHaveLength(201)
    expect(of(800)).toHaveLength(400)
    expect(of(401).at(-1)).toEqual([784, 14])
  })

  it('has lines of four dashes, so that neighbours differ without colour', () => {
    const points = [
      [0, 1],
      [1, 1],
    ] as const
    const lines = all(
      readHtml(
        timeFigure(
          't',
          'u',
          Array.from({ length: 7 }, (_, at) => ({ name: `s${at}`, points })),
        ),
      ),
      'polyline',
    )
    expect(new Set(lines.slice(0, 4).map(({ attributes }) => attributes['stroke-dasharray'])).size).toBe(4)
    expect(lines.map(({ attributes }) => attributes.class)).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's0'])
  })
})

describe('the figures of a load', () => {
  const load = {
    ...figuresOf([]),
    timeline: {
      at: 0,
      binMs: 500,
      bins: [
        { ms: 0, started: 10, done: 4, failed: 0, sumMs: 40, maxMs: 25 },
        { ms: 500, started: 0, done: 0, failed: 0, sumMs: 0, maxMs: 0 },
        { ms: 1000, started: 2, done: 8, failed: 0, sumMs: 16, maxMs: 5 },
      ],
    },
  }
  const partsOf = (more: Partial<typeof load>) =>
    all(readHtml(loadFigure({ ...load, ...more })), 'figure').map((figure) => ({
      title: only(figure, 'b').text,
      said: all(figure, 'svg')[0]?.attributes['aria-label'],
      lines: all(figure, 'polyline').map((line) => pointsOf(line).length),
    }))

  it('are rates of a second and latencies; a bin in which nothing arrived has none', () => {
    expect(partsOf({})).toEqual([
      { title: 'messages over time', said: 'begun: at most 20; arrived: at most 16', lines: [3, 3] },
      { title: 'How long it took over time', said: 'mean: at most 10; longest: at most 25', lines: [2, 2] },
    ])
  })

  it('stand in the middle of their bins', () => {
    const [rates] = all(readHtml(loadFigure(load)), 'figure')
    // From 0 to 1250 ms, where the last bin has its middle.
    expect(pointsOf(all(rates as HtmlNode, 'polyline')[0]).map(([x]) => x)).toEqual([208, 496, 784])
  })

  it('show what failed only where something did, and call connections accepted', () => {
    const bins = load.timeline.bins.map((bin) => ({ ...bin, failed: bin.ms === 500 ? 3 : 0 }))
    expect(partsOf({ timeline: { ...load.timeline, bins }, measure: 'connections' })[0]).toEqual({
      title: 'connections over time',
      said: 'begun: at most 20; accepted: at most 16; failed: at most 6',
      lines: [3, 3, 3],
    })
  })

  it('of a drill are who was cut and who came back, in the middle of each bar', () => {
    const bins = [
      { ms: 0, cut: 7, back: 0 },
      { ms: 100, cut: 0, back: 5 },
    ]
    const figure = readHtml(curveFigure({ binMs: 100, bins, steps: [{ ms: 150, text: 'SIGUSR2' }] }))
    expect(only(figure, 'figcaption').text).toBe('Sessions over time in each 100 ms, from the event')
    expect(all(figure, 'polyline').map((line) => pointsOf(line).map(([x]) => x))).toEqual([
      [304, 784],
      [304, 784],
    ])
    expect(only(figure, 'ul').text).toBe('0.15 s: SIGUSR2')
  })
})
