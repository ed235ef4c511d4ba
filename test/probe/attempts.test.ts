import { describe, expect, it } from 'vitest'
import { type AttemptOptions, attemptTable, firstAttempts, furtherAttempts } from '../../src/probe/attempts.js'
import { decode, encode } from '../../src/proxy-header/index.js'
import { firstRound, saw, session, tls13 } from './observations.js'

const options: AttemptOptions = {
  source: { address: '203.0.113.7', port: 56324 },
  destination: { address: '127.0.0.1', port: 1883 },
  spoof: undefined,
  certificate: false,
}
const idsAfter = (seen: Parameters<typeof furtherAttempts>[0], more: Partial<AttemptOptions> = {}) =>
  furtherAttempts(seen, { ...options, ...more }).map((one) => one.id)

describe('the table of attempts', () => {
  it('has only headers that a strict receiver reads', () => {
    for (const { header } of Object.values(attemptTable({ ...options, spoof: 'admin' }))) {
      if (header !== undefined) expect(decode(encode(header)).status).toBe('header')
    }
  })

  it('forges no identity by itself', () => {
    const table = attemptTable(options)
    const sent = [...firstAttempts.map((id) => table[id]), ...furtherAttempts(firstRound('v2'), options)]
    expect(sent.filter((one) => one.header?.ssl?.cn !== undefined)).toEqual([])
    expect(idsAfter(firstRound('v2'), { spoof: 'admin' })).toContain('v2-cn')
  })
})

describe('furtherAttempts', () => {
  it('looks around once where a CONNECT was accepted', () => {
    expect(idsAfter(firstRound('plain', 'plain-5'))).toEqual(['session'])
    expect(idsAfter([...firstRound('plain', 'plain-5'), session(false)])).toEqual([])
    expect(idsAfter(firstRound('v2'))).toEqual(['session', 'again-5'])
  })

  it('looks for TLS and WebSocket behind a header where nothing answered', () => {
    expect(idsAfter(firstRound())).toEqual(['v2-tls', 'v1-tls', 'v2-ws', 'v1-ws'])
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
