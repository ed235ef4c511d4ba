import { describe, expect, test } from 'vitest'
import { compare, type ProbedSide } from '../../src/probe/behind.js'
import { classify } from '../../src/probe/classify.js'
import { nextToTls } from '../../src/probe/findings-tls.js'
import { hypotheses } from '../../src/probe/hypotheses.js'
import { recordedIn } from '../recorded-text.js'
import { listenersSeen } from './listeners-seen.js'
import { saw, tls13 } from './observations.js'
import { refused, round } from './rounds.js'

const recorded = recordedIn(new URL('recorded/behind.txt', import.meta.url))

const side = (target: string, seen: ProbedSide['seen']): ProbedSide => ({ target, seen, verdict: classify(seen) })
const known = (name: string) => listenersSeen[name]?.seen ?? []

const frontends: Readonly<Record<string, ProbedSide['seen']>> = {
  'answers nobody': round(),
  'answers nobody in TLS': round(saw('tls', 'closed', { tls: tls13 }), saw('tls-silence', 'open', { tls: tls13 })),
  'answers in HTTP': round(saw('plain', 'not-mqtt', { received: Buffer.from('HTTP/1.0 400 Bad request\r\n') })),
  'refuses everybody by name': round(refused('plain', 4), refused('plain-5', 134)),
  'refuses everybody as not authorised': round(refused('plain-5', 135)),
  'refuses everybody as unavailable': round(refused('plain', 3)),
  'refuses some by name': round(refused('plain', 5), saw('plain-5', 'accepted')),
  ...Object.fromEntries(
    [
      'a broker without PROXY',
      'HAProxy in front of a broker',
      'both versions and LOCAL, through a relay',
      'version 2 only, LOCAL too',
      'version 1 only',
      'WebSocket behind version 2',
      'TLS behind version 2',
      'TLS behind a header, and nothing behind it',
      'the given certificate is accepted, none is not',
      'the given certificate is refused for its name',
      'WebSocket in TLS',
    ].map((name) => [name, known(name)]),
  ),
}

const brokers: Readonly<Record<string, ProbedSide['seen']>> = {
  'reads version 2': known('version 2 only, LOCAL too'),
  'reads version 1': known('version 1 only'),
  'reads both versions': known('both versions'),
  'reads version 2 with TLS facts': known('a certificate has to be reported'),
  'refuses a header that has no name': known('a name has to be reported'),
  'refuses a plain header as not authorised': round(refused('v2', 5)),
  'wants no header': known('a broker without PROXY'),
  'takes a header or none': known('a header or none'),
  'reads version 2 before TLS': known('TLS behind version 2'),
  'reads version 2 before WebSocket': known('WebSocket behind version 2'),
  'speaks TLS': known('TLS with a good certificate'),
  'is closed': known('nothing listens'),
  'is silent': known('never answers'),
  'is not MQTT': known('an SSH server'),
}

describe('what is between a frontend and a broker', () => {
  test.each(Object.entries(frontends))('a frontend: %s', (name, frontend) => {
    const lines = Object.entries(brokers).flatMap(([broker, seen]) => {
      const { text, findings } = compare(side('front:1883', frontend), side('broker:1884', seen))
      return [
        `${broker}: ${text}`,
        ...findings.flatMap(({ code, severity, message, at, fix, evidence = [] }) => [
          `  ${severity} ${code} at ${at.file}${message === text ? '' : `: ${message}`}${fix === undefined ? '' : ` [${fix.text}]`}`,
          ...evidence.map((one) => `    ${one}`),
        ]),
      ]
    })
    recorded.expect(name, lines.join('\n'))
  })

  test('a listener and each of the lines that HAProxy may have', () => {
    const yes = [false, true]
    const lines = ([[], [1], [2], [1, 2]] as const).flatMap((versions) =>
      yes.flatMap((tlsFacts) =>
        yes.map((cn) => {
          const wants = [...versions.map((one) => `v${one}`), tlsFacts && 'TLS', cn && 'CN'].filter(Boolean)
          return `a listener that wants [${wants.join(' ')}]: ${hypotheses({ versions, tlsFacts, cn }).join(' ')}`
        }),
      ),
    )
    recorded.expect('with which lines nobody gets through', lines.join('\n'))
  })
})

describe('plain text next to TLS', () => {
  const verdictOf = (name: string) => ({ target: name, verdict: classify(known(name)) })
  const others = [
    'TLS with a good certificate',
    'WebSocket in TLS',
    'the given certificate is accepted, none is not',
    'a broker without PROXY',
    'TLS behind version 2',
  ]

  test.each([
    ['a broker without PROXY', true],
    ['HAProxy in front of a broker', true],
    ['WebSocket', true],
    ['version 2 only, LOCAL too', false],
    ['TLS with a good certificate', false],
  ])('%s: %s', (name, is) => {
    const found = nextToTls('one:1883', classify(known(name)), others.map(verdictOf))
    const expected = {
      code: 'MP-P407',
      severity: 'MEDIUM',
      at: { file: 'one:1883' },
      message: `plain text next to TLS: ${others.slice(0, 3).join(', ')} speaks TLS, this port does not`,
      fix: { text: 'bind the plain port to 127.0.0.1, or close it' },
    }
    expect(found).toMatchObject(is ? [expected] : [])
    expect(nextToTls('one:1883', classify(known(name)), others.slice(3).map(verdictOf))).toEqual([])
  })
})
