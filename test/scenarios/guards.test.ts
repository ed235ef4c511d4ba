import { describe, expect, it } from 'vitest'
import { lintRules } from '../../src/lint/rules.js'
import { lint } from '../../src/lint/run.js'
import { readWorkspace } from '../../src/lint/workspace.js'
import { derive } from '../../src/scenarios/derive.js'
import { settle } from '../../src/scenarios/options.js'
import { whyImpossible } from '../../src/scenarios/possible.js'

import { scenarios } from '../../src/scenarios/table.js'
import type { Scenario } from '../../src/scenarios/types.js'

interface Texts {
  readonly haproxy: readonly string[]
  readonly brokers: readonly string[]
}

const edit = (pattern: RegExp, by: string) => (text: string) => text.replace(pattern, by)
const inHaproxy = (change: (text: string) => string) => (texts: Texts) => ({
  ...texts,
  haproxy: texts.haproxy.map(change),
})
const inBroker = (change: (text: string) => string) => (texts: Texts) => ({
  ...texts,
  brokers: texts.brokers.map(change),
})

/** One hand's slip for each guard: what a user might do to a generated pair. */
const slips: Readonly<Record<string, (texts: Texts) => Texts>> = {
  MP101: inHaproxy(edit(/^ +default_backend .*\n/gm, '')),
  MP102: inHaproxy(edit(/^ +timeout client .*\n/gm, '')),
  MP103: inHaproxy(edit(/timeout (client|server) 100s/g, 'timeout $1 60s')),
  MP108: inHaproxy(edit(/^ +log global\n/gm, '')),
  MP111: inHaproxy(edit(/bind 127\.0\.0\.1:1886/g, 'bind *:1886')),
  MP201: inBroker(edit(/enable_proxy_protocol \d/g, 'enable_proxy_protocol_v2 true')),
  MP204: inBroker(edit(/allow_anonymous true/g, 'allow_anonymous true\npassword_file /etc/mosquitto/passwd')),
  MP205: inBroker(edit(/^require_certificate .*\n/gm, '')),
  MP209: inBroker(edit(/^allow_anonymous .*\n/gm, '')),
  MP401: inHaproxy(edit(/(server broker\d \S+):188\d/g, '$1:1999')),
  // On the last hop alone: an inner bind that waits for a header hides what is wrong behind it.
  MP402: inHaproxy(edit(/(server broker\d .*?) send-proxy\S*/g, '$1')),
  MP403: inBroker((text) =>
    text.replace(/enable_proxy_protocol (\d)/g, (_, version) => `enable_proxy_protocol ${3 - version}`),
  ),
  MP404: inHaproxy(edit(/send-proxy-v2-ssl\S*/g, 'send-proxy-v2')),
  MP405: inHaproxy(edit(/send-proxy-v2-ssl-cn/g, 'send-proxy-v2-ssl')),
  MP407: inBroker(edit(/^(listener \d+) .*/gm, '$1')),
  MP409: inHaproxy(edit(/ {4}bind (\S+):8883 ssl/g, '    bind $1:1883\n    bind $1:8883 ssl')),
  MP411: ({ haproxy, brokers: [first = '', ...others] }) => ({
    haproxy,
    brokers: [
      `${first}listener ${haproxy[0]?.includes(':8883') ? 8883 : 1883} 127.0.0.1
`,
      ...others,
    ],
  }),
  MP412: inHaproxy(edit(/ accept-proxy/g, '')),
}

/** Other rules that see the same slip from their side. */
const companions: Readonly<Record<string, readonly string[]>> = {
  MP201: ['MP403'],
  MP402: ['MP412'],
  // Version 1 has no place for a certificate.
  MP403: ['MP203', 'MP205'],
}

function textsOf(scenario: Scenario): Texts {
  const derived = derive(scenario, { broker: 'mosquitto' })
  return {
    haproxy: derived.haproxy.map((file) => file.text),
    brokers: derived.brokers.map((one) => one.files[0]?.text ?? ''),
  }
}

function findings(texts: Texts, dialect: 'mosquitto' | 'vernemq' | 'rabbitmq' = 'mosquitto') {
  const { input } = readWorkspace([
    ...texts.haproxy.map((text, index) => ({ path: `haproxy-${index}.cfg`, text, dialect: 'haproxy' as const })),
    ...texts.brokers.map((text, index) => ({ path: `broker-${index}.conf`, text, dialect })),
  ])
  return lint({ ...input, keepalive: 60, now: 0 }).map((one) => `${one.code} ${one.message}`)
}

const guarded = scenarios.flatMap((scenario) =>
  scenario.guards.map((guard) => ({ scenario, guard, name: scenario.id })),
)

describe('lint and the table', () => {
  const dialects = ['mosquitto', 'vernemq', 'rabbitmq'] as const
  const pairs = scenarios.flatMap((scenario) =>
    dialects
      .filter((broker) => whyImpossible(scenario, { ...settle(scenario), broker }) === undefined)
      .map((broker) => ({ scenario, broker, name: scenario.id })),
  )
  it.each(pairs)('has nothing to say about $name on $broker as generated', ({ scenario, broker }) => {
    const derived = derive(scenario, { broker })
    const texts = {
      haproxy: derived.haproxy.map((file) => file.text),
      brokers: derived.brokers.map((one) => one.files[0]?.text ?? ''),
    }
    expect(findings(texts, broker)).toEqual([])
  })

  it.each(guarded)('$name: $guard speaks up when a hand slips', ({ scenario, guard }) => {
    const slip = slips[guard]
    if (slip === undefined) throw new Error(`no slip for ${guard}`)
    const before = textsOf(scenario)
    const after = slip(before)
    expect(after).not.toEqual(before)
    const codes = new Set(findings(after).map((text) => text.slice(0, 5)))
    expect(codes).toContain(guard)
    const others = [...codes].filter((code) => code !== guard && !companions[guard]?.includes(code))
    expect(others).toEqual([])
  })

  it('guards with rules that exist', () => {
    const codes = new Set(lintRules.map((rule) => rule.code))
    for (const { guard } of guarded) expect(codes).toContain(guard)
  })
})
