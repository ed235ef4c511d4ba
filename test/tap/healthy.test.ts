import { describe, expect, it } from 'vitest'
import { findScenario } from '../../src/scenarios/find.js'
import { type FaultName, faultNames } from '../../src/tap/fault-kinds.js'
import { type FaultSeen, faultRule, seenText, trialOf, whyNotStruck } from '../../src/tap/healthy.js'

const seen = (more: Partial<FaultSeen> = {}): FaultSeen => ({
  did: 'something',
  outcome: 'accepted',
  sight: undefined,
  will: undefined,
  arrived: undefined,
  after: true,
  ...more,
})

const insists = { requiresTls: true, cnAsUsername: true }

const fault = (name: FaultName, value?: string) => ({ name, value, probability: 1, count: undefined })
const holds = (name: FaultName, value: string | undefined, scenario: string, one: Partial<FaultSeen>) =>
  faultRule(fault(name, value), findScenario(scenario), insists).holds(seen(one))

describe('what a healthy stack does', () => {
  it('is said for every fault, and tried in one way', () => {
    for (const name of faultNames) {
      expect(faultRule(fault(name, '192.0.2.1:1'), findScenario('proxy'), insists).expected).not.toBe('')
      expect(['connect', 'session', 'publish']).toContain(trialOf(name))
    }
  })

  it.each(['cut-in-header', 'cut-after-header', 'duplicate-header', 'strip-header'] as const)(
    '%s: nobody gets in',
    (name) => {
      expect(holds(name, undefined, 'proxy', { outcome: 'closed' })).toBe(true)
      expect(holds(name, undefined, 'proxy', { outcome: 'accepted' })).toBe(false)
      expect(holds(name, undefined, 'proxy', { outcome: 'timeout' })).toBe(false)
    },
  )

  it.each(['cut-after-connack', 'reset-after-connack', 'half-open'] as const)('%s: the will is sent', (name) => {
    expect(holds(name, undefined, 'tcp', { will: true })).toBe(true)
    expect(holds(name, undefined, 'tcp', { will: false })).toBe(false)
  })

  it('messages arrive once where they were cut, and at least once where the acknowledgement was lost', () => {
    expect(holds('cut-in-publish', undefined, 'tcp', { arrived: [0, 1] })).toBe(true)
    expect(holds('cut-in-publish', undefined, 'tcp', { arrived: [1, 2] })).toBe(false)
    expect(holds('cut-in-publish', undefined, 'tcp', { arrived: [0, 0] })).toBe(false)
    expect(holds('drop-puback', undefined, 'tcp', { arrived: [1, 2] })).toBe(true)
    expect(holds('drop-puback', undefined, 'tcp', { arrived: [0, 0] })).toBe(false)
  })

  it('a forged header is believed where one is read, and refused where none is', () => {
    const sight = { address: '192.0.2.9', username: undefined }
    expect(holds('forge-header', '192.0.2.9:4', 'proxy', { sight })).toBe(true)
    expect(holds('forge-header', '192.0.2.8:4', 'proxy', { sight })).toBe(false)
    expect(holds('forge-header', '192.0.2.9:4', 'tcp', { sight })).toBe(false)
    expect(holds('forge-header', '192.0.2.9:4', 'tcp', { outcome: 'closed' })).toBe(true)
    const eve = { address: '127.0.0.1', username: 'eve' }
    expect(holds('forge-cn', 'eve', 'proxy-mtls-cn', { sight: eve })).toBe(true)
    expect(holds('forge-cn', 'bob', 'proxy-mtls-cn', { sight: eve })).toBe(false)
  })

  it('a TLV that is demanded is missed', () => {
    expect(holds('drop-tlv', 'ssl', 'proxy-tls', { outcome: 'closed' })).toBe(true)
    expect(holds('drop-tlv', 'ssl', 'proxy-tls', {})).toBe(false)
    expect(holds('drop-tlv', 'authority', 'proxy-tls', {})).toBe(true)
    // A broker that cannot insist on it lets the client in, and that is no fault of its.
    const lax = faultRule(fault('drop-tlv', 'ssl'), findScenario('proxy-tls'), { ...insists, requiresTls: false })
    expect(lax.holds(seen())).toBe(true)
  })
})

it('says what was seen, and why nothing was struck', () => {
  const text = seenText(
    seen({ sight: { address: '192.0.2.1', username: 'eve' }, will: true, arrived: [0, 1], after: false }),
  )
  expect(text).toBe(
    'CONNACK 0 (accepted); the broker saw 192.0.2.1 as eve; the will was published; the message arrived 0 times at first, 1 in all; no other client is accepted afterwards',
  )
  expect(whyNotStruck(fault('strip-header'), findScenario('tcp'))).toContain('sends no PROXY header')
})
