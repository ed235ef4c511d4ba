import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { conformanceCases, selectCases } from '../../src/conformance/catalogue.js'
import { mqttConnect } from '../../src/conformance/mqtt-connect.js'
import { selectors } from '../../src/conformance/selectors.js'
import { type ConformanceCase, sectionOf, sections } from '../../src/conformance/types.js'
import { decode, joined } from '../../src/proxy-header/index.js'

/** Everything that reaches the receiver, and what a receiver that reads every letter of the specification does with it. */
function strictOutcome(one: ConformanceCase): string {
  const connect = one.connect === 'none' ? [] : [{ bytes: mqttConnect('x'), pauseMs: 0 }]
  const sent = joined([...one.plan, ...connect])
  const decoded = decode(sent)
  if (decoded.status === 'more') return 'waits'
  if (decoded.status === 'error') return 'refuses'
  const behind = sent.subarray(decoded.length)
  return behind[0] === 0x10 && behind.length === connect[0]?.bytes.length ? 'accepts' : 'refuses'
}

describe('the catalogue', () => {
  it('has at least 100 cases, each with a name of its own, a clause and a requirement', () => {
    expect(conformanceCases.length).toBeGreaterThanOrEqual(100)
    expect(new Set(conformanceCases.map(({ id }) => id)).size).toBe(conformanceCases.length)
    for (const one of conformanceCases) {
      expect(one.id).toMatch(/^(pp1|pp2|split|limits|time)(\/[a-z0-9-]+){1,3}$/)
      expect(one.clause).toMatch(/^2(\.\d){0,2}$/)
      expect(one.requirement.length).toBeGreaterThan(10)
    }
  })

  it('has cases in every section', () => {
    for (const section of sections) expect(conformanceCases.some(({ id }) => sectionOf(id) === section)).toBe(true)
  })

  it.each(conformanceCases.map((one) => ({ id: one.id, one })))(
    '$id: the strict decoder does what is best',
    ({ one }) => {
      expect(one.legal).toEqual(expect.arrayContaining([...one.best]))
      expect(one.best).toContain(strictOutcome(one))
    },
  )

  it('says whom to believe wherever a PROXY header with addresses has to be accepted', () => {
    for (const one of conformanceCases) {
      const decoded = decode(joined(one.plan))
      if (decoded.status !== 'header' || decoded.length !== joined(one.plan).length) continue
      if (one.legal.join() !== 'accepts') continue
      const { source } = decoded.header
      expect([one.id, one.believes]).toEqual([one.id, source ?? 'peer'])
    }
  })
})

describe('selectCases', () => {
  it('takes sections and single cases by whole path parts', () => {
    const ids = (selectors: string[]) => selectCases(selectors).map(({ id }) => id)
    expect(ids(['pp2/tlv']).every((id) => id.startsWith('pp2/tlv/'))).toBe(true)
    expect(ids(['pp2/local/accepted'])).toEqual(['pp2/local/accepted'])
    expect(ids(['pp'])).toEqual([])
    expect(ids([]).length).toBe(conformanceCases.length)
  })
})

describe('the selectors', () => {
  it('are what the ids of the cases begin with', () => {
    const beginnings = conformanceCases.flatMap(({ id }) => {
      const words = id.split('/').slice(0, -1)
      return words.map((_, end) => words.slice(0, end + 1).join('/'))
    })
    expect([...selectors].sort()).toEqual([...new Set(beginnings)].sort())
  })
})

describe('the committed results', () => {
  const names = ['embedded', 'mosquitto-v2', 'mosquitto-v1', 'rabbitmq', 'haproxy-2.6', 'haproxy-3.2']

  it.each(names)('of %s speak of the cases of today', (name) => {
    const file = new URL(`../../docs/data/conformance/${name}.json`, import.meta.url)
    const { cases, version, date } = JSON.parse(readFileSync(file, 'utf8')) as {
      cases: { id: string; status: string }[]
      version: string
      date: string
    }
    expect(cases.map(({ id }) => id)).toEqual(conformanceCases.map(({ id }) => id))
    expect(version).toMatch(/^\d+\.\d+/)
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/)
    if (name === 'embedded') expect(cases.filter(({ status }) => status !== 'passed')).toEqual([])
  })
})
