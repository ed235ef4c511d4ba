import { describe, expect, it } from 'vitest'
import { drillRunResult } from '../../src/report/drill-result.js'
import { badRun, calmRun, drillOf, stillRun, unprovenRun } from './drill-results.js'

const statuses = (of: ReturnType<typeof drillRunResult>) =>
  of.groups.map(({ id, cases }) => [id, cases.map(({ id: one, status }) => `${status} ${one.slice(id.length + 1)}`)])

describe('drillRunResult', () => {
  it('makes a group of a run and a case of a threshold', () => {
    const result = drillRunResult(drillOf([badRun]))
    expect(result).toMatchObject({ schema: 1, command: 'drill', ok: false, findings: [] })
    expect(result.env).toEqual({ haproxy: '3.2.26', broker: 'mosquitto 2.1.2' })
    expect(result.stats).toMatchObject({ failed: 4, passed: 0, durationMs: 10_000 })
    const [group] = result.groups
    expect(group).toMatchObject({ title: 'reload (SIGUSR2), 4 clients, 20 messages/s', durationMs: 10_000 })
    expect(group?.cases).toEqual([
      expect.objectContaining({ status: 'failed', expected: 'not cut>50%', actual: '3 of 4 clients (75 %)' }),
      expect.objectContaining({ title: 'fails on lost>0', actual: '2 messages' }),
      expect.objectContaining({ id: `${group?.id}/back-in>5s`, actual: 'some never came back' }),
      expect.objectContaining({ actual: '2 of 4 clients (50 %)' }),
    ])
    for (const one of group?.cases ?? []) expect(one).not.toHaveProperty('reason')
    expect(group?.curve).toMatchObject({ binMs: 100, steps: [{ ms: 0, text: 'SIGUSR2 to HAProxy' }] })
    expect(group?.curve?.bins).toHaveLength(42)
  })

  it('lets the first run decide: what a second one crosses is shown, and fails nothing', () => {
    const result = drillRunResult(drillOf([calmRun, badRun]))
    expect(result.ok).toBe(true)
    expect(statuses(result)).toEqual([
      ['drill/proxy', ['passed cut>50%', 'passed lost>0', 'passed back-in>5s', 'passed old-sessions>0']],
      ['drill/lab\n1', ['skipped cut>50%', 'skipped lost>0', 'skipped back-in>5s', 'skipped old-sessions>0']],
    ])
    expect(result.stats.durationMs).toBe(20_000)
    expect(result.groups[1]?.cases[0]?.reason).toBe('it is crossed, and this run is only there to be compared with')
  })

  it('crosses a threshold whose figure is not known, and says so', () => {
    expect(drillRunResult(drillOf([stillRun])).groups[0]?.cases.at(-1)).toMatchObject({
      status: 'failed',
      actual: 'not known',
    })
  })

  it('has a case for an event that did not happen', () => {
    const alone = drillRunResult(drillOf([unprovenRun]))
    expect(alone.ok).toBe(false)
    expect(alone.groups[0]?.cases.at(-1)).toEqual({
      id: 'drill/unproven/event',
      title: 'what the event is to bring about is there',
      status: 'failed',
      actual: 'no second process of HAProxy was seen',
    })
    const compared = drillRunResult(drillOf([stillRun, unprovenRun]))
    expect(compared.ok).toBe(true)
    expect(compared.groups[1]?.cases.at(-1)).toMatchObject({
      status: 'skipped',
      reason: 'no second process of HAProxy was seen',
    })
  })

  it('names a threshold without the blanks that it was written with', () => {
    expect(drillRunResult(drillOf([stillRun], { failOn: 'lost > 0' })).groups[0]?.cases[0]?.id).toBe(
      'drill/quiet/lost>0',
    )
  })
})
