import { describe, expect, it } from 'vitest'
import { readBroker } from '../../../src/brokers/index.js'
import { applyEdits } from '../../../src/config/edit.js'
import { parseHaproxy } from '../../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../../src/config/haproxy/view.js'
import { readPaths } from '../../../src/path/index.js'
import { connect, type HealthCase, haproxyConfig, healthCases, mosquittoConfig } from '../health-cases.js'

const ports = {
  plain: 2001,
  passwords: 2002,
  header: 2003,
  'header, passwords': 2004,
  'header, certificate': 2005,
  v1: 2006,
  ws: 2007,
}

function found(text: string, broker = mosquittoConfig(ports, '/p')) {
  const { mismatches } = readPaths({
    haproxies: [viewHaproxy([parseHaproxy(text, 'h.cfg').document])],
    brokers: [readBroker('mosquitto', broker, 'm.conf')],
  })
  return mismatches.filter((one) => one.kind.startsWith('check-'))
}

describe('a health check that speaks MQTT', () => {
  it.each(healthCases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const findings = found(haproxyConfig([one], ports))
    expect(findings.map(({ kind }) => kind).sort()).toEqual(one.says)
    for (const { message } of findings) {
      if (one.state === 'DOWN') expect(message).toContain('never UP')
      else expect(message).toContain('is UP whatever the broker answers')
    }
  })

  it.each(healthCases.filter((one) => one.says.length > 0).map((one) => [one.name, one] as const))(
    '%s: an edit makes it sound, or there is none',
    (_, one) => {
      const text = haproxyConfig([one], ports)
      const all = found(text).flatMap((each) => each.remedy?.edits ?? [])
      // The certificate stays absent, and LOCAL comes back with the header.
      if (all.length > 0 && one.says.length === 1) {
        expect(found(applyEdits(text, all)).filter((each) => one.says.includes(each.kind))).toEqual([])
      }
    },
  )

  const single = (rules: readonly string[], more: Partial<HealthCase> = {}) =>
    found(haproxyConfig([{ name: '', to: 'plain', server: '', state: 'DOWN', says: [], rules, ...more }], ports))

  it('says which length is wrong, and writes the right one', () => {
    const [finding] = single([`send-binary ${connect({ id: 'abcd', off: 1 })}`, 'expect binary 20020000'])
    expect(finding?.message).toContain('promises 17 bytes behind the length and has 16')
    expect(finding?.remedy?.edits?.[0]?.newText).toBe(connect({ id: 'abcd' }))
    expect(finding?.at.column).toBe('    tcp-check send-binary '.length + 1)
  })

  it('a field that is cut off is no wrong length alone', () => {
    const [finding] = single([`send-binary ${connect({ id: 'abcd', off: -1 }).slice(0, -2)}`, 'expect binary 20020000'])
    expect(finding?.message).toContain('ends inside a field')
    expect(finding?.remedy?.edits).toBeUndefined()
  })

  it.each([
    ['a variable', 'send-binary "${BYTES}"'],
    ['a computed text', 'send-binary-lf 10%[rand(9)]'],
    ['a header written by hand', 'send PROXY\\ UNKNOWN\\r\\n'],
    ['text beyond ASCII', 'send \u00e9\u00e9'],
  ])('is silent about %s', (_, rule) => {
    expect(single([rule, 'expect binary 20020000'])).toEqual([])
  })

  it.each([
    ['a computed pattern', 'expect string-lf %[str(x)]'],
    ['a pattern of a variable', 'expect binary "${X}"'],
    ['a pattern that may take for ever', 'expect rstring (a+)+b'],
  ])('is silent where it expects %s', (_, rule) => {
    expect(single([`send-binary ${connect()}`, rule])).toEqual([])
  })

  it('is silent where a failure is another result', () => {
    const rules = [`send-binary ${connect({ off: 1 })}`, 'expect error-status L7OKC binary 20020000']
    expect(single(rules)).toEqual([])
  })

  it.each([
    [
      'another kind of check behind it',
      (text: string) => text.replace('    server s', '    option redis-check\n    server s'),
    ],
    ['no option tcp-check', (text: string) => text.replace('    option tcp-check\n', '')],
    ['the option taken back', (text: string) => text.replace('    server s', '    no option tcp-check\n    server s')],
    ['no check', (text: string) => text.replace(/1 check /, '1 ')],
    ['a disabled server', (text: string) => text.replace(/1 check /, '1 check disabled ')],
    ['the check of another server', (text: string) => text.replace(/1 check /, '1 check track b9/s ')],
    ['a broker elsewhere', (text: string) => text.replace('127.0.0.1:', '192.0.2.9:')],
  ])('is silent with %s', (_, change) => {
    const broken = {
      ...healthCases[0],
      rules: [`send-binary ${connect({ off: 1 })}`, 'expect binary 20020000'],
    } as HealthCase
    const text = haproxyConfig([broken], ports)
    expect(found(text)).toHaveLength(1)
    expect(found(change(text))).toEqual([])
  })

  it('takes the rules of defaults, and those of the backend in their place', () => {
    const rules = (off: number) =>
      `    option tcp-check\n    tcp-check send-binary ${connect({ off })}\n    tcp-check expect binary 20020000\n`
    const text = (own: string) =>
      `defaults\n    mode tcp\n${rules(1)}backend b\n${own}    server s 127.0.0.1:2001 check\n`
    expect(found(text(''))).toHaveLength(1)
    expect(found(text(rules(0)))).toEqual([])
  })

  it('judges no login of a user who may exist, and none that a plugin decides', () => {
    const named = [`send-binary ${connect({ user: 'x', password: 'y' })}`, 'expect binary 20020000']
    expect(single(named, { to: 'passwords' })).toEqual([])
    const text = haproxyConfig(
      [{ ...healthCases[0], rules: [`send-binary ${connect()}`, 'expect binary 20020000'] } as HealthCase],
      ports,
    )
    expect(found(text, 'listener 2001 127.0.0.1\nplugin /p.so\n')).toEqual([])
  })

  it('judges a keepalive by max_keepalive', () => {
    const text = haproxyConfig(
      [
        {
          ...healthCases[0],
          rules: [`send-binary ${connect({ keepalive: 0 })}`, 'expect binary 20020000'],
        } as HealthCase,
      ],
      ports,
    )
    const broker = 'listener 2001 127.0.0.1\nallow_anonymous true\n'
    expect(found(text, broker)).toEqual([])
    expect(found(text, `max_keepalive 120\n${broker}`)[0]?.message).toContain('max_keepalive')
  })
})

describe('brokers whose versions answer differently', () => {
  const check = (broker: string, rules: readonly string[]) => {
    const text = haproxyConfig([{ ...healthCases[0], rules } as HealthCase], { ...ports, plain: 1884 })
    const file = readBroker('rabbitmq', broker, 'rabbitmq.conf')
    const { mismatches } = readPaths({
      haproxies: [viewHaproxy([parseHaproxy(text, 'h.cfg').document])],
      brokers: [file],
    })
    return mismatches.filter((one) => one.kind.startsWith('check-')).map((one) => one.kind)
  }
  const anonymous = 'mqtt.listeners.tcp.1 = 127.0.0.1:1884\nmqtt.allow_anonymous = true\n'

  it('what no broker takes is said, what some take is not', () => {
    expect(check(anonymous, [`send-binary ${connect({ off: 1 })}`, 'expect binary 20020000'])).toEqual([
      'check-never-up',
    ])
    expect(check(anonymous, [`send-binary ${connect({ level: 5 })}`, 'expect binary 20020000'])).toEqual([
      'check-never-up',
    ])
    expect(check(anonymous, [`send-binary ${connect({ level: 5 })}`, 'expect rbinary ^20'])).toEqual([])
    expect(check(anonymous, [`send-binary ${connect()}`, 'expect binary 20020000'])).toEqual([])
  })
})
