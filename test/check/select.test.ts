import { describe, expect, test } from 'vitest'
import { withDeviation } from '../../src/check/deviations.js'
import { inShard, parseShard, select } from '../../src/check/select.js'
import { Fault } from '../../src/kernel/errors.js'
import type { CaseResult } from '../../src/kernel/result.js'

describe('what to check', () => {
  test('numbers, names and single checks; nothing is everything', () => {
    expect(select(['7', 'tcp']).map((one) => one.scenario.id)).toEqual(['tcp', 'proxy-mtls-cn'])
    expect([...(select(['tcp/connect-5.0', 'tcp/publish-qos-0'])[0]?.rows ?? [])]).toEqual([
      'connect-5.0',
      'publish-qos-0',
    ])
    expect(select(['tcp/connect-5.0', 'tcp'])[0]?.rows).toBeUndefined()
    expect(select([])).toHaveLength(11)
  })
  test('an unknown name gets the nearest one, exit 2', () => {
    expect(() => select(['proxy-cn'])).toThrow(expect.objectContaining({ exit: 2 }))
    expect(() => select(['tcp/conect-5.0'])).toThrow(Fault)
  })
})

describe('shards', () => {
  test('each id is in exactly one', () => {
    const ids = select([]).map((one) => one.scenario.id)
    for (const id of ids) {
      expect([1, 2, 3].filter((index) => inShard(id, { index, count: 3 }))).toHaveLength(1)
    }
  })
  test.each(['0/3', '4/3', '1', 'a/b'])('%s is none', (text) => {
    expect(() => parseShard(text)).toThrow(expect.objectContaining({ exit: 2 }))
  })
})

describe('known deviations', () => {
  const of = (status: CaseResult['status'], id = 'proxy-tls/ssl-bit-zero'): CaseResult => ({ id, title: '', status })
  test('a failure that is known is named, not counted as one', () => {
    expect(withDeviation(of('failed'), 'mosquitto', '2.1.2')).toMatchObject({
      status: 'deviation',
      reason: expect.stringContaining('SSL TLV'),
    })
  })
  test('one that is gone fails, until the list is mended', () => {
    expect(withDeviation(of('passed'), 'mosquitto', '2.1.2').status).toBe('failed')
  })
  test('another version, broker or check is judged as it is', () => {
    expect(withDeviation(of('failed'), 'mosquitto', '2.2.0').status).toBe('failed')
    expect(withDeviation(of('passed'), 'mosquitto', '2.2.0').status).toBe('passed')
    expect(withDeviation(of('failed'), 'embedded', '2.1.2').status).toBe('failed')
    expect(withDeviation(of('failed', 'proxy-tls/no-ssl-tlv'), 'mosquitto', '2.1.2').status).toBe('failed')
  })
})
