import { expect, test } from 'vitest'
import { behaviours } from '../../src/check/behaviours.js'
import { casesOf, check } from './check-request.js'

const told = (run: Awaited<ReturnType<typeof check>>) =>
  casesOf(run, 'failed').map((one) => `${one.id}: ${one.actual} (expected ${one.expected})`)

test('everything that Mosquitto does over time is as measured', async () => {
  const run = await check({ select: ['behaviour'], brokers: [{ kind: 'mosquitto', program: '2.1' }] })
  expect(told(run)).toEqual([])
  expect(casesOf(run, 'deviation').map((one) => one.id)).toEqual(['behaviour/check-mqtt-local'])
  expect(run.result.stats).toMatchObject({ passed: behaviours.length - 1, skipped: 0 })
})

test('the embedded broker does the same, and takes LOCAL; what needs a process is skipped aloud', async () => {
  const run = await check({ select: ['behaviour'], haproxies: ['2.6'] })
  expect(told(run)).toEqual([])
  const skipped = casesOf(run, 'skipped').map((one) => one.id)
  expect(skipped).toEqual(['behaviour/broker-hangs', 'behaviour/broker-hangs-mqtt-check'])
})

test('an unknown behaviour gets the nearest name', async () => {
  await expect(check({ select: ['behaviour/relod'] })).rejects.toMatchObject({
    exit: 2,
    hints: expect.arrayContaining(['did you mean behaviour/reload?']),
  })
})
