import { describe, expect, test } from 'vitest'
import { withDeviation } from '../../src/check/deviations.js'
import { inShard, ownNames, parseShard, select, shardKey } from '../../src/check/select.js'
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
  test('one row more of a scenario that is wanted whole changes nothing, nor does one twice', () => {
    expect(select(['tcp', 'tcp/connect-5.0'])).toMatchObject([{ rows: undefined }])
    expect(select(['tcp/connect-5.0', 'tcp/connect-5.0'])).toMatchObject([{ rows: new Set(['connect-5.0']) }])
  })
  test('groups of own files by number, name in any case, or row', () => {
    expect(ownNames(['4', 'TLS/connect-5.0', 'tls/Row', 'proxy/x', 'tcp/a', 'tcp'])).toEqual([
      { id: 'proxy', rows: undefined },
      { id: 'tls', rows: new Set(['connect-5.0', 'Row']) },
      { id: 'tcp', rows: undefined },
    ])
    expect(ownNames(['/row'])).toEqual([{ id: '', rows: new Set(['row']) }])
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
  test.each(['0/3', '4/3', '1', 'a/b', 'x1/3', '1/3x', '12345/3', '1/12345', '0/0', '/3', '1/'])(
    '%s is none',
    (text) => {
      expect(() => parseShard(text)).toThrow(
        expect.objectContaining({ code: 'MP-SHARD', exit: 2, hints: ['write 1/3, 2/3 and 3/3'] }),
      )
    },
  )
  test.each([
    ['1/1', 1, 1],
    ['3/3', 3, 3],
    ['12/9999', 12, 9999],
  ])('%s is one', (text, index, count) => {
    expect(parseShard(text)).toEqual({ index, count })
  })
  test('without shards everything runs', () => {
    expect(inShard('tcp', undefined)).toBe(true)
  })
  test('are told apart by the programs too', () => {
    const keys = [
      shardKey('tcp', undefined, { kind: 'mosquitto', program: undefined }),
      shardKey('tcp', '3.2', { kind: 'mosquitto', program: undefined }),
      shardKey('tcp', undefined, { kind: 'mosquitto', program: '2.1' }),
      shardKey('tcp', undefined, { kind: 'vernemq', program: undefined }),
    ]
    expect(keys).toEqual(['tcp  mosquitto ', 'tcp 3.2 mosquitto ', 'tcp  mosquitto 2.1', 'tcp  vernemq '])
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
