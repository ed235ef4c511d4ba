import { describe, expect, it } from 'vitest'
import { conformanceCases, selectCases } from '../../src/conformance/catalogue.js'
import { casesWithTls, goodWithTls } from '../../src/conformance/tls-facts.js'
import { decode, joined } from '../../src/proxy-header/index.js'

const facts = { version: 'TLSv1.3', cn: 'sensor-17' }

function headerOf(bytes: Uint8Array) {
  const decoded = decode(bytes)
  if (decoded.status !== 'header') throw new Error(`no header: ${decoded.status}`)
  return decoded.header
}

describe('cases for a receiver that demands TLS', () => {
  it('makes a good header that says TLS, a verified certificate and its name', () => {
    const { source, ssl } = headerOf(goodWithTls(facts))
    expect(source).toEqual({ address: '203.0.113.7', port: 40001 })
    expect(ssl).toMatchObject({
      ssl: true,
      certConn: true,
      certSess: true,
      verify: 0,
      version: 'TLSv1.3',
      cn: 'sensor-17',
    })
  })

  it('keeps every header readable, its checksum right and its first pauses where they were', () => {
    for (const [at, one] of casesWithTls(conformanceCases, facts).entries()) {
      const before = conformanceCases[at]
      const was = decode(joined(before?.plan ?? []))
      const now = decode(joined(one.plan))
      expect(now.status, one.id).toBe(was.status)
      expect(one.plan.map(({ pauseMs }) => pauseMs)).toEqual(before?.plan.map(({ pauseMs }) => pauseMs))
      if (was.status === 'header' && now.status === 'header') {
        expect(now.header.source, one.id).toEqual(was.header.source)
        const rest = joined(one.plan).subarray(now.length)
        expect(rest, one.id).toEqual(joined(before?.plan ?? []).subarray(was.length))
      }
    }
  })

  it('cuts a split header where it was cut', () => {
    const [one] = casesWithTls(selectCases(['split/v2/at-14']), facts)
    expect(one?.plan[0]?.bytes.length).toBe(14)
    expect(headerOf(joined(one?.plan ?? [])).ssl?.cn).toBe('sensor-17')
  })

  it('lets the receiver refuse a header that says less, and asks no less of LOCAL', () => {
    const [plain] = casesWithTls(selectCases(['pp2/ssl/plain']), facts)
    expect(plain?.legal).toEqual(['accepts', 'refuses'])
    const local = selectCases(['pp2/local'])
    expect(local.length).toBeGreaterThan(0)
    expect(casesWithTls(local, facts)).toEqual(local)
  })
})

describe('broken headers for a receiver that demands TLS', () => {
  const broken = conformanceCases.filter(
    ({ plan, version }) => version === 2 && decode(joined(plan)).status === 'error',
  )
  const changed = casesWithTls(broken, facts)
  const carries = (id: string) => {
    const text = Buffer.from(joined(changed.find((one) => one.id === id)?.plan ?? [])).toString('latin1')
    return text.includes('TLSv1.3') && text.includes('sensor-17')
  }

  it('carry the facts where the break lies elsewhere, and stay broken in the same way', () => {
    const sections = ['signature', 'version', 'command', 'family', 'transport', 'tlv'].map((name) => `pp2/${name}`)
    const elsewhere = broken.filter(({ id }) => sections.includes(id.slice(0, id.lastIndexOf('/'))))
    expect(elsewhere.length).toBeGreaterThan(15)
    expect(elsewhere.map(({ id }) => id).filter((id) => !carries(id))).toEqual([])
    for (const [at, one] of changed.entries()) {
      const before = decode(joined(broken[at]?.plan ?? []))
      const now = decode(joined(one.plan))
      expect(now, one.id).toMatchObject({
        status: 'error',
        error: { code: before.status === 'error' && before.error.code },
      })
    }
  })

  it('keep a wrong length, and what they say of TLS themselves', () => {
    for (const one of broken.filter(({ id }) => id.startsWith('pp2/length/') || id.startsWith('pp2/ssl/'))) {
      expect(carries(one.id), one.id).toBe(false)
      expect(changed).toContainEqual(one)
    }
  })
})
