import { describe, expect, test } from 'vitest'
import { withDeviation } from '../../src/check/deviations.js'
import type { CaseResult } from '../../src/kernel/result.js'

const one = (id: string, status: CaseResult['status']): CaseResult => ({
  id,
  title: id,
  status,
  likely: [{ file: 'h.cfg', line: 1, column: 1, message: 'x' }],
})
const judged = (id: string, status: CaseResult['status'], version = '2.1.2', own = false) =>
  withDeviation(one(id, status), 'mosquitto', version, 'tcp', own)

describe('a known deviation', () => {
  test('makes a failure one, says what and why, and blames no line', () => {
    const found = judged('proxy-tls/ssl-bit-zero', 'failed')
    expect(found.status).toBe('deviation')
    expect(found.likely).toBeUndefined()
    expect(found.reason).toMatch(
      /^proxy_protocol_v2_require_tls looks .* \(mosquitto 2\.1 to 2\.1\.2: Mosquitto 2\.1\.2, /,
    )
  })

  test('is news once it is gone', () => {
    const found = judged('proxy-tls/ssl-bit-zero', 'passed')
    expect(found.status).toBe('failed')
    expect(found.reason).toMatch(
      /^a known deviation of mosquitto 2\.1 to 2\.1\.2 is gone: .* Take it out of the list\.$/,
    )
  })

  test('is the same for a case that is repeated', () => {
    expect(judged('proxy-tls/ssl-bit-zero#12', 'failed').status).toBe('deviation')
    expect(judged('proxy-tls/ssl-bit-zero#1', 'failed').status).toBe('deviation')
  })

  test.each(['2.0.22', '2.1.3', '3.0.0'])('is none of version %s', (version) => {
    expect(judged('proxy-tls/ssl-bit-zero', 'failed', version)).toEqual(one('proxy-tls/ssl-bit-zero', 'failed'))
    expect(judged('proxy-tls/ssl-bit-zero', 'passed', version).status).toBe('passed')
  })

  test('is of its scenario, but of any for files that say themselves what they are', () => {
    expect(judged('proxy-mtls/ssl-bit-zero', 'failed').status).toBe('failed')
    expect(judged('proxy-mtls/ssl-bit-zero', 'failed', '2.1.2', true).status).toBe('deviation')
    expect(judged('proxy-mtls/bit-zero', 'failed', '2.1.2', true).status).toBe('failed')
  })

  test('proves nothing where it does not show in files of the user', () => {
    expect(judged('proxy-tls/ssl-bit-zero', 'passed', '2.1.2', true).status).toBe('passed')
  })

  test('leaves what was skipped as it is', () => {
    expect(judged('proxy-tls/ssl-bit-zero', 'skipped').status).toBe('skipped')
  })

  test('of a whole row, of any scenario, and without an end', () => {
    const found = withDeviation(one('chain/publish-qos-2', 'failed'), 'rabbitmq', '4.3.6')
    expect(found.reason).toMatch(/\(rabbitmq 3\.7 and later: /)
    expect(withDeviation(one('chain/publish-qos-1', 'failed'), 'rabbitmq', '4.3.6').status).toBe('failed')
  })
})
