import { describe, expect, test } from 'vitest'
import { modelOf } from '../../src/check/model.js'
import { routeRows } from '../../src/check/route-rows.js'
import { defaults, pairOf, wayOf } from './pairs.js'

const broker = 'allow_anonymous true\nlistener 1884 127.0.0.1\nlistener 1885 127.0.0.1\n'
const field = (name: string) => `req.payload(0,0),mqtt_field_value(connect,${name})`
const tls = '*:8883 ssl crt /c/'

function rowsOf(rules: readonly string[], bind = '*:1883') {
  const lines = rules.map((rule) => `    ${rule}\n`).join('')
  const haproxy = `${defaults}frontend f\n    bind ${bind}\n${lines}    default_backend first\nbackend first\n    server s 127.0.0.1:1884\nbackend second\n    server s 127.0.0.1:1885\nbackend gone\n    server s 127.0.0.1:1999\n`
  const pair = pairOf(haproxy, broker)
  return routeRows(modelOf(pair), wayOf(pair))
}
const second = (condition: string, bind?: string) => rowsOf([`use_backend second if ${condition}`], bind)
const usual = { kind: 'route', backend: 'second', served: true, mqtt: '3.1.1' }

describe('a client that a rule asks for', () => {
  test.each<[string, string, Record<string, string>, string | undefined]>([
    [`{ ${field('username')} u1 }`, 'with username u1', { username: 'u1' }, undefined],
    [`{ ${field('client_identifier')} dev }`, 'with client id dev', { clientId: 'dev' }, undefined],
    [`{ ${field('client_identifier')} -m beg dev }`, 'with client id dev1', { clientId: 'dev1' }, undefined],
    [`{ ${field('username')} -m end @a }`, 'with username 1@a', { username: '1@a' }, undefined],
    [`{ ${field('username')} -m sub mid }`, 'with username mid', { username: 'mid' }, undefined],
    [`{ ${field('protocol_version')} 5 }`, 'of MQTT 5.0', { mqtt: '5.0' }, undefined],
    ['{ ssl_fc_sni iot.example }', 'that asks for iot.example (SNI)', { serverName: 'iot.example' }, tls],
    ['{ ssl_fc_sni 10.0.0.1 bad_name a-1.b }', 'that asks for a-1.b (SNI)', { serverName: 'a-1.b' }, tls],
    ['{ ssl_fc_sni 4you.example }', 'that asks for 4you.example (SNI)', { serverName: '4you.example' }, tls],
    ['{ ssl_fc_sni iot.zone1 }', 'that asks for iot.zone1 (SNI)', { serverName: 'iot.zone1' }, tls],
    ['{ ssl_fc_sni a..b .c d. e }', 'that asks for e (SNI)', { serverName: 'e' }, tls],
    [
      `{ ${field('username')} u } { ${field('protocol_version')} 5 }`,
      'with username u and of MQTT 5.0',
      { username: 'u', mqtt: '5.0' },
      undefined,
    ],
    [
      `{ ${field('username')} u } !{ ${field('client_identifier')} z }`,
      'with username u',
      { username: 'u' },
      undefined,
    ],
    [
      `!{ ${field('client_identifier')} z } { ${field('username')} u }`,
      'with username u',
      { username: 'u' },
      undefined,
    ],
    [
      `{ ${field('protocol_version')} 3 } || { ${field('username')} b }`,
      'with username b',
      { username: 'b' },
      undefined,
    ],
  ])('%s', (condition, who, attempt, bind) => {
    expect(second(condition, bind).map(({ id, title, attempt: made }) => ({ id, title, made }))).toEqual([
      {
        id: 'route-1-second',
        title: `a client ${who} is sent to backend second`,
        made: { ...usual, ...attempt },
      },
    ])
  })

  test('is accepted there, and it is said whether a listener is behind', () => {
    const [row] = rowsOf([`use_backend gone if { ${field('username')} u }`])
    expect(row?.attempt).toMatchObject({ backend: 'gone', served: false, username: 'u' })
    expect(row?.expect).toEqual({ outcome: 'accepted' })
  })
})

test.each<[string, string, string?]>([
  ['every client is meant', '{ always_true }'],
  ['every client of ours is meant', `{ ${field('protocol_version')} 4 }`],
  ['no client can be meant', '{ always_false }'],
  ['an older version is meant', `{ ${field('protocol_version')} 3 }`],
  ['those without something are meant', `!{ ${field('client_identifier')} check-client }`],
  ['a password is asked', `{ ${field('password')} secret }`],
  ['an expression is asked', `{ ${field('username')} -m reg ^a }`],
  ['the name of a server is an address', '{ ssl_fc_sni 10.0.0.1 }', tls],
  ['the name of a server cannot be one', '{ ssl_fc_sni a_b }', tls],
  ['a client without TLS names no server', '{ req.ssl_sni iot.example }'],
  ['another fact of TLS is asked', '{ ssl_fc_sni_of a.example }', tls],
  ['an address has to fit as well', `{ ${field('username')} u } { src 10.0.0.0/8 }`],
  ['two names at once are asked', `{ ${field('username')} u } { ${field('username')} v }`],
])('there is no such client where %s', (_, condition, bind) => {
  expect(second(condition, bind)).toEqual([])
})

test('a rule with unless names nobody', () => {
  expect(rowsOf([`use_backend second unless { ${field('username')} u }`])).toEqual([])
})

describe('rules above', () => {
  const user = (name: string, backend = 'second') => `use_backend ${backend} if { ${field('username')} ${name} }`
  const ids = (rules: readonly string[]) => rowsOf(rules).map(({ id }) => id)

  test.each<[string, string[], string[]]>([
    ['for another client', [user('a', 'first'), user('b')], ['route-1-first', 'route-2-second']],
    ['for the same client', [user('a', 'first'), user('a')], ['route-1-first']],
    ['for the same client and more', [user('a', 'first'), user('a b')], ['route-1-first', 'route-2-second']],
    ['for everybody', ['use_backend first if { always_true }', user('a')], []],
    ['without a condition', ['use_backend first', user('a')], []],
    ['for nobody', ['use_backend first if { always_false }', user('a')], ['route-2-second']],
    ['for an address', ['use_backend first if { src 10.0.0.0/8 }', user('a')], []],
    ['below', [user('a'), 'use_backend first if { src 10.0.0.0/8 }'], ['route-1-second']],
  ])('%s', (_, rules, expected) => {
    expect(ids(rules)).toEqual(expected)
  })

  test('stand in the order of the frontend, whatever that of the backends', () => {
    expect(ids([user('a', 'gone'), user('b'), user('c', 'first')])).toEqual([
      'route-1-gone',
      'route-2-second',
      'route-3-first',
    ])
  })
})
