import { describe, expect, it } from 'vitest'
import { whyNotHere } from '../../src/actions/doctor.js'
import type { BrokerFacts, HaproxyFacts } from '../../src/host/types.js'
import { scenarios } from '../../src/scenarios/table.js'

const haproxy: HaproxyFacts = { program: '/h', version: '3.2.26', openssl: true, features: ['OPENSSL'] }
const mosquitto: BrokerFacts = {
  kind: 'mosquitto',
  program: '/m',
  version: '2.1.2',
  proxy: [1, 2],
  mqtt: ['3.1', '3.1.1', '5.0'],
  askedBy: 'mosquitto -h',
}

/** Ids of the scenarios that can run. */
function can(facts: Partial<HaproxyFacts>, broker: Partial<BrokerFacts>): string[] {
  const [h, b] = [{ facts: { ...haproxy, ...facts } }, { ...mosquitto, ...broker }]
  return scenarios.filter((one) => whyNotHere(one, h, b) === undefined).map((one) => one.id)
}

describe('whyNotHere', () => {
  it('lets everything run with HAProxy 3.2 and Mosquitto 2.1', () => {
    expect(can({}, {})).toEqual(scenarios.map((one) => one.id))
  })

  it('leaves Mosquitto 2.0 the scenarios without a header', () => {
    expect(can({}, { version: '2.0.21', proxy: [] })).toEqual(['tcp', 'tls', 'mtls'])
  })

  it('leaves HAProxy without OpenSSL the scenarios in which it does not end TLS', () => {
    const ids = can({ openssl: false }, {})
    expect(ids).toContain('proxy')
    expect(ids.filter((id) => id.includes('tls'))).toEqual([])
  })

  it('says that HAProxy is too old, or missing', () => {
    expect(can({ version: '2.2.9' }, {})).toEqual([])
    const [scenario] = scenarios
    expect(scenario && whyNotHere(scenario, { missing: 'x', hints: [] }, mosquitto)).toBe('HAProxy is missing')
  })
})
