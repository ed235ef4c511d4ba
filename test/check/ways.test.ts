import { describe, expect, test } from 'vitest'
import { modelOf } from '../../src/check/model.js'
import { innerBind, usualClient, waysOf } from '../../src/check/ways.js'
import { formatEndpoint } from '../../src/kernel/address.js'
import type { ClientNeed } from '../../src/path/model.js'
import { defaults, pairOf, wayOf } from './pairs.js'

const broker = 'allow_anonymous true\nlistener 1884 127.0.0.1\nlistener 1885 127.0.0.1\n'
const waysIn = (haproxy: string) => waysOf(modelOf(pairOf(haproxy, broker)))

/** `*:1883 to 127.0.0.1:1884` for each way that ends at a listener. */
const said = (haproxy: string) =>
  waysIn(haproxy).map(
    ({ endpoint, listener }) =>
      `${formatEndpoint(endpoint)} to ${listener === undefined ? 'none' : formatEndpoint(listener.endpoint)}`,
  )

const username = (name: string) => `{ req.payload(0,0),mqtt_field_value(connect,username) ${name} }`
const routed = (rules: readonly string[], bind = '*:1883') =>
  `${defaults}frontend f
    bind ${bind}
${rules.map((rule) => `    ${rule}\n`).join('')}backend first
    server s 127.0.0.1:1884
backend second
    server s 127.0.0.1:1885
backend gone
    server s 127.0.0.1:1999
backend mixed
    server a 127.0.0.1:1999
    server b 127.0.0.1:1885
`

describe('where a client goes that no rule knows by its name', () => {
  test.each<[string, string[], string]>([
    ['one backend', ['default_backend first'], '127.0.0.1:1884'],
    ['a rule for everybody', ['use_backend second if { always_true }', 'default_backend first'], '127.0.0.1:1885'],
    ['a rule without a condition', ['use_backend second', 'default_backend first'], '127.0.0.1:1885'],
    ['a rule for nobody', ['use_backend second if { always_false }', 'default_backend first'], '127.0.0.1:1884'],
    ['a rule for another', [`use_backend second if ${username('bob')}`, 'default_backend first'], '127.0.0.1:1884'],
    ['the first of two', ['use_backend second if TRUE', 'use_backend first if TRUE'], '127.0.0.1:1885'],
    ['an address of others', ['use_backend second if { src 10.0.0.0/8 }', 'default_backend first'], '127.0.0.1:1884'],
    [
      'an address of others that leads nowhere',
      ['use_backend gone if { src 10.0.0.0/8 }', 'default_backend first'],
      '127.0.0.1:1884',
    ],
    [
      'a rule for everybody that leads nowhere',
      ['use_backend gone if { always_true }', 'default_backend first'],
      'none',
    ],
    ['a default that leads nowhere', [`use_backend second if ${username('bob')}`, 'default_backend gone'], 'none'],
    ['only rules for others', [`use_backend second if ${username('bob')}`], '127.0.0.1:1885'],
    [
      'only rules for others, the first of which leads nowhere',
      [`use_backend gone if ${username('eve')}`, `use_backend second if ${username('bob')}`],
      '127.0.0.1:1885',
    ],
    ['only a rule for others that leads nowhere', [`use_backend gone if ${username('eve')}`], 'none'],
    ['the server that a listener is behind', ['default_backend mixed'], '127.0.0.1:1885'],
  ])('%s', (_, rules, to) => {
    expect(said(routed(rules))).toEqual([`*:1883 to ${to}`])
  })

  test('each address of a bind is a way of its own, told apart by its port', () => {
    const rules = ['use_backend second if { dst_port 1993 }', 'default_backend first']
    expect(said(routed(rules, '*:1883,*:1993'))).toEqual(['*:1883 to 127.0.0.1:1884', '*:1993 to 127.0.0.1:1885'])
  })

  test('what is no address is no way', () => {
    expect(said(routed(['default_backend first'], 'fd@3'))).toEqual([])
    expect(said(routed(['default_backend first'], '/run/m.sock'))).toEqual(['/run/m.sock to 127.0.0.1:1884'])
  })

  test('each bind has the paths that begin there', () => {
    const ways = waysIn(routed(['bind *:1993', 'default_backend mixed']))
    expect(ways.map(({ paths }) => paths.length)).toEqual([2, 2])
    expect(ways.every(({ entry, paths }) => paths.every((path) => path.entry?.bind === entry.bind))).toBe(true)
  })
})

describe('a client as check has it', () => {
  const facts = (client: Partial<ClientNeed> | undefined) => {
    const { path } = wayOf(pairOf(routed(['default_backend first']), broker))
    if (path.client === undefined) throw new Error('nothing is known of the client')
    const changed = { ...path, client: client === undefined ? undefined : { ...path.client, ...client } }
    return usualClient(changed, { kind: 'tcp', host: undefined, port: 1883 })
  }

  test.each([
    [{ protocol: 'websocket' }, 'websocket'],
    [{ protocol: 'mqtt' }, 'mqtt'],
    [{ protocol: 'unknown' }, 'mqtt'],
    [undefined, 'mqtt'],
  ] as const)('needing %j it speaks %s', (client, protocol) => {
    expect(facts(client).protocol).toBe(protocol)
  })

  test.each([
    [{ tls: 'none' }, false],
    [{ tls: 'here' }, false],
    [{ tls: 'inner' }, true],
    [{ tls: 'through' }, true],
    [undefined, false],
  ] as const)('needing %j, HAProxy sees TLS and nothing in it: %s', (client, encrypted) => {
    expect(facts(client).encrypted).toBe(encrypted)
  })

  test('its port is known where the bind has one', () => {
    const { path } = wayOf(pairOf(routed(['default_backend first']), broker))
    expect(usualClient(path, { kind: 'tcp', host: undefined, port: 1883 }).port).toBe(1883)
    expect(usualClient(path, { kind: 'tcp', host: undefined, port: 1883, endPort: 1890 }).port).toBeUndefined()
    expect(usualClient(path, { kind: 'unix', path: '/run/m.sock' }).port).toBeUndefined()
  })
})

describe('what is beside MQTT', () => {
  const page = (line: string) =>
    `${defaults}listen page\n    mode http\n    bind *:8404\n    ${line}\n    server x 127.0.0.1:1884\n`

  test.each([
    'stats enable',
    'stats uri /stats',
    'http-request use-service prometheus-exporter if { path /metrics }',
    'tcp-request session attach-srv b/s',
  ])('is no way: %s', (line) => {
    expect(waysIn(page(line))).toEqual([])
  })

  test.each([
    'stats refresh 5s',
    'stats realm enable',
    'http-request set-header use-service x',
    'http-request deny if { path uri }',
  ])('does not make it so: %s', (line) => {
    expect(waysIn(page(line)).map((one) => one.entry.proxy.name)).toEqual(['page'])
  })

  test('a web site is a way only where there is nothing else', () => {
    const site = 'listen site\n    mode http\n    bind *:8080\n    server w 127.0.0.1:8081\n'
    const names = (text: string) => waysIn(text).map((one) => one.entry.proxy.name)
    expect(names(`${defaults}${site}`)).toEqual(['site'])
    expect(names(`${defaults}${site}listen m\n    bind *:1883\n    server s 127.0.0.1:1884\n`)).toEqual(['m'])
  })
})

describe('the second bind on the way', () => {
  const edge = `${defaults}listen edge\n    bind *:1883\n    server n 127.0.0.1:1900\n`
  const inner = 'listen inner\n    bind 127.0.0.1:1900\n    server s 127.0.0.1:1884\n'

  test('is that of the same process, or none', () => {
    const name = (text: string) => innerBind(modelOf(pairOf(text, broker)))?.proxy.name
    expect(name(`${edge}${inner}`)).toBe('inner')
    expect(name(routed(['default_backend first']))).toBeUndefined()
  })

  test('is that of the second process where there are two', () => {
    const within = `listen within\n    bind *:1893\n    server w 127.0.0.1:1901\nlisten loop\n    bind 127.0.0.1:1901\n    server s 127.0.0.1:1884\n`
    const pair = pairOf(`${edge}${within}`, broker)
    const second = pairOf(`${defaults}${inner}`, broker)
    const both = { ...pair, haproxy: [...pair.haproxy, ...second.haproxy] }
    expect(innerBind(modelOf(both))?.proxy.name).toBe('inner')
  })
})
