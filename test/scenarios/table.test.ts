import { describe, expect, it } from 'vitest'
import { Fault } from '../../src/kernel/errors.js'
import { findCheck, findScenario } from '../../src/scenarios/find.js'
import { scenarios } from '../../src/scenarios/table.js'

describe('the table', () => {
  it('has the seven numbered scenarios of the Mosquitto document, in its order, and four more', () => {
    const numbered = scenarios.flatMap((one) => (one.number === undefined ? [] : [`${one.number} ${one.id}`]))
    expect(numbered).toEqual(['1 tcp', '2 tls', '3 mtls', '4 proxy', '5 proxy-tls', '6 proxy-mtls', '7 proxy-mtls-cn'])
    expect(scenarios.filter((one) => one.number === undefined).map((one) => one.id)).toEqual([
      'proxy-v1',
      'chain',
      'sticky',
      'ip-acl',
    ])
  })

  it.each(scenarios)('$id: every expectation has an address of its own and a requirement', ({ outcomes }) => {
    const ids = outcomes.map((row) => row.id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const row of outcomes) {
      expect(row.id).toMatch(/^[a-z0-9.-]+$/)
      expect(row.requirement.text).not.toBe('')
      expect(row.requirement.ref).not.toBe('')
    }
  })

  it.each(scenarios)('$id: connects with both MQTT versions, publishes at every QoS, refuses something', (scenario) => {
    const { outcomes } = scenario
    const good = outcomes.filter((row) => row.attempt.kind === 'connect' && row.expect.outcome === 'accepted')
    const versions = good.map((row) => row.attempt.kind === 'connect' && row.attempt.mqtt)
    expect(new Set(versions)).toEqual(new Set(['3.1.1', '5.0']))
    const qos = outcomes.flatMap((row) => (row.attempt.kind === 'publish' ? [row.attempt.qos] : []))
    expect(qos).toEqual([0, 1, 2])
    expect(outcomes.some((row) => row.expect.outcome === 'refused')).toBe(true)
  })

  it('expects the client address exactly where a header is sent', () => {
    for (const scenario of scenarios) {
      const row = scenario.outcomes.find((one) => one.id === 'connect-3.1.1')
      const saw = row?.expect.outcome === 'accepted' ? row.expect.saw?.address : undefined
      expect(saw, scenario.id).toBe(scenario.header === 'none' ? 'haproxy' : 'client')
      expect(saw, scenario.id).toBe(scenario.learns.address)
    }
  })

  it('names the forged header as a danger wherever the broker believes headers', () => {
    for (const scenario of scenarios) {
      const row = scenario.outcomes.find((one) => one.id === 'forged-header')
      expect(row?.expect.outcome, scenario.id).toBe(scenario.header === 'none' ? undefined : 'danger')
    }
  })

  it('refuses every bad client certificate where one is required', () => {
    for (const scenario of scenarios.filter((one) => one.client === 'mtls')) {
      const refused = scenario.outcomes.flatMap(({ attempt, expect: expected }) =>
        attempt.kind === 'connect' && expected.outcome === 'refused' && attempt.certificate
          ? [attempt.certificate]
          : [],
      )
      const always = ['none', 'expired', 'not-yet-valid', 'wrong-ca', 'server-auth-only', 'revoked']
      expect(new Set(refused), scenario.id).toEqual(
        new Set(scenario.enforces.cnAsUsername ? [...always, 'no-cn'] : always),
      )
    }
  })
})

describe('findScenario', () => {
  it('takes a name, any case, and the number of the document', () => {
    expect(findScenario('proxy-mtls').id).toBe('proxy-mtls')
    expect(findScenario('Proxy-MTLS').id).toBe('proxy-mtls')
    expect(findScenario('6').id).toBe('proxy-mtls')
  })

  it.each([
    ['prxoy', 'did you mean proxy (4)?'],
    ['proxy-mtl', 'did you mean proxy-mtls (6)?'],
    ['chian', 'did you mean chain?'],
    ['8', 'known:'],
    ['', 'known:'],
  ])('refuses "%s" as usage and says what was likely meant', (text, hint) => {
    const fault = faultOf(() => findScenario(text))
    expect(fault.exit).toBe(2)
    expect(fault.hints.join('\n')).toContain(hint)
  })
})

describe('findCheck', () => {
  it('finds a scenario, or one row of it', () => {
    expect(findCheck('7')).toMatchObject({ scenario: { id: 'proxy-mtls-cn' }, row: undefined })
    expect(findCheck('6/no-certificate').row?.attempt).toMatchObject({ certificate: 'none' })
  })

  it('names the nearest row', () => {
    const fault = faultOf(() => findCheck('proxy-mtls/no-certifikate'))
    expect(fault.exit).toBe(2)
    expect(fault.hints[0]).toContain('proxy-mtls/no-certificate')
  })
})

function faultOf(run: () => unknown): Fault {
  try {
    run()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was refused')
}
