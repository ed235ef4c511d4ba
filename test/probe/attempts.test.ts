import { describe, expect, it } from 'vitest'
import { firstAttempts, furtherAttempts } from '../../src/probe/attempts.js'
import { attemptOn, carriers, headerForms, idOf, type ProbeAttemptOptions } from '../../src/probe/forms.js'
import { decode, encode } from '../../src/proxy-header/index.js'
import { firstRound, saw, session, tls13 } from './observations.js'

const options: ProbeAttemptOptions = {
  source: { address: '203.0.113.7', port: 56324 },
  destination: { address: '127.0.0.1', port: 1883 },
  spoof: undefined,
  certificate: false,
}
const idsAfter = (seen: Parameters<typeof furtherAttempts>[0], more: Partial<ProbeAttemptOptions> = {}) =>
  furtherAttempts(seen, { ...options, ...more }).map((one) => one.id)

describe('the table of attempts', () => {
  it('has only headers that a strict receiver reads', () => {
    for (const source of [options.source, { address: '2001:db8::7', port: 1 }]) {
      const destination = { address: source.address.includes(':') ? '::1' : '127.0.0.1', port: 1883 }
      for (const form of [...headerForms, 'v2-cn', 'loopback', 'private'] as const) {
        const { header } = attemptOn(form, 'tcp', { ...options, source, destination, spoof: 'admin' })
        expect([form, header && decode(encode(header)).status]).toEqual([form, 'header'])
      }
    }
  })

  it('forges no identity by itself', () => {
    const sent = [...firstAttempts(options), ...furtherAttempts(firstRound('v2'), options)]
    expect(sent.filter((one) => one.header?.ssl?.cn !== undefined)).toEqual([])
    expect(idsAfter(firstRound('v2'), { spoof: 'admin' })).toContain('v2-cn')
  })
})

describe('what follows on a carrier that was found', () => {
  const table = ['v1', 'v2', 'v2-local', 'v2-ssl-off', 'v2-cert'] as const

  it('is the same table on each: WebSocket, TLS, and both behind a header', () => {
    const without = firstRound().filter((one) => one.attempt !== 'ws' && one.attempt !== 'tls')
    const found = { ws: [saw('ws', 'accepted')], tls: [saw('tls', 'accepted', { tls: tls13 })] }
    for (const carrier of ['ws', 'tls'] as const) {
      expect(idsAfter([...without, ...found[carrier]])).toEqual(
        expect.arrayContaining([`${carrier}-5`, ...table.map((form) => `${form}-${carrier}`)]),
      )
    }
    expect(idsAfter([...firstRound(), saw('v1-tls', 'tls', { tls: tls13, stage: 'mqtt' })])).toEqual(
      expect.arrayContaining(['v2-tls', 'v2-cert-tls', 'v2-wss', 'v1-wss']),
    )
    expect(idsAfter([...firstRound(), saw('v2-ws', 'accepted')])).toEqual(
      expect.arrayContaining(['session', 'again-5', 'v1-ws', 'v2-local-ws', 'v2-cert-ws']),
    )
    expect(idsAfter([...without, saw('ws', 'accepted'), saw('v2-ws', 'accepted')], { spoof: 'admin' })).toContain(
      'v2-cn-ws',
    )
  })

  it('asks for addresses of this machine and of private networks where another is refused', () => {
    const refused = firstRound().map((one) => (one.attempt === 'v2' ? saw('v2', 'connack', { connack: 5 }) : one))
    expect(idsAfter(refused)).toEqual(['loopback', 'private'])
    expect(idsAfter(firstRound('v2'))).not.toContain('loopback')
    const [first] = furtherAttempts(
      firstRound().map((one) => (one.attempt === 'v1' ? saw('v1', 'connack', { connack: 5 }) : one)),
      options,
    )
    expect(first?.header).toMatchObject({ version: 1, source: { address: '127.0.0.1' } })
  })

  it('offers the certificate that was given on TLS, but where its absence is the question', () => {
    const given = { ...options, certificate: true }
    expect(attemptOn('v2', 'tls', given).certificate).toBe(true)
    expect(attemptOn('v2', 'ws', given).certificate).toBeUndefined()
    expect(attemptOn('plain', 'tls', given).certificate).toBeUndefined()
  })

  it('has a name of its own for each form on each carrier', () => {
    const all = carriers.flatMap((carrier) =>
      (['plain', 'plain-5', ...table] as const).map((form) => [form, carrier] as const),
    )
    expect(new Set(all.map(([form, carrier]) => idOf(form, carrier))).size).toBe(all.length)
  })
})

describe('furtherAttempts', () => {
  it('looks around once where a CONNECT was accepted', () => {
    expect(idsAfter(firstRound('plain', 'plain-5'))).toEqual(['session'])
    expect(idsAfter([...firstRound('plain', 'plain-5'), session(false)])).toEqual([])
    expect(idsAfter(firstRound('v2'))).toEqual(['session', 'again-5'])
  })

  it('looks for TLS and WebSocket behind a header where nothing answered', () => {
    expect(idsAfter(firstRound())).toEqual(['v2-tls', 'v1-tls', 'v2-ws', 'v1-ws', 'v2-cert-ws', 'v2-ssl-off-ws'])
  })

  it('asks no more of a listener that turns away even the silent', () => {
    const seen = firstRound().map((one) => (one.attempt === 'silence' ? saw('silence', 'closed') : one))
    expect(idsAfter(seen)).toEqual([])
  })

  it('tries the certificate it was given, and old TLS, where TLS was spoken', () => {
    const others = firstRound().filter((one) => one.attempt !== 'tls')
    const seen = [...others, saw('tls', 'closed', { tls: tls13 })]
    expect(idsAfter(seen)).toEqual(['tls-old', 'tls-silence', 'wss'])
    expect(idsAfter(seen, { certificate: true })).toContain('tls-cert')
  })
})
