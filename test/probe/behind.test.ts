import { describe, expect, it } from 'vitest'
import { compare, type ProbedSide } from '../../src/probe/behind.js'
import type { Observation, ProbeVerdict } from '../../src/probe/types.js'

const verdict: ProbeVerdict = {
  kind: 'unknown',
  text: 'nothing is known',
  proxy: { required: false, versions: [], local: undefined },
  relay: undefined,
  tls: undefined,
  clientCertificate: undefined,
  mqtt: [],
  says: { version: undefined, properties: {} },
  evidence: [],
}

const observation = (more: Partial<Observation>): Observation => ({
  attempt: 'plain',
  outcome: 'closed',
  stage: 'mqtt',
  connack: undefined,
  properties: undefined,
  ms: 1,
  detail: undefined,
  received: undefined,
  tls: undefined,
  header: undefined,
  session: undefined,
  ...more,
})

const side = (more: Partial<ProbeVerdict>, ...seen: readonly Partial<Observation>[]): ProbedSide => ({
  target: '127.0.0.1:1883',
  verdict: { ...verdict, ...more },
  seen: seen.map(observation),
})

const wants = (versions: readonly (1 | 2)[], ...seen: readonly Partial<Observation>[]) =>
  side({ kind: 'proxy-required', proxy: { required: true, versions, local: true } }, ...seen)
const closed = side({ kind: 'unknown' }, {})

const codes = (frontend: ProbedSide, broker: ProbedSide) => compare(frontend, broker).findings.map((one) => one.code)

describe('what is between a frontend and its broker', () => {
  it.each([
    ['a header of the client gets through', side({ kind: 'accept-proxy' }), wants([1, 2]), 'MP-P601'],
    ['both versions are read', closed, wants([1, 2], { attempt: 'v2', outcome: 'accepted' }), 'MP-P601'],
    ['no header is read', closed, side({ kind: 'plain' }, { outcome: 'accepted' }), 'MP-P602'],
    ['one version is read', closed, wants([2], { attempt: 'v2', outcome: 'accepted' }), 'MP-P603'],
    ['a header alone is not enough', closed, wants([2], { attempt: 'v2-cert', outcome: 'accepted' }), 'MP-P604'],
    [
      'a name is missing',
      side({ kind: 'plain' }, { outcome: 'connack', connack: 4 }),
      wants([2], { attempt: 'v2-cert', outcome: 'connack', connack: 4 }),
      'MP-P605',
    ],
    ['the broker speaks TLS', closed, side({ kind: 'tls' }, { outcome: 'accepted' }), 'MP-P607'],
  ])('%s: %s', (_, frontend, broker, code) => {
    expect(codes(frontend, broker)).toEqual([code])
  })

  it('an HTTP 400 to a CONNECT is mode http, whatever the broker wants', () => {
    const received = Buffer.from('HTTP/1.0 400 Bad request\r\n')
    const { text, findings } = compare(side({ kind: 'not-mqtt' }, { outcome: 'not-mqtt', received }), wants([2]))
    expect(text).toContain('mode http')
    expect(findings[0]?.fix?.text).toContain('use "mode tcp" in')
  })

  it('says what else it may be', () => {
    expect(compare(closed, wants([1], { attempt: 'v1', outcome: 'accepted' })).text).toMatch(
      /another version.*it reads version 1.*; or HAProxy sends no PROXY header/,
    )
  })
})
