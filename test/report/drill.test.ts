import { describe, expect, it } from 'vitest'
import { drillDocument, formatMetric, renderDrill } from '../../src/report/drill.js'
import { plain } from '../../src/report/style.js'
import { badRun, calmRun, drillOf, stillRun, unprovenRun } from './drill-results.js'
import { marked } from './marked.js'
import { expectRecorded } from './recorded.js'

const linesOf = (text: string) => text.split('\n')

describe('renderDrill', () => {
  it('tells a run that failed: curve, figures, reasons, and the verdict', () => {
    expectRecorded('drill-failed.txt', renderDrill(drillOf([badRun]), marked))
  })

  it('tells two runs and sets them side by side; the first decides', () => {
    const faults = [{ name: 'drop', what: 'bytes get lost', healthy: 'clients come back' }]
    const text = renderDrill(drillOf([calmRun, badRun], { rate: 0, faults }), plain)
    expectRecorded('drill-compared.txt', text)
    expect(text).toContain('\nheld: no threshold was crossed (cut>50%,lost>0,back-in>5s,old-sessions>0)\n')
  })

  it('draws a bar a tenth of a second, the highest bin in full, and leaves out seconds of nothing', () => {
    const bins = Array.from({ length: 31 }, (_, at) => ({ ms: at * 100, cut: 0, back: 0 }))
    const set = (at: number, cut: number, back: number) => bins.splice(at, 1, { ms: at * 100, cut, back })
    set(0, 80, 0)
    set(1, 40, 1)
    set(9, 10, 0)
    set(30, 0, 80)
    const drawn = linesOf(renderDrill(drillOf([{ ...stillRun, bins }]), plain)).filter((line) => line.includes('cut |'))
    expect(drawn).toEqual([
      '    0.0 s  cut |█▄       ▁|   130   back | ▁        |     1',
      '    3.0 s  cut |          |     0   back |█         |    80',
    ])
  })

  it('says so when nobody was cut, and when no threshold was set', () => {
    const text = renderDrill(drillOf([stillRun], { failOn: '' }), plain)
    expect(text).toContain('\n  nobody was cut\n')
    expect(text).not.toContain('densest')
    expect(text).toContain('held: no threshold was crossed (none was set)')
  })

  it('does not hold where the event did not happen', () => {
    expect(renderDrill(drillOf([unprovenRun]), plain)).toMatch(
      /\ndid not hold:\n {2}no second process of HAProxy was seen\n$/,
    )
  })

  it('says of a crossed threshold what the figure was, also where it is not known', () => {
    const crossed = [
      { threshold: { text: 'lost>0', metric: 'lost', sign: '>', limit: { value: 0 } }, value: 3 },
      { threshold: { text: 'delay>1s', metric: 'delay', sign: '>', limit: { value: 1000 } }, value: undefined },
    ] as const
    expect(renderDrill(drillOf([{ ...stillRun, crossed }]), plain)).toMatch(
      /\ndid not hold:\n {2}lost>0: 3 messages\n {2}delay>1s: not known\n$/,
    )
  })
})

it.each([
  ['offline', 1340, '1.3 s'],
  ['back-in', Number.POSITIVE_INFINITY, 'some never came back'],
  ['cut', 12, '12 of 500 clients (2 %)'],
  ['lost', 3, '3 messages'],
] as const)('%s of %d is %s for a person', (name, value, text) => {
  expect(formatMetric(name, value, 500)).toBe(text)
})

describe('drillDocument', () => {
  it('has figures and bars instead of every moment', () => {
    const { runs, ...head } = drillDocument(drillOf([badRun]))
    expect(head).toMatchObject({ event: 'reload', clients: 4, failOn: 'cut>50%,lost>0,back-in>5s,old-sessions>0' })
    const [run] = runs
    expect(run).toMatchObject({
      watchedMs: 10_000,
      steps: [{ ms: 0, text: 'SIGUSR2 to HAProxy' }],
      bins: [
        { ms: 100, cut: 2, back: 0 },
        { ms: 600, cut: 1, back: 0 },
        { ms: 2300, cut: 0, back: 1 },
        { ms: 2900, cut: 0, back: 1 },
      ],
      crossed: ['cut>50%', 'lost>0', 'back-in>5s', 'old-sessions>0'],
      struck: 7,
    })
    expect(run?.reasons[0]).toEqual({ why: 'connection reset', count: 3 })
    expect(run).not.toHaveProperty('unproven')
    expect(run).not.toHaveProperty('record')
  })

  it('has null for what never came to an end, and the time where it did', () => {
    const backIn = (run: typeof badRun) => drillDocument(drillOf([run])).runs[0]?.metrics['back-in']
    expect(backIn(badRun)).toBeNull()
    expect(backIn(calmRun)).toBe(1340)
    expect(backIn({ ...calmRun, metrics: { ...calmRun.metrics, 'back-in': undefined } })).toBeNull()
  })

  it('says why the event is not there, and nothing of faults that nobody asked for', () => {
    const [run] = drillDocument(drillOf([unprovenRun])).runs
    expect(run).toMatchObject({ unproven: 'no second process of HAProxy was seen' })
    expect(run).not.toHaveProperty('struck')
  })
})
