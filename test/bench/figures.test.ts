import { describe, expect, it } from 'vitest'
import { parseLoadThresholds, thresholdCases } from '../../src/bench/figures.js'
import { generatorOf } from '../../src/bench/limit.js'
import { requireSound, type Workload } from '../../src/bench/workload.js'
import { Fault } from '../../src/kernel/errors.js'
import { figuresOf } from './load-figures.js'

/** A hundred messages: 1 ms, 2 ms, ... 100 ms. */
const load = figuresOf(Array.from({ length: 100 }, (_, n) => ({ due: n * 10, lag: 0, took: n + 1 })))
const statuses = (text: string, of = load) =>
  thresholdCases(parseLoadThresholds(text), of, 'bench/x').map(({ status }) => status)

describe('the thresholds of a load', () => {
  it('look at latencies, rates, failures and losses', () => {
    expect(statuses('p50>49ms,p50>50.1ms,p99>98ms,p99>100ms,max>=100ms,max>101ms')).toEqual([
      'failed',
      'passed',
      'failed',
      'passed',
      'failed',
      'passed',
    ])
    const half = { ...load, started: 50, done: 40, expected: 50, failed: 5 }
    expect(statuses('rate<51%,rate<50%,errors>9%,errors>10%,lost>9,lost>10', half)).toEqual([
      'failed',
      'passed',
      'failed',
      'passed',
      'failed',
      'passed',
    ])
  })

  it('are not met by figures that are not there', () => {
    expect(statuses('connect-p99>1s,p99>1s', figuresOf([]))).toEqual(['unknown', 'unknown'])
  })

  it.each([
    ['p98>1ms', 'figures: p50'],
    ['p99>1', 'is a time'],
    ['p99>1%', 'no whole'],
    ['errors>1s', 'counts failures'],
  ])('%s is refused: %s', (text, hint) => {
    try {
      parseLoadThresholds(text)
      expect.unreachable()
    } catch (error) {
      expect(error instanceof Fault && [error.exit, error.hints.join(' ')]).toEqual([2, expect.stringContaining(hint)])
    }
  })
})

describe('the generator', () => {
  const calm = { busy: 0.2, lagP99Ms: 1, wanted: 100, planned: 1000, started: 1000 }

  it('was not the limit when it was in time', () => {
    expect(generatorOf(calm).limited).toBeUndefined()
    expect(generatorOf({ ...calm, wanted: undefined }).limited).toBeUndefined()
  })

  it.each([
    ['began fewer than were due', { started: 900 }, /900 of 1000 starts/],
    ['was late', { lagP99Ms: 40 }, /40 ms late/],
    ['was busy', { busy: 0.97 }, /busy 97 %/],
    ['was busy at its utmost', { busy: 0.97, wanted: undefined }, /may bear more/],
  ] as const)('was the limit when it %s', (_, more, said) => {
    expect(generatorOf({ ...calm, ...more }).limited).toMatch(said)
  })
})

describe('a workload', () => {
  const sound: Workload = {
    measure: 'messages',
    rate: 100,
    durationMs: 1000,
    rampMs: 0,
    publishers: 1,
    subscribers: 1,
    topics: 1,
    split: false,
    qos: 0,
    payload: 64,
    shard: { index: 1, count: 1 },
  }

  it('that is sound is accepted', () => {
    expect(() => requireSound(sound, '10.0.0.0/8')).not.toThrow()
    expect(() => requireSound({ ...sound, subscribers: 0, qos: 1 }, undefined)).not.toThrow()
  })

  it.each<[Partial<Workload>, RegExp]>([
    [{ durationMs: 0 }, /no time/],
    [{ rampMs: 2000 }, /ramp is longer/],
    [{ rate: 'max', rampMs: 100 }, /no ramp/],
    [{ rate: 1, shard: { index: 1, count: 2 } }, /fewer starts than shards/],
    [{ payload: 15 }, /cannot hold its times/],
    [{ subscribers: 0 }, /nobody answers/],
    [{ split: true, subscribers: 3, topics: 2 }, /2 topics cannot be dealt out among 3/],
    [{ publishers: 0 }, /nobody publishes/],
  ])('%o is refused', (more, said) => {
    expect(() => requireSound({ ...sound, ...more }, undefined)).toThrow(said)
  })
})
