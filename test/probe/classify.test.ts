import { describe, expect, it } from 'vitest'
import { classify } from '../../src/probe/classify.js'
import { firstRound, saw, session, tls13 } from './observations.js'

const kindOf = (seen: Parameters<typeof classify>[0]) => classify(seen).kind

describe('classify', () => {
  it('a CONNECT without a header decides between plain, optional and a relay', () => {
    expect(kindOf([...firstRound('plain', 'plain-5'), session(false)])).toBe('plain')
    expect(kindOf([...firstRound('plain'), session(undefined)])).toBe('plain')
    expect(kindOf([...firstRound('plain', 'v2'), session(false)])).toBe('proxy-optional')
    expect(kindOf([...firstRound('plain'), session(true)])).toBe('haproxy-frontend')
  })

  it('an answer behind a header only makes it required, in the versions that were answered', () => {
    expect(classify([...firstRound('v1'), session(false)])).toMatchObject({
      kind: 'proxy-required',
      proxy: { required: true, versions: [1], local: undefined },
    })
    expect(classify([...firstRound('v1', 'v2', 'v2-local'), session(true)])).toMatchObject({
      kind: 'accept-proxy',
      proxy: { versions: [1, 2], local: true },
    })
  })

  it.each(['v2', 'v2-ssl-off', 'v2-cert', 'v2-cn'] as const)('%s alone shows that version 2 is read', (id) => {
    const seen = [...firstRound().filter((one) => one.attempt !== id), saw(id, 'accepted')]
    expect(classify(seen)).toMatchObject({ proxy: { required: true, versions: [2] } })
  })

  it('a refusal by CONNACK is an answer: the header was read', () => {
    const seen = firstRound().map((one) => (one.attempt === 'v2' ? saw('v2', 'connack', { connack: 5 }) : one))
    expect(classify(seen)).toMatchObject({ kind: 'proxy-required', proxy: { versions: [2] } })
  })

  it('never decides by FIN or RST', () => {
    const all = firstRound('v2', 'v2-local')
    const reset = all.map((one) => (one.outcome === 'closed' ? { ...one, outcome: 'reset' as const } : one))
    expect(classify(reset)).toEqual(classify(all))
    expect(
      kindOf(firstRound().map((one) => (one.outcome === 'closed' ? { ...one, outcome: 'reset' as const } : one))),
    ).toBe(kindOf(firstRound()))
  })

  it('a certificate that is required shows after a handshake that looked fine', () => {
    const refused = saw('tls', 'tls', { tls: tls13, detail: 'tlsv13 alert certificate required' })
    const others = firstRound().filter((one) => one.attempt !== 'tls')
    expect(classify([...others, refused])).toMatchObject({ kind: 'mtls', clientCertificate: 'required' })
    expect(kindOf([...others, saw('tls', 'accepted', { tls: tls13 })])).toBe('tls')
  })

  it('a broken handshake is not mutual TLS', () => {
    const others = firstRound().filter((one) => one.attempt !== 'tls')
    const broken = saw('tls', 'tls', { stage: 'tls', detail: 'ssl/tls alert handshake failure' })
    expect(classify([...others, broken])).toMatchObject({ kind: 'unknown', clientCertificate: 'unknown' })
  })

  it('a TLS frontend that closes even a silent connection has no backend', () => {
    const others = firstRound().filter((one) => one.attempt !== 'tls')
    const tls = saw('tls', 'closed', { tls: tls13 })
    expect(kindOf([...others, tls, saw('tls-silence', 'closed', { tls: tls13 })])).toBe('no-backend')
    expect(kindOf([...others, tls, saw('tls-silence', 'open', { tls: tls13 })])).toBe('unknown')
  })

  it('everyone closed at the same time has no backend, silence alone closed is not enough', () => {
    const closed = firstRound().map((one) => ({ ...one, outcome: 'closed' as const, detail: undefined, ms: 3000 }))
    expect(kindOf(closed)).toBe('no-backend')
    const late = closed.map((one) => (one.attempt === 'silence' ? { ...one, ms: 3000 } : { ...one, ms: 2 }))
    expect(kindOf(late)).toBe('unknown')
  })

  it.each([
    ['as measured on a busy machine', 3300, 4100, 'no-backend'],
    ['at once, in a busy moment', 3, 240, 'no-backend'],
    ['only the silent one after half a second', 500, 5, 'unknown'],
    ['the others much later', 3000, 6100, 'unknown'],
    ['the silent one much later', 6100, 3000, 'unknown'],
  ])('everyone closed, %s', (_name, silent, other, kind) => {
    const ended = firstRound().map((one) => ({
      ...one,
      outcome: 'closed' as const,
      detail: undefined,
      ms: one.attempt === 'silence' ? silent : other,
    }))
    expect(kindOf(ended)).toBe(kind)
  })

  it('all attempts refused and the silent one left alone is unknown', () => {
    expect(kindOf(firstRound())).toBe('unknown')
  })

  it('silence is silence, also where some were not even connected in time', () => {
    const mute = firstRound().map((one) =>
      one.attempt === 'silence' ? one : { ...saw(one.attempt, 'timeout'), ms: 900 },
    )
    expect(kindOf(mute)).toBe('silent')
    const late = mute.map((one) => (one.attempt === 'silence' ? one : { ...one, stage: 'connect' as const }))
    expect(kindOf(late)).toBe('silent')
    expect(kindOf([...late.slice(0, -1), saw('ws', 'closed')])).toBe('unknown')
  })

  it('says why a target was not reached', () => {
    const at = { stage: 'connect' } as const
    expect(kindOf([saw('silence', 'refused', at)])).toBe('closed')
    expect(kindOf([saw('silence', 'timeout', at)])).toBe('filtered')
    expect(kindOf([saw('silence', 'unreachable', at)])).toBe('unreachable')
    expect(classify([saw('silence', 'reset', at)])).toMatchObject({
      kind: 'unreachable',
      text: expect.stringContaining('access list'),
    })
  })

  it('names what answered instead of MQTT', () => {
    const banner = [saw('silence', 'not-mqtt', { received: Buffer.from('SSH-2.0-x\r\n') }), ...firstRound().slice(1)]
    expect(classify(banner)).toMatchObject({ kind: 'not-mqtt', text: 'not MQTT: it sends an SSH banner' })
  })

  it('keeps MQTT 5 apart from a broker that refuses its version', () => {
    const only4 = firstRound('plain').map((one) =>
      one.attempt === 'plain-5' ? saw('plain-5', 'connack', { connack: 1 }) : one,
    )
    expect(classify(only4).mqtt).toEqual(['3.1.1'])
    expect(classify(firstRound('plain', 'plain-5')).mqtt).toEqual(['3.1.1', '5.0'])
  })
})
