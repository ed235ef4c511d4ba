import { describe, expect, test } from 'vitest'
import { modelOf } from '../../src/check/model.js'
import { ownRows, rowsHere } from '../../src/check/own-rows.js'
import { findScenario } from '../../src/scenarios/find.js'
import { defaults, haproxyText, pairOf, wayOf } from './pairs.js'

const two = 'allow_anonymous true\nlistener 1884 127.0.0.1\nlistener 1885 127.0.0.1\n'

function rowsOf(front: string, mosquitto = two) {
  const haproxy = `${defaults}frontend f\n    bind ${front}\n    default_backend first\nbackend first\n    server s 127.0.0.1:1884\nbackend second\n    server s 127.0.0.1:1885\n`
  const pair = pairOf(haproxy, mosquitto)
  return ownRows(modelOf(pair), wayOf(pair))
}

const field = (name: string) => `req.payload(0,0),mqtt_field_value(connect,${name})`

describe('a client that a rule names is asserted to land in its backend', () => {
  test.each([
    ['a username', `{ ${field('username')} u1 }`, { username: 'u1' }],
    ['one of several', `{ ${field('username')} -i a b }`, { username: 'a' }],
    ['the beginning of a client id', `{ ${field('client_identifier')} -m beg dev- }`, { clientId: 'dev-1' }],
    ['any username', `{ ${field('username')} -m found }`, { username: 'check-somebody' }],
    ['a version', `{ ${field('protocol_version')} 5 }`, { mqtt: '5.0' }],
    [
      'two facts',
      `{ ${field('username')} u } { ${field('client_identifier')} -m end x }`,
      { username: 'u', clientId: '1x' },
    ],
    ['an alternative', `{ always_false } || { ${field('username')} u2 }`, { username: 'u2' }],
  ])('%s', (_, condition, client) => {
    const rows = rowsOf(`*:1883\n    use_backend second if ${condition}`)
    expect(rows.find((row) => row.id === 'route-1-second')?.attempt).toMatchObject({
      kind: 'route',
      backend: 'second',
      served: true,
      ...client,
    })
  })

  test('an ACL with a name, also of several lines', () => {
    const rows = rowsOf(
      `*:1883\n    acl mine ${field('username')} x\n    acl mine ${field('username')} y\n    use_backend second if mine`,
    )
    expect(rows.map((row) => row.id)).toContain('route-1-second')
  })

  test('the name of the server, behind a bind that ends TLS', () => {
    const rows = rowsOf('*:8883 ssl crt /c/\n    use_backend second if { ssl_fc_sni -i iot.example }')
    expect(rows.find((row) => row.id === 'route-1-second')?.attempt).toMatchObject({ serverName: 'iot.example' })
  })

  test.each([
    ['nobody can be made for it', `{ ${field('username')} -m reg ^a }`],
    ['a file is asked', `{ ${field('username')} -f users.lst }`],
    ['an address is asked', '{ src 10.0.0.0/8 }'],
    ['it holds for everybody', `{ ${field('protocol_name')} MQTT }`],
  ])('no row where %s', (_, condition) => {
    expect(rowsOf(`*:1883\n    use_backend second if ${condition}`).map((row) => row.id)).not.toContain(
      'route-1-second',
    )
  })

  test('a rule above that takes the same client makes the lower one undecided', () => {
    const same = `{ ${field('username')} u1 }`
    const rows = rowsOf(`*:1883\n    use_backend first if ${same}\n    use_backend second if ${same}`)
    expect(rows.flatMap((row) => (row.attempt.kind === 'route' ? [row.attempt.backend] : []))).toEqual(['first'])
  })
})

describe('health checks', () => {
  const listen = (servers: string) => `${defaults}listen m\n    bind *:1883\n${servers}`
  const health = (haproxy: string) => {
    const pair = pairOf(haproxy, two)
    return ownRows(modelOf(pair), wayOf(pair)).find((row) => row.attempt.kind === 'health')?.attempt
  }

  test('are asked of every server of the way that has one', () => {
    expect(health(listen('    server a 127.0.0.1:1884 check inter 1s\n    server b 127.0.0.1:1885\n'))).toMatchObject({
      servers: [{ backend: 'm', server: 'a' }],
      all: false,
    })
  })

  test('are not asked of a server that no given file describes', () => {
    expect(health(listen('    server a 127.0.0.1:1884 check\n    server b 10.9.9.9:1884 check\n'))).toMatchObject({
      servers: [{ backend: 'm', server: 'a' }],
    })
    expect(health(listen('    server a 127.0.0.1:1884\n'))).toBeUndefined()
  })

  test('a long interval gets the time it takes', () => {
    const slow = health(listen('    server a 127.0.0.1:1884 check inter 10s\n'))
    expect(slow?.kind === 'health' && slow.withinMs).toBeGreaterThan(20_000)
  })
})

describe('a revoked certificate', () => {
  const rows = findScenario('mtls').outcomes
  const wayWith = (words: string) =>
    wayOf(pairOf(haproxyText({ bind: `*:8883 ssl crt /s verify required ${words}` }), two))

  test('is tried where the bind reads a list, and nowhere else', () => {
    expect(rowsHere(rows, wayWith('ca-file /a crl-file /c'))).toEqual(rows)
    for (const way of [wayWith('ca-file /a'), undefined]) {
      expect(rowsHere(rows, way)).toEqual(rows.filter(({ id }) => id !== 'revoked-certificate'))
    }
    expect(rows.map(({ id }) => id)).toContain('revoked-certificate')
  })
})
