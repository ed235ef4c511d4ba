import { describe, expect, test } from 'vitest'
import { inferScenario } from '../../src/check/infer.js'
import { modelOf } from '../../src/check/model.js'
import { waysOf } from '../../src/check/ways.js'
import { defaults, haproxyText, pairOf, strictListener, wayOf } from './pairs.js'

function inferred(haproxy: string, broker: string) {
  const pair = pairOf(haproxy, broker)
  const way = wayOf(pair)
  if (way.listener === undefined) throw new Error('it reaches no listener')
  return inferScenario(pair, way, way.listener)
}

const open = 'listener 1884 127.0.0.1\nallow_anonymous true\n'
const v2 = `${open}enable_proxy_protocol 2\n`
const sawOf = (one: ReturnType<typeof inferred>, id = 'connect-3.1.1') => {
  const expect = one.scenario.outcomes.find((row) => row.id === id)?.expect
  return expect !== undefined && 'saw' in expect ? expect.saw : expect
}

test.each([
  ['tcp', '*:1883', '127.0.0.1:1884', open],
  ['tls', '*:8883 ssl crt /c/', '127.0.0.1:1884', open],
  ['mtls', '*:8883 ssl crt /c/ verify required ca-file /ca', '127.0.0.1:1884', open],
  ['proxy', '*:1883', '127.0.0.1:1884 send-proxy-v2', v2],
  ['proxy-v1', '*:1883', '127.0.0.1:1884 send-proxy', `${open}enable_proxy_protocol 1\n`],
  [
    'proxy-mtls-cn',
    '*:8883 ssl crt /c/ verify required ca-file /ca',
    '127.0.0.1:1884 send-proxy-v2-ssl-cn',
    strictListener,
  ],
])('%s is recognised from what the files do', (id, bind, server, mosquitto) => {
  expect(inferred(haproxyText({ bind, server }), mosquitto).scenario.id).toBe(id)
})

test('a header that is sent and not read, or read and not sent, is meant', () => {
  const sent = inferred(haproxyText({ bind: '*:1883', server: '127.0.0.1:1884 send-proxy-v2' }), open)
  expect(sent.scenario.id).toBe('proxy')
  const read = inferred(haproxyText({ bind: '*:1883', server: '127.0.0.1:1884' }), v2)
  expect(read.scenario.id).toBe('proxy')
  expect(read.assumed).toEqual([expect.stringContaining('HAProxy is meant to send one')])
})

test('what the broker insists on has to come from HAProxy, and clients speak what the bind wants', () => {
  const { scenario } = inferred(
    haproxyText({ bind: '*:8883 ssl crt /c/', server: '127.0.0.1:1884 send-proxy-v2' }),
    strictListener,
  )
  expect([scenario.client, scenario.header, scenario.enforces.cnAsUsername]).toEqual(['tls', 'v2-ssl-cn', true])
})

test('an SSL TLV behind a bind without TLS tells no more than v2', () => {
  const text = haproxyText({ bind: '*:1883', server: '127.0.0.1:1884 send-proxy-v2-ssl' })
  expect(inferred(text, v2).scenario.header).toBe('v2')
})

test('a bind without TLS before a listener that insists on it: its clients are to be refused', () => {
  const text = haproxyText({ bind: '*:1883', server: '127.0.0.1:1884 send-proxy-v2-ssl' })
  const { scenario } = inferred(text, `${v2}proxy_protocol_v2_require_tls true\n`)
  const connects = scenario.outcomes.filter((row) => row.attempt.kind === 'connect' && row.attempt.to === 'frontend')
  expect(new Set(connects.map((row) => row.expect.outcome))).toEqual(new Set(['refused']))
  expect(scenario.client).toBe('as-is')
})

test('where the TLS facts are not even sent everybody is refused, which nobody can have meant', () => {
  const text = haproxyText({ bind: '*:1883', server: '127.0.0.1:1884 send-proxy-v2' })
  const { scenario } = inferred(text, `${v2}proxy_protocol_v2_require_tls true\n`)
  expect(scenario.outcomes.find((row) => row.id === 'connect-3.1.1')?.expect.outcome).toBe('accepted')
})

test('a combination that is in no table has its own expectations', () => {
  const { scenario } = inferred(haproxyText({ bind: '*:8883 ssl crt /c/', server: '127.0.0.1:1884 send-proxy-v2' }), v2)
  expect([scenario.client, scenario.header, scenario.number]).toEqual(['tls', 'v2', undefined])
  expect(scenario.outcomes.map((row) => row.id)).toContain('plain-client')
})

describe('expectations follow the kind of the broker', () => {
  const cfg = (send: string, bind = '*:1883') =>
    `${defaults}listen mqtt\n    bind ${bind}\n    server v 127.0.0.1:1884 ${send}\n`
  const vernemq = 'listener.tcp.a = 127.0.0.1:1884\nlistener.tcp.a.proxy_protocol = on\nallow_anonymous = on\n'

  test.each([
    ['VerneMQ', vernemq],
    ['RabbitMQ', 'mqtt.listeners.tcp.1 = 127.0.0.1:1884\nmqtt.proxy_protocol = true\n'],
  ])('%s reads both versions: neither is refused', (_, conf) => {
    const ids = inferred(cfg('send-proxy-v2'), conf).scenario.outcomes.map((row) => row.id)
    expect(ids).toContain('direct-without-header')
    expect(ids).not.toContain('wrong-version')
  })

  test('Mosquitto reads the one it is set to', () => {
    const ids = inferred(cfg('send-proxy-v2'), v2).scenario.outcomes.map((row) => row.id)
    expect(ids).toContain('wrong-version')
  })

  test('VerneMQ takes the CN of a header without being told to', () => {
    const one = inferred(cfg('send-proxy-v2-ssl-cn', '*:8883 ssl crt /c/ verify required ca-file /ca'), vernemq)
    expect(sawOf(one)).toMatchObject({ username: 'alice' })
    expect(sawOf(one, 'certificate-without-cn')).toMatchObject({ username: null })
  })
})

describe('the address that the broker sees', () => {
  const listen = (bind: string, server: string) => `${defaults}listen m\n    bind ${bind}\n    server s ${server}\n`
  test.each([
    ['of the client, in a header', listen('*:1883', '127.0.0.1:1884 send-proxy-v2'), 'client'],
    [
      'claimed by the header that clients bring',
      listen('*:1883 accept-proxy', '127.0.0.1:1884 send-proxy-v2'),
      'client',
    ],
    [
      'of the hop before, where the inner bind reads no header',
      `${listen('*:1883', '127.0.0.1:1900')}listen n\n    bind 127.0.0.1:1900\n    server s 127.0.0.1:1884 send-proxy-v2\n`,
      'haproxy',
    ],
    ['none behind a unix socket', listen('/run/mqtt.sock', '127.0.0.1:1884 send-proxy-v2'), 'haproxy'],
  ])('%s', (_, haproxy, address) => {
    expect(sawOf(inferred(haproxy, v2))).toMatchObject({ address })
  })
})

test('every way in is found; statistics pages, inner binds and what is beside MQTT are none', () => {
  const more =
    'listen stats\n    bind *:8404\n    mode http\n    stats enable\n    server x 127.0.0.1:1\nfrontend plain\n    bind *:1883,[::1]:1883\n    default_backend brokers\nlisten dash\n    bind *:18083\n    server d 127.0.0.1:18084\n'
  const ways = waysOf(modelOf(pairOf(haproxyText({ more }), strictListener)))
  expect(ways.map((one) => one.entry.proxy.name)).toEqual(['plain', 'plain', 'mqtt'])
})

describe('whom TLS of the listener makes a client', () => {
  const own = `listener 8884 127.0.0.1
cafile ca.crt
certfile s.crt
keyfile s.key
allow_anonymous true
require_certificate true
`
  const passed = `${defaults}listen mqtt\n    bind *:8883\n    server b 127.0.0.1:8884\n`
  test.each([
    ['', null],
    ['use_identity_as_username true\n', 'alice'],
    ['use_subject_as_username true\n', undefined],
  ])('behind TLS that passes through, with "%s": %s', (line, username) => {
    const pair = pairOf(passed, `${own}${line}`)
    const way = wayOf(pair)
    if (way.listener === undefined) throw new Error('no listener')
    const { scenario } = inferScenario(pair, way, way.listener)
    const row = scenario.outcomes.find((one) => one.id === 'connect-3.1.1')
    expect(row?.expect).toMatchObject({ outcome: 'accepted', saw: { address: 'haproxy' } })
    expect(row?.expect.outcome === 'accepted' ? row.expect.saw?.username : 'refused').toBe(username)
  })
})
