import { describe, expect, it } from 'vitest'
import { whyNoResult } from '../../src/report/result-shape.js'
import { figuresOf } from '../bench/load-figures.js'
import { fullResult } from './full-result.js'
import { checkResult, finding, lintResult } from './results.js'
import { checked, linted, probed, run } from './varied.js'

const group = { id: 'x', title: 'x', durationMs: 1, cases: [{ id: 'x/a', title: 'a', status: 'passed' }] }

describe('whyNoResult', () => {
  it.each([fullResult, checkResult, lintResult([finding]), checked, linted, probed])(
    'has nothing to say of our own',
    (result) => {
      expect(whyNoResult(JSON.parse(JSON.stringify(result)))).toBeUndefined()
    },
  )

  it.each([
    [{ ...checkResult, schema: 2 }, 'its schema is 2'],
    [{}, 'its schema is missing'],
    [[], 'its schema is missing'],
    [null, 'its schema is missing'],
    [{ ...checkResult, command: 'doctor' }, 'no run'],
    [{ ...checkResult, env: { a: {} } }, 'env'],
    [{ ...checkResult, stats: { durationMs: '1' } }, 'stats'],
    [{ ...checkResult, groups: undefined }, 'groups are missing'],
    [{ ...checkResult, groups: [group, null] }, 'group 2 is broken'],
    [{ ...checkResult, groups: [{ ...group, cases: [null] }] }, 'group 1 is broken'],
    [{ ...checkResult, groups: [{ ...group, cases: [{ ...group.cases[0], status: 'fine' }] }] }, 'group 1 is broken'],
    [{ ...checkResult, findings: [finding, {}] }, 'finding 2 is broken'],
    [{ ...checkResult, findings: [{ ...finding, severity: 'bad' }] }, 'finding 1 is broken'],
  ])('says what is wrong with %j', (value, why) => {
    expect(whyNoResult(value)).toContain(why)
  })

  /** A copy in which the value at a path (`groups.0.id`) is another one, or missing. */
  function changed(value: unknown, path: string, to: unknown): unknown {
    const copy: unknown = JSON.parse(JSON.stringify(value))
    const names = path.split('.')
    let at = copy as Record<string, unknown>
    for (const name of names.slice(0, -1)) at = at[name] as Record<string, unknown>
    const last = names.at(-1) ?? ''
    if (to === undefined) delete at[last]
    else at[last] = to
    return copy
  }

  it.each([
    ['id', 7],
    ['title', undefined],
    ['durationMs', '1'],
    ['cases', {}],
    ['dims', { haproxy: 3 }],
    ['cases.0.id', undefined],
    ['cases.0.title', 7],
    ['cases.0.status', undefined],
    ['cases.0', 'passed'],
  ])('finds a group broken whose %s is %j', (path, value) => {
    const groups = [group, { ...group, dims: { haproxy: '3' } }]
    expect(whyNoResult({ ...checkResult, groups })).toBeUndefined()
    expect(whyNoResult({ ...checkResult, groups: changed(groups, `1.${path}`, value) })).toBe('its group 2 is broken')
  })

  it.each(['at', 'host', 'os', 'command', 'version', 'node'])('asks of what is said of a run for its %s', (name) => {
    expect(whyNoResult({ ...checkResult, run, runs: [run] })).toBeUndefined()
    const broken = 'what it says of its run is broken'
    expect(whyNoResult({ ...checkResult, run: changed(run, name, undefined) })).toBe(broken)
    expect(whyNoResult({ ...checkResult, runs: [run, changed(run, name, 7)] })).toBe(broken)
    expect(whyNoResult({ ...checkResult, run: changed(run, 'commit', 7) })).toBe(broken)
    expect(whyNoResult({ ...checkResult, run: null })).toBe(broken)
  })

  it.each(['code', 'message', 'at', 'at.file', 'severity'])('asks of a finding for its %s', (name) => {
    expect(whyNoResult({ ...checkResult, findings: [finding, changed(finding, name, undefined)] })).toBe(
      'its finding 2 is broken',
    )
  })

  it.each(['error', 'warning', 'info', 'style', 'OK', 'INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'WARN'])(
    'knows the severity %s',
    (severity) => {
      expect(whyNoResult(lintResult([{ ...finding, severity } as typeof finding]))).toBeUndefined()
    },
  )

  it.each([
    ['ok', 'true', 'it is of no run'],
    ['command', undefined, 'it is of no run'],
    ['stats', undefined, 'its stats are missing'],
    ['findings', undefined, 'its findings are missing'],
    ['findings', 'none', 'its findings are missing'],
    ['groups', {}, 'its groups are missing'],
  ])('names what is wrong when %s is %j', (name, value, why) => {
    expect(whyNoResult(changed(checkResult, name, value))).toBe(why)
  })

  it.each([null, [], 'text', 7])('finds nothing of a result in %j', (value) => {
    expect(whyNoResult(value)).toContain('its schema is missing')
    expect(whyNoResult({ ...checkResult, stats: value })).toBe('its stats are missing')
    expect(whyNoResult({ ...checkResult, findings: [value] })).toBe('its finding 1 is broken')
    expect(whyNoResult({ ...checkResult, runs: [value] })).toBe('what it says of its run is broken')
    expect(whyNoResult({ ...checkResult, env: value })).toBeUndefined()
  })

  it('takes a result without env', () => {
    expect(whyNoResult(changed(checkResult, 'env', undefined))).toBeUndefined()
  })

  const load = {
    ...figuresOf([{ due: 0, lag: 0, took: 10 }]),
    reasons: [{ why: 'reset', count: 1 }],
    histograms: { latency: 'a', fromSend: 'b', lag: 'c', connect: 'd' },
    generator: { busy: 0.5, lagP99Ms: 1, limited: 'one core was busy' },
  }
  const withLoad = (one: unknown) => whyNoResult({ ...checkResult, groups: [{ ...group, load: one }] })
  it.each([
    ...['durationMs', 'startedMs', 'spanMs', 'planned', 'started', 'done', 'expected', 'failed', 'clients'],
    ...['wantedRate', 'reasons', 'reasons.0.why', 'reasons.0.count', 'histograms', 'timeline', 'generator', 'cpu'],
    ...['histograms.latency', 'histograms.fromSend', 'histograms.lag', 'timeline.at', 'timeline.binMs'],
    ...['timeline.bins', 'generator.busy', 'generator.lagP99Ms', 'cpu.0.program', 'cpu.0.ms', 'failOn', 'measure'],
    ...['ms', 'started', 'done', 'failed', 'sumMs', 'maxMs'].map((name) => `timeline.bins.0.${name}`),
  ])('asks of a load for its %s', (path) => {
    expect(withLoad(load)).toBeUndefined()
    expect(withLoad(changed(load, path, undefined))).toBe('its group 1 is broken')
    expect(withLoad(changed(load, path, true))).toBe('its group 1 is broken')
  })

  it('takes a load without what only some have, and refuses it of another type', () => {
    for (const path of ['histograms.connect', 'generator.limited']) {
      expect(withLoad(changed(load, path, undefined))).toBeUndefined()
      expect(withLoad(changed(load, path, 7))).toBe('its group 1 is broken')
    }
    expect(withLoad({ ...load, wantedRate: null, measure: 'connections' })).toBeUndefined()
    expect(withLoad({ ...load, done: Number.POSITIVE_INFINITY })).toBe('its group 1 is broken')
    expect(withLoad({ ...load, cpu: [{ program: 'a', ms: 1 }, {}] })).toBe('its group 1 is broken')
  })

  it.each([
    { likely: ['a line'] },
    { likely: [{ message: 'm' }] },
    { reason: {} },
    { explained: 'x' },
    { artifacts: [1] },
    { logs: { haproxy: 'x' } },
    { expected: 3 },
  ])('asks of a case what reports print of it: %j', (more) => {
    const cases = [{ ...group.cases[0], ...more }]
    expect(whyNoResult({ ...checkResult, groups: [{ ...group, cases }] })).toBe('its group 1 is broken')
  })
})
