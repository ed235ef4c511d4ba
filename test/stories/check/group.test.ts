import { expect, test } from 'vitest'
import type { RunningBroker, RunningHaproxy } from '../../../src/host/types.js'
import type { CaseResult } from '../../../src/kernel/result.js'
import { withEnded } from '../../../src/stories/check/group.js'

const cases: readonly CaseResult[] = [
  { id: 'tcp/a', title: 'a', status: 'passed' },
  { id: 'tcp/b', title: 'b', status: 'failed', explained: ['SD: the server closed'] },
]

function sandbox(haproxy: boolean, broker: boolean) {
  const one = (alive: boolean) => ({ alive: () => alive })
  return { haproxy: [one(haproxy) as RunningHaproxy], brokers: [one(broker) as RunningBroker] }
}

test('what failed says which program ended under it', () => {
  expect(withEnded(cases, sandbox(true, true))).toBe(cases)
  const [passed, failed] = withEnded(cases, sandbox(true, false))
  expect(passed).toBe(cases[0])
  expect(failed?.explained).toEqual([expect.stringContaining('the broker ended by itself'), 'SD: the server closed'])
  expect(withEnded(cases, sandbox(false, true))[1]?.explained?.[0]).toContain('HAProxy ended by itself')
})
