import { describe, expect, it } from 'vitest'
import { conformanceCases } from '../../src/conformance/catalogue.js'
import { type CaseObservation, judgeConformance } from '../../src/conformance/judge.js'

const local = { address: '127.0.0.1', port: 50000 }
const good: CaseObservation = {
  outcome: 'accepts',
  how: 'CONNACK 0',
  local,
  believed: undefined,
  observable: true,
  health: 'served',
  ms: 1,
}

function named(id: string) {
  const one = conformanceCases.find((each) => each.id === id)
  if (!one) throw new Error(`no case ${id}`)
  return one
}

function status(id: string, seen: Partial<CaseObservation>): string {
  return judgeConformance(named(id), { ...good, ...seen }).status
}

function believed(address: string, port: number, username?: string) {
  return { believed: { address, port, username, evidence: 'a log line' } }
}

describe('judgeConformance', () => {
  it('fails a MUST that is not met, and takes a SHOULD for a recommendation', () => {
    expect(status('pp2/version/3', { outcome: 'accepts' })).toBe('failed')
    expect(status('pp2/version/3', { outcome: 'refuses', how: 'reset' })).toBe('passed')
    expect(status('pp1/unknown/bare', { outcome: 'refuses' })).toBe('non-strict')
  })

  it('takes either for legal where the receiver may choose, and names the better one', () => {
    expect(status('pp2/unspec/empty', { outcome: 'refuses' })).toBe('passed')
    expect(status('split/v2/at-8', { outcome: 'refuses' })).toBe('non-strict')
    expect(status('split/v2/at-8', { outcome: 'accepts' })).toBe('passed')
  })

  it('fails a header that was accepted with a wrong client, however legal the acceptance', () => {
    expect(status('split/v2/at-20', believed('192.0.2.1', 0))).toBe('failed')
    expect(status('split/v2/at-20', believed('203.0.113.7', 40001))).toBe('passed')
    expect(status('pp2/local/addresses', believed('203.0.113.7', 40001))).toBe('failed')
    expect(status('pp2/local/addresses', believed('127.0.0.1', 50000))).toBe('passed')
    expect(status('pp2/udp4/choice', believed('127.0.0.1', 50000))).toBe('passed')
  })

  it('takes different texts of one address for the same', () => {
    expect(status('pp1/tcp6/uncompressed', believed('2001:0DB8:0:0:0:0:0:7', 40006))).toBe('passed')
    expect(status('pp1/tcp6/mapped', believed('203.0.113.7', 40001))).toBe('passed')
  })

  it('fails a user name that was cut', () => {
    expect(status('pp2/ssl/cn-nul', believed('203.0.113.7', 40001, 'ali'))).toBe('failed')
    expect(status('pp2/ssl/cn-nul', believed('203.0.113.7', 40001))).toBe('passed')
  })

  it('fails a receiver that stops serving good clients, whatever it did with the case', () => {
    expect(status('pp2/version/3', { outcome: 'refuses', health: 'reset' })).toBe('failed')
  })

  it('does not know what it could not try', () => {
    expect(
      judgeConformance(named('pp2/version/3'), { ...good, outcome: undefined, how: 'ECONNREFUSED' }),
    ).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('ECONNREFUSED'),
    })
  })
})
