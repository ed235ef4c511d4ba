import { describe, expect, test } from 'vitest'
import { isEnvironment } from '../../src/check/environment.js'
import { inferScenario } from '../../src/check/infer.js'
import { likelyOf } from '../../src/check/likely.js'
import { needsLogin, refusedForLogin } from '../../src/check/login.js'
import { modelOf, unreadOf } from '../../src/check/model.js'
import { endText, noRouteRow, noRouteScenario, whyNotJudged } from '../../src/check/no-route.js'
import { ownNames } from '../../src/check/select.js'
import { waysOf } from '../../src/check/ways.js'
import { Fault } from '../../src/kernel/errors.js'
import { EXIT } from '../../src/kernel/exit.js'
import { findScenario } from '../../src/scenarios/find.js'
import { defaults, pairOf, wayOf } from './pairs.js'

const open = 'listener 1884 127.0.0.1\nallow_anonymous true\n'
const v2 = `${open}enable_proxy_protocol 2\n`
const listen = (server: string, more = '') => `${defaults}listen mqtt\n    bind *:1883\n${more}    server s ${server}\n`

function likely(haproxy: string, broker: string, id = 'connect-3.1.1', at = 0) {
  const pair = pairOf(haproxy, broker)
  const way = waysOf(modelOf(pair))[at]
  if (way?.listener === undefined) throw new Error('no way')
  const row = inferScenario(pair, way, way.listener).scenario.outcomes.find((one) => one.id === id)
  if (row === undefined) throw new Error(`no ${id}`)
  return likelyOf(row, { pair, way, named: undefined }).map(({ file, line }) => `${file}:${line}`)
}

describe('what is likely is what the model says, or nothing', () => {
  test('a header that nobody reads', () => {
    expect(likely(listen('127.0.0.1:1884 send-proxy-v2'), open)).toEqual(['haproxy.cfg:8'])
  })

  test('a sound pair has nobody to blame', () => {
    expect(likely(listen('127.0.0.1:1884 send-proxy-v2'), v2)).toEqual([])
  })

  test('a rule on the way that is about no single path', () => {
    const rule = '    tcp-request content reject unless { req.payload(0,0),mqtt_is_valid }\n'
    expect(likely(listen('127.0.0.1:1884 send-proxy-v2', rule), v2)).toEqual(['haproxy.cfg:8'])
  })

  test('mode http, wherever it is written', () => {
    const text = listen('127.0.0.1:1884').replace('mode tcp', 'mode http').replace('*:1883', '*:1883')
    expect(likely(text, open)).toEqual(['haproxy.cfg:2'])
  })

  test('what is wrong on another way is none of this one', () => {
    const other = 'listen other\n    bind *:1999\n    server s 127.0.0.1:1884 send-proxy-v2\n'
    const text = `${listen('127.0.0.1:1884')}${other}`
    expect(likely(text, open, 'connect-3.1.1', 0)).toEqual([])
    expect(likely(text, open, 'connect-3.1.1', 1)).toEqual(['haproxy.cfg:11'])
  })

  test('who gets in without a right explains a row that expects a refusal', () => {
    const bypass = likely(listen('127.0.0.1:1884 send-proxy-v2-ssl'), `${v2}proxy_protocol_v2_require_tls true\n`)
    expect(bypass).toEqual(['haproxy.cfg:7'])
  })

  test('servers that are all disabled, in a backend that no path comes to', () => {
    const text = `${defaults}frontend mqtt\n    bind *:1883\n    default_backend b\nbackend b\n    server s 127.0.0.1:1884 disabled\n`
    const pair = pairOf(text, open)
    const way = wayOf(pair)
    const row = noRouteScenario(way).scenario.outcomes.find((one) => one.id === noRouteRow)
    if (row === undefined) throw new Error('no row')
    expect(likelyOf(row, { pair, way, named: undefined }).map(({ line }) => line)).toEqual([10])
  })

  test.each([
    ['a sound pair', listen('127.0.0.1:1884'), open, [/^these files fit together as another scenario: .*; proxy is: /]],
    ['the scenario itself', listen('127.0.0.1:1884 send-proxy-v2'), v2, []],
    ['a pair that does not fit', listen('127.0.0.1:1884'), v2, [/sends no PROXY header/]],
  ])('a scenario that is named for other files: %s', (_, haproxy, broker, messages) => {
    const pair = pairOf(haproxy, broker)
    const row = findScenario('proxy').outcomes.find((one) => one.id === 'connect-5.0')
    if (row === undefined) throw new Error('no row')
    const said = likelyOf(row, { pair, way: wayOf(pair), named: findScenario('proxy') }).map((one) => one.message)
    expect(said).toEqual(messages.map((one) => expect.stringMatching(one)))
  })
})

describe('a way that reaches no listener has a verdict of its own', () => {
  const at = (haproxy: string) => wayOf(pairOf(haproxy, open))
  test.each([
    [
      'no backend',
      `${defaults}frontend mqtt\n    bind *:1883\nbackend b\n    server s 127.0.0.1:1884\n`,
      /leads to no server/,
    ],
    ['a port where nobody is', listen('127.0.0.1:1999'), /127\.0\.0\.1:1999, where no listener/],
    ['servers that are disabled', listen('127.0.0.1:1884 disabled'), /leads to no server that is up/],
    ['itself', listen('127.0.0.1:1883'), /leads back to listen mqtt/],
  ])('%s', (_, haproxy, text) => {
    const way = at(haproxy)
    expect(way.listener).toBeUndefined()
    expect(endText(way)).toMatch(text)
    expect(whyNotJudged(way)).toBeUndefined()
    expect(noRouteScenario(way).scenario.outcomes.map((row) => row.id)).toEqual(['configs-accepted', noRouteRow])
  })

  test('another host than that of the broker file is not judged, and stands among what was not', () => {
    const pair = pairOf(listen('10.0.0.9:1884'), 'listener 1884 10.0.0.5\nallow_anonymous true\n')
    expect(whyNotJudged(wayOf(pair))).toBe('not judged: no given file describes what listens at 10.0.0.9:1884')
    expect(unreadOf(pair)).toMatchObject([{ what: 'host', name: '10.0.0.9:1884', span: { line: 8 } }])
  })
})

describe('a broker that asks for a name', () => {
  const needed = (broker: string) => {
    const pair = pairOf(listen('127.0.0.1:1884'), broker)
    return needsLogin(pair, wayOf(pair))
  }
  test.each([
    ['open', open, false],
    ['a password file', 'listener 1884 127.0.0.1\npassword_file p\n', true],
    ['both', `${open}password_file p\n`, false],
    [
      'a password file, where the CN of a header is the name',
      `listener 1884 127.0.0.1\nenable_proxy_protocol 2\nrequire_certificate true\nuse_identity_as_username true\npassword_file p\n`,
      false,
    ],
    ['a plugin', 'listener 1884 127.0.0.1\nplugin /x.so\n', true],
    ['nobody at all', 'listener 1884 127.0.0.1\nallow_anonymous false\n', false],
    ["RabbitMQ's own users", 'mqtt.listeners.tcp.1 = 127.0.0.1:1884\nmqtt.allow_anonymous = false\n', true],
  ])('%s', (_, broker, is) => {
    expect(needed(broker)).toBe(is)
  })

  test('a refusal by name is told from others', () => {
    const seen = { client: undefined, sight: undefined, ms: 1 }
    const connack = (code: number) => ({
      ...seen,
      connect: { outcome: 'connack' as const, connack: code, detail: undefined },
      whole: undefined,
    })
    expect([4, 5, 134, 135].map((code) => refusedForLogin(connack(code)))).toEqual([true, true, true, true])
    expect([1, 2, 3, 128, 136].some((code) => refusedForLogin(connack(code)))).toBe(false)
    const whole = (detail: string) => ({ ...seen, connect: undefined, whole: { ok: false, detail } })
    expect(refusedForLogin(whole('Connection refused: Not authorized'))).toBe(true)
    expect(refusedForLogin(whole('Connection refused: Bad username or password'))).toBe(true)
    expect(refusedForLogin(whole('Connection refused: bad user name or password'))).toBe(true)
    expect(refusedForLogin(whole('it said: Connection refused: Not authorized'))).toBe(false)
    expect(refusedForLogin({ ...seen, connect: undefined, whole: undefined })).toBe(false)
    expect(refusedForLogin({ ...whole('Connection refused: Not authorized'), whole: { ok: true, detail: '' } })).toBe(
      false,
    )
    expect(refusedForLogin({ ...connack(5), connect: { outcome: 'closed', connack: 5, detail: undefined } })).toBe(
      false,
    )
    expect(refusedForLogin(whole('the connection was closed before a CONNACK'))).toBe(false)
  })
})

test('a fault of the machine is told from one of the files', () => {
  const fault = (code: `MP-${string}`, message: string, exit: 1 | 2 | 3 = EXIT.environment) =>
    new Fault(code, message, { exit })
  expect(isEnvironment(fault('MP-PORT-TAKEN', 'taken'), false)).toBe(true)
  expect(isEnvironment(fault('MP-PORT-TAKEN', 'taken'), true)).toBe(false)
  expect(isEnvironment(fault('MP-BROKER-START', 'mosquitto did not start: Error: Invalid bridge'), false)).toBe(false)
  expect(
    isEnvironment(fault('MP-BROKER-START', 'mosquitto did not start: Error: No space left on device'), false),
  ).toBe(true)
  expect(isEnvironment(fault('MP-HAPROXY-CONFIG', 'unknown keyword'), false)).toBe(false)
  // Two programs that want one port are what the files say.
  expect(isEnvironment(fault('MP-BROKER-START', 'Address already in use'), false)).toBe(true)
  expect(isEnvironment(fault('MP-BROKER-START', 'Address already in use'), true)).toBe(false)
  const hinted = new Fault('MP-HAPROXY-CONFIG', 'no start', { exit: EXIT.wrong, hints: ['Too many open files'] })
  expect(isEnvironment(hinted, false)).toBe(true)
  expect(isEnvironment(fault('MP-TOOL-MISSING', 'there is no haproxy'), false)).toBe(true)
  expect(isEnvironment(fault('MP-TOOL-MISSING', 'there is no haproxy', EXIT.wrong), false)).toBe(false)
  expect(
    isEnvironment(fault('MP-BROKER-LACKS', "The 'plugin' option is not supported by the embedded broker."), false),
  ).toBe(true)
  expect(isEnvironment(fault('MP-BROKER-CONFIG', 'Unknown configuration variable', EXIT.wrong), false)).toBe(false)
})

test("groups of one's own files are named by their ids, numbers, and rows that no table has", () => {
  expect(ownNames(['4/idle-session', 'no-route', 'proxy/health-checks'])).toEqual([
    { id: 'proxy', rows: new Set(['idle-session', 'health-checks']) },
    { id: 'no-route', rows: undefined },
  ])
})
