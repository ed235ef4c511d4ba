import { describe, expect, test } from 'vitest'
import { firstAttempts, furtherAttempts } from '../../src/probe/attempts.js'
import { classify } from '../../src/probe/classify.js'
import type { FindingOptions } from '../../src/probe/finding.js'
import { findingsOf } from '../../src/probe/findings.js'
import { attemptOn, carriers, type ProbeAttemptOptions } from '../../src/probe/forms.js'
import type { Form, ProbeAttempt } from '../../src/probe/types.js'
import { verdictKinds } from '../../src/probe/verdict-kinds.js'
import { decode, encode } from '../../src/proxy-header/index.js'
import { recordedIn } from '../recorded-text.js'
import { listenersSeen } from './listeners-seen.js'
import { now, type Seen } from './rounds.js'

const recorded = recordedIn(new URL('recorded/listeners.txt', import.meta.url))
const attempts = recordedIn(new URL('recorded/attempts.txt', import.meta.url))

const options: FindingOptions = {
  target: '127.0.0.1:1884',
  loopback: true,
  reachable: false,
  spoofed: true,
  trustGiven: false,
  usernameGiven: false,
  silenceAskedMs: undefined,
  now,
}
const asked: ProbeAttemptOptions = {
  source: { address: '203.0.113.7', port: 56324 },
  destination: { address: '127.0.0.1', port: 1883 },
  spoof: undefined,
  certificate: false,
}
const everything: ProbeAttemptOptions = { ...asked, spoof: 'admin', certificate: true }

/** All that is concluded of one listener, a line each. */
function concluded({ seen, options: more }: Seen): string {
  const verdict = classify(seen)
  const { versions, required, local } = verdict.proxy
  const words = [
    `header ${required ? 'required' : 'not required'} [${versions.join(' ')}] LOCAL ${local}`,
    `relay ${verdict.relay}`,
    `TLS ${verdict.tls?.version}`,
    `client certificate ${verdict.clientCertificate}`,
    `MQTT [${verdict.mqtt.join(' ')}]`,
    `says ${verdict.says.version} ${JSON.stringify(verdict.says.properties)}`,
  ]
  const found = findingsOf(verdict, seen, { ...options, ...more })
  // Where nobody was reached nothing more is tried.
  const reached = !['closed', 'filtered', 'unreachable'].includes(verdict.kind)
  const plain = furtherAttempts(seen, asked).map((one) => one.id)
  const all = furtherAttempts(seen, everything).map((one) => one.id)
  return [
    `${verdict.kind}: ${verdict.text}`,
    ...verdict.evidence.map((one) => `  because ${one}`),
    `  ${words.join(', ')}`,
    ...found.flatMap(({ code, severity, message, fix, evidence = [] }) => [
      `${severity} ${code} ${message}${fix === undefined ? '' : ` [${fix.text}]`}`,
      ...evidence.map((one) => `  ${one}`),
    ]),
    ...(reached ? [`then: ${plain.join(' ')}`.trimEnd()] : []),
    ...(!reached || plain.join() === all.join() ? [] : [`then, with a certificate and a name: ${all.join(' ')}`]),
  ].join('\n')
}

describe('what a listener is', () => {
  test.each(Object.entries(listenersSeen))('%s', (name, one) => {
    recorded.expect(name, concluded(one))
  })

  test('every kind of verdict is among them', () => {
    const kinds = new Set(Object.values(listenersSeen).map(({ seen }) => classify(seen).kind))
    expect([...kinds].sort()).toEqual([...verdictKinds].sort())
  })

  test('does not depend on the order in which answers came', () => {
    for (const { seen } of Object.values(listenersSeen)) expect(classify(seen.toReversed())).toEqual(classify(seen))
  })
})

/** One connection, and the header as the decoder reads it. */
function attemptText({ id, header, ...rest }: ProbeAttempt): string {
  const { title, layer, mqtt, ...flags } = rest
  const read = header === undefined ? undefined : decode(encode(header))
  const shown = read?.status === 'header' ? ` | ${JSON.stringify(read.header, ofHeader)}` : ''
  return `${id} on ${layer}: ${title}, MQTT ${mqtt} ${JSON.stringify(flags)}${shown}`
}

function ofHeader(key: string, value: unknown): unknown {
  return key === 'tlvs' || key === 'raw' ? undefined : value
}

describe('what is sent', () => {
  const forms: readonly Form[] = ['plain', 'plain-5', 'v1', 'v2', 'v2-local', 'v2-ssl-off', 'v2-cert', 'v2-cn']
  const six = { source: { address: '2001:db8::7', port: 1 }, destination: { address: '::1', port: 8883 } }

  test.each(carriers)('on %s', (carrier) => {
    const all = [...forms, 'loopback' as const, 'private' as const].map((form) => attemptOn(form, carrier, everything))
    attempts.expect(`on ${carrier}`, all.map(attemptText).join('\n'))
  })

  test('where the target is IPv6, and where version 1 is what it reads', () => {
    const claims = (['v1', 'v2', 'loopback', 'private'] as const).flatMap((form) =>
      ([1, 2] as const).map((version) => attemptOn(form, 'tcp', { ...asked, ...six }, version)),
    )
    attempts.expect('IPv6', claims.map(attemptText).join('\n'))
  })

  test('first, to every listener', () => {
    attempts.expect('first', firstAttempts(everything).map(attemptText).join('\n'))
  })

  test('next, where TLS or WebSocket is spoken', () => {
    const next = (name: string) => furtherAttempts(listenersSeen[name]?.seen ?? [], everything)
    const names = ['TLS with a good certificate', 'TLS, and no answer behind it', 'WebSocket behind version 1']
    const all = names.flatMap((name) => [`# ${name}`, ...next(name).map(attemptText)])
    attempts.expect('next', all.join('\n'))
  })
})
