import { expect, test } from 'vitest'
import { timesOf, turnOf } from '../../src/check/turns.js'
import { findScenario } from '../../src/scenarios/find.js'

const sticky = findScenario('sticky').outcomes
const other = findScenario('proxy-mtls-cn').outcomes

test('rows that count connections or stop a broker run alone, all others side by side', () => {
  const alone = sticky.filter((row) => turnOf(row) === 'alone').map((row) => row.attempt.kind)
  expect(new Set(alone)).toEqual(new Set(['return', 'spread', 'takeover']))
  expect(other.map(turnOf).filter((turn) => turn !== 'together')).toEqual([])
})

test('a broker that is stopped is stopped once, whatever is repeated', () => {
  const times = (kind: string) => sticky.filter((row) => row.attempt.kind === kind).map((row) => timesOf(row, 3))
  expect(times('takeover')).toEqual([1])
  expect(new Set(times('spread'))).toEqual(new Set([3]))
})
