import { describe, expect, it } from 'vitest'
import type { TimelineEvent } from '../../../src/kernel/result.js'
import { sequenceFigure } from '../../../src/report/html/sequence.js'
import { all, type HtmlNode, only, readHtml, texts } from '../read-html.js'

const event = (from: TimelineEvent['from'], to: TimelineEvent['to'], label = 'CONNECT', ms = 1): TimelineEvent => ({
  ms,
  from,
  to,
  label,
})
const figureOf = (...events: readonly TimelineEvent[]) => readHtml(sequenceFigure(events))
const number = (node: HtmlNode | undefined, name: string) => Number(node?.attributes[name])

/** Where the lifeline of each party stands. */
function lanesOf(figure: HtmlNode): Record<string, number> {
  return Object.fromEntries(all(figure, 'g.lane').map((lane) => [lane.text, number(only(lane, 'line'), 'x1')]))
}

/** The points of the head of an arrow: the tip first. */
function headOf(arrow: HtmlNode | undefined): number[][] {
  const points = arrow === undefined ? '' : (only(arrow, 'polygon').attributes.points ?? '')
  return points.split(' ').map((point) => point.split(',').map(Number))
}

describe('sequenceFigure', () => {
  it('draws an arrow from the line of who sends to the line of who receives', () => {
    const pairs = [
      ['client', 'HAProxy'],
      ['HAProxy', 'broker'],
      ['broker', 'HAProxy'],
      ['HAProxy', 'client'],
      ['broker', 'client'],
    ] as const
    const named = { client: 'client', HAProxy: 'haproxy', broker: 'broker' } as const
    const figure = figureOf(...pairs.map(([from, to]) => event(named[from], named[to])))
    const lanes = lanesOf(figure)
    const arrows = all(figure, 'g.ev')
    expect(arrows).toHaveLength(5)
    for (const [at, [from, to]] of pairs.entries()) {
      const line = only(arrows[at] as HtmlNode, 'line')
      const [tip = [], ...wings] = headOf(arrows[at])
      expect(number(line, 'x1')).toBe(lanes[from])
      expect(Math.abs((tip[0] ?? 0) - (lanes[to] ?? 0))).toBe(1)
      // The line ends inside the head, and the wings lie behind the tip, one above and one below.
      const towards = Math.sign((lanes[to] ?? 0) - (lanes[from] ?? 0))
      expect(wings.map(([x = 0]) => Math.sign((tip[0] ?? 0) - x))).toEqual([towards, towards])
      expect(wings.map(([x = 0]) => Math.sign(number(line, 'x2') - x))).toEqual([towards, towards])
      expect(wings.map(([, y = 0]) => y - (tip[1] ?? 0))).toEqual([-4.5, 4.5])
      expect(number(line, 'y1')).toBe(tip[1])
      expect(number(line, 'y2')).toBe(tip[1])
    }
  })

  it('puts what came later further down, inside the picture, each with its time and its words', () => {
    const figure = figureOf(
      event('client', 'haproxy', 'one', 0),
      event('haproxy', 'client', 'two', 99.96),
      event('client', 'haproxy', 'three', 100),
    )
    const rows = all(figure, 'line')
      .slice(-3)
      .map((line) => number(line, 'y1'))
    expect(rows).toEqual([60, 94, 128])
    const [, , , height = 0] = (only(figure, 'svg').attributes.viewBox ?? '').split(' ').map(Number)
    expect(height).toBe(162)
    for (const lane of all(figure, 'g.lane')) expect(number(only(lane, 'line'), 'y2')).toBe(height - 4)
    expect(texts(figure, 'text.time')).toEqual(['0.0 ms', '100.0 ms', '100 ms'])
    expect(only(figure, 'svg').attributes['aria-label']).toBe(
      '0.0 ms client to HAProxy: one; 100.0 ms HAProxy to client: two; 100 ms client to HAProxy: three',
    )
    const [arrow] = all(figure, 'g.ev')
    const [time, words] = all(arrow as HtmlNode, 'text')
    expect([number(time, 'y'), number(words, 'y')]).toEqual([64, 54])
    // In the middle between client (150) and HAProxy (420).
    expect(number(words, 'x')).toBe(285)
  })

  it('draws only who takes part, and HAProxy always', () => {
    expect(Object.keys(lanesOf(figureOf(event('client', 'client'))))).toEqual(['client', 'HAProxy'])
    expect(Object.keys(lanesOf(figureOf(event('haproxy', 'broker'))))).toEqual(['HAProxy', 'broker'])
    expect(Object.keys(lanesOf(figureOf(event('client', 'broker'))))).toEqual(['client', 'HAProxy', 'broker'])
    expect(sequenceFigure([])).toBe('')
  })

  it('marks what happens at one party with a dot on its line', () => {
    const figure = figureOf(event('haproxy', 'haproxy', 'it waits'))
    const dot = only(figure, 'circle')
    expect([number(dot, 'cx'), number(dot, 'cy')]).toEqual([420, 60])
    const [, words] = all(only(figure, 'g.ev'), 'text')
    expect([number(words, 'x'), number(words, 'y')]).toEqual([430, 64])
    expect(all(figure, 'polygon')).toHaveLength(0)
  })

  it.each(['refused', 'Connection RESET', 'closed', 'it fails', 'timeout', 'TLS alert', '✖'])(
    'marks %s as bad',
    (label) => {
      expect(all(figureOf(event('client', 'haproxy', label)), 'g.ev.bad')).toHaveLength(1)
      expect(all(figureOf(event('client', 'client', label)), 'g.ev.bad')).toHaveLength(1)
      expect(all(figureOf(event('client', 'haproxy', 'CONNACK 0')), 'g.ev.bad')).toHaveLength(0)
    },
  )

  it('cuts words that have no room between two lines, and says all of them to those who listen', () => {
    const long = 'x'.repeat(100)
    const shown = (one: TimelineEvent) => texts(figureOf(one), 'text').at(-1)
    expect(shown(event('client', 'haproxy', long))).toBe(`${'x'.repeat(39)}…`)
    expect(shown(event('client', 'haproxy', 'x'.repeat(40)))).toBe('x'.repeat(40))
    expect(shown(event('client', 'broker', long))).toBe(`${'x'.repeat(80)}…`)
    expect(shown(event('broker', 'client', long))).toBe(`${'x'.repeat(80)}…`)
    expect(shown(event('client', 'client', long))).toBe(`${'x'.repeat(47)}…`)
    expect(only(figureOf(event('client', 'client', long)), 'svg').attributes['aria-label']).toContain(long)
  })
})
