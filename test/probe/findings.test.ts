import { describe, expect, it } from 'vitest'
import { classify } from '../../src/probe/classify.js'
import type { FindingOptions } from '../../src/probe/finding.js'
import { findingsOf } from '../../src/probe/findings.js'
import type { Observation } from '../../src/probe/types.js'
import { firstRound, saw, tls13 } from './observations.js'

const options: FindingOptions = {
  target: '127.0.0.1:1884',
  loopback: true,
  reachable: false,
  spoofed: true,
  trustGiven: false,
  usernameGiven: false,
  silenceAskedMs: undefined,
  now: 0,
}
const codes = (seen: readonly Observation[], more: Partial<FindingOptions> = {}) =>
  findingsOf(classify(seen), seen, { ...options, ...more }).map(({ code, severity }) => `${code} ${severity}`)
const forged = [...firstRound('v2'), saw('v2-cn', 'accepted')]

describe('a listener that believes headers', () => {
  it('is as it should be where it listens on loopback alone', () => {
    expect(codes(forged)).toEqual(expect.arrayContaining(['MP-P301 INFO', 'MP-P302 INFO']))
  })

  it('is not where others reach it', () => {
    for (const where of [{ reachable: true }, { loopback: false, reachable: undefined }]) {
      expect(codes(forged, where)).toEqual(expect.arrayContaining(['MP-P301 HIGH', 'MP-P302 CRITICAL']))
    }
  })

  it('is said to be untested from elsewhere where the system does not say', () => {
    const found = findingsOf(classify(forged), forged, { ...options, reachable: undefined })
    expect(found.find(({ code }) => code === 'MP-P301')?.message).toContain('from elsewhere it was not tested')
  })

  it('is the same finding over WebSocket, TLS and wss, and says so', () => {
    const without = firstRound().filter((one) => one.attempt !== 'ws' && one.attempt !== 'tls')
    const found = {
      'over WebSocket': [...firstRound(), saw('v2-ws', 'accepted')],
      'before TLS': [...firstRound(), saw('v2-tls', 'accepted', { tls: tls13 })],
      'before wss': [
        ...firstRound(),
        saw('v2-tls', 'closed', { tls: tls13 }),
        saw('v2-wss', 'accepted', { tls: tls13 }),
      ],
    }
    for (const [where, seen] of Object.entries(found)) {
      const [worst] = findingsOf(classify(seen), seen, { ...options, reachable: true })
      expect(worst).toMatchObject({ code: 'MP-P301', severity: 'HIGH', message: expect.stringContaining(where) })
    }
    const both = [...without, saw('ws', 'accepted'), saw('v2-ws', 'accepted')]
    expect(classify(both)).toMatchObject({ kind: 'ws', text: expect.stringContaining('PROXY header optional (v2)') })
    expect(codes(both)).toContain('MP-P303 HIGH')
  })

  it('lets a claimed address in that another is refused for', () => {
    const refused = firstRound().map((one) => (one.attempt === 'v2' ? saw('v2', 'connack', { connack: 5 }) : one))
    expect(
      codes([...refused, saw('loopback', 'accepted'), saw('private', 'connack', { connack: 5 })], { reachable: true }),
    ).toContain('MP-P307 HIGH')
    expect(codes([...refused, saw('loopback', 'connack', { connack: 5 })]).join()).not.toContain('MP-P307')
    expect(codes([...refused, saw('loopback', 'accepted')]).join()).not.toContain('MP-P502')
  })
})
