import { describe, expect, it } from 'vitest'
import { parseHaproxy } from '../../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../../src/config/haproxy/view.js'
import {
  contentRules,
  cutForLooking,
  goesOnWith,
  inspectDelay,
  outcomeOf,
  variablesFromBytes,
} from '../../../src/path/inspection/content-rules.js'

function proxyWith(...lines: readonly string[]) {
  const text = `frontend f\n${lines.map((one) => ` ${one}\n`).join('')}`
  const [proxy] = viewHaproxy([parseHaproxy(text, 'h.cfg').document]).proxies
  if (proxy === undefined) throw new Error('no frontend')
  return proxy
}

const rules = (...all: readonly string[]) => contentRules(proxyWith(...all.map((one) => `tcp-request content ${one}`)))
const valid = '{ req.payload(0,0),mqtt_is_valid }'

describe('what a content rule does, and whose value it takes', () => {
  it.each<[string, string, readonly string[], string | undefined]>([
    ['accept', 'accept', [], undefined],
    ['reject', 'cut', [], undefined],
    ['silent-drop if { src 10.0.0.1 }', 'cut', [], undefined],
    ['set-var(txn.a) req.len', 'set-var', ['length'], 'txn.a'],
    ['set-var(txn.a,ifnotexists) req.len', 'set-var', ['length'], 'txn.a'],
    ['set-var-fmt(txn.a) x%[req.len]%[src]', 'set-var', ['length', 'other'], 'txn.a'],
    ['capture req.len len 4', 'waits for its value', ['length'], undefined],
    ['track-sc0 req.payload(0,4)', 'waits for its value', ['payload'], undefined],
    ['track-sc12 src', 'waits for its value', ['other'], undefined],
    ['track-sc(1) src', 'waits for its value', ['other'], undefined],
    ['set-src req.payload(0,4)', 'other', ['payload'], undefined],
    ['set-mark req.payload(0,4)', 'other', ['payload'], undefined],
    ['set-priority-class int(1)', 'other', ['other'], undefined],
    ['set-log-level silent', 'other', [], undefined],
    ['unset-var(txn.a)', 'other', [], undefined],
    ['do-reset-var(txn.a) req.len', 'other', [], undefined],
    ['recapture req.len', 'other', [], undefined],
  ])('%s', (rule, action, value, variable) => {
    const [one] = rules(rule)
    expect([one?.action, one?.value.map((sample) => sample.kind), one?.variable]).toEqual([action, value, variable])
  })

  it('other lines are no content rules', () => {
    const lines = [
      'tcp-request connection accept',
      'tcp-request inspect-delay 5s',
      'tcp-request',
      'acl content src',
      '',
    ]
    expect(contentRules(proxyWith(...lines))).toEqual([])
  })
})

it.each<[readonly string[], number | undefined]>([
  [[], undefined],
  [['tcp-request inspect-delay 5s'], 5000],
  [['tcp-request inspect-delay 5s', 'tcp-request inspect-delay 10'], 10],
  [['tcp-request inspect-delay 0'], 0],
  [['tcp-request inspect-delay soon'], 1],
  [['tcp-request inspect-delay'], undefined],
  [['tcp-request content inspect-delay 5s'], undefined],
  [['tcp-response inspect-delay 5s'], undefined],
])('%j delays for %s milliseconds', (lines, delay) => {
  expect(inspectDelay(proxyWith(...lines))?.value).toBe(delay)
})

it.each<[readonly string[], readonly string[]]>([
  [['set-var(txn.a) req.len'], ['txn.a']],
  [['set-var(txn.a) src'], []],
  [
    ['set-var(txn.a) req.len', 'set-var(txn.b) var(txn.a)', 'set-var(txn.c) var(txn.b),lower'],
    ['txn.a', 'txn.b', 'txn.c'],
  ],
  [['set-var(txn.b) var(txn.a)', 'set-var(txn.a) req.len'], ['txn.a']],
  [['set-var-fmt(txn.a) %[src]%[req.len]'], ['txn.a']],
  [['capture req.len len 4'], []],
])('of %j the variables %j come from bytes', (all, names) => {
  expect([...variablesFromBytes(rules(...all))]).toEqual(names)
})

describe('before bytes are there', () => {
  const cut = (last: boolean, ...all: readonly string[]) => {
    const own = rules(...all)
    const { waits, cut: by } = outcomeOf(own, last)
    const looking = cutForLooking(own, last)
    return [
      waits,
      by === undefined ? undefined : own.indexOf(by),
      looking === undefined ? undefined : own.indexOf(looking),
    ]
  }

  it.each<[string, readonly string[], boolean, readonly (boolean | number | undefined)[]]>([
    ['nothing is asked', [], false, [false, undefined, undefined]],
    ['everybody is rejected', ['reject'], false, [false, 0, undefined]],
    ['what is no MQTT is rejected', [`reject unless ${valid}`], false, [true, undefined, undefined]],
    ['what is no MQTT is rejected, and no time is left', [`reject unless ${valid}`], true, [false, 0, 0]],
    ['MQTT is accepted, and no time is left', [`accept if ${valid}`, 'reject'], true, [false, 1, 1]],
    ['MQTT is accepted, and there is time', [`accept if ${valid}`, 'reject'], false, [true, undefined, undefined]],
    ['everybody is accepted first', ['accept', 'reject'], true, [false, undefined, undefined]],
    ['some are accepted first', ['accept if { src 10.0.0.1 }', 'reject'], true, [false, undefined, undefined]],
    ['a source is rejected', ['reject if { src 10.0.0.1 }'], true, [false, undefined, undefined]],
    ['a value is captured', ['capture req.payload(0,4) len 4'], false, [true, undefined, undefined]],
    [
      'a value is captured, and no time is left',
      ['capture req.payload(0,4) len 4'],
      true,
      [false, undefined, undefined],
    ],
    ['a source is captured', ['capture src len 4'], false, [false, undefined, undefined]],
    [
      'a value is captured of nobody',
      ['capture req.payload(0,4) len 4 if FALSE'],
      false,
      [false, undefined, undefined],
    ],
    [
      'a variable is not set yet',
      ['set-var(txn.a) req.len', 'reject unless { var(txn.a) -m found }'],
      true,
      [false, 1, 1],
    ],
    ['a look comes behind the cut', ['reject', `accept if ${valid}`], true, [false, 0, undefined]],
  ])('%s', (_, all, last, expected) => {
    expect(cut(last, ...all)).toEqual(expected)
  })
})

it.each<[readonly string[], number | undefined]>([
  [['accept if { req.len gt 0 }'], 1],
  [['accept if { req.len ge 5 }'], 5],
  [['accept if { req.len gt 5 }'], 6],
  [['accept if { req.len ge 9 } { req.len ge 12 }'], 12],
  [['accept if { req.len ge 12 } or { req.len ge 9 }'], 9],
  [['accept if { req.len 3:7 }'], 3],
  [['accept if { req.payload(3,1) -m bin 10 }'], 4],
  [['capture req.payload(8,2) len 4'], 10],
  [['accept if { req.len ge 100 }'], 100],
  [['accept if { req.len ge 101 }'], undefined],
  [[`accept if ${valid}`], undefined],
  [['set-log-level silent'], 1],
])('%j go on with %s bytes', (all, bytes) => {
  expect(goesOnWith(rules(...all))).toBe(bytes)
})
