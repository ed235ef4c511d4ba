import { describe, expect, it } from 'vitest'
import { arrivalOf } from '../../src/path/arrival.js'
import { kinds, paths } from './read.js'

const broker = 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n'
const strict = `${broker}require_certificate true\nuse_identity_as_username true\n`
const mtls = 'ssl crt s.pem ca-file ca.pem verify required'

describe('who comes in where', () => {
  it('a bind that another hop reaches is no entry, in one file and in two', () => {
    const edge = 'frontend e\n bind *:1883\n default_backend i\nbackend i\n server s 127.0.0.1:9883 send-proxy-v2\n'
    const inner = 'listen n\n bind 127.0.0.1:9883 accept-proxy\n server b 127.0.0.1:1884 send-proxy-v2\n'
    for (const files of [[edge + inner], [edge, inner]]) {
      const { topology, paths: ways, mismatches } = paths(files, broker)
      expect(topology.entries.map((one) => one.proxy.name)).toEqual(['e'])
      expect(topology.inner.map((one) => one.proxy.name)).toEqual(['n'])
      expect(ways.map((one) => [one.entry?.proxy.name, one.legs.length, one.end.kind])).toEqual([['e', 2, 'listener']])
      expect(mismatches).toEqual([])
    }
  })

  it.each([
    ['*:1883', 'no', 'none', 'none'],
    ['*:1883 accept-proxy', 'always', 'none', 'none'],
    ['*:8883 ssl crt s.pem', 'no', 'here', 'none'],
    [`*:8883 ${mtls} accept-proxy`, 'always', 'here', 'required'],
    ['*:8883 ssl crt s.pem ca-file ca.pem verify optional', 'no', 'here', 'optional'],
  ])('a client of bind %s brings a header: %s, TLS: %s, a certificate: %s', (bind, header, tls, certificate) => {
    const { paths: ways } = paths([`listen m\n bind ${bind}\n server b 127.0.0.1:1884 send-proxy-v2\n`], broker)
    expect(ways.map((one) => one.client)).toEqual([{ header, tls, certificate, protocol: 'mqtt' }])
  })

  it("TLS that no bind ends is the listener's, with its demands", () => {
    const text =
      'listener 8884 127.0.0.1\ncertfile c\nkeyfile k\ncafile a\nrequire_certificate true\nallow_anonymous true\n'
    const { paths: ways, mismatches } = paths(['listen m\n bind *:8883\n server b 127.0.0.1:8884\n'], text)
    expect(ways[0]?.client).toEqual({ header: 'no', tls: 'through', certificate: 'required', protocol: 'mqtt' })
    expect(mismatches).toEqual([])
  })

  it('expect-proxy makes a header for some', () => {
    const rule = ' tcp-request connection expect-proxy layer4 if { src 10.0.0.0/8 }\n'
    const { topology } = paths([`listen m\n bind *:1883\n${rule} server b 127.0.0.1:1884 send-proxy-v2\n`], broker)
    expect(topology.entries.map((one) => one.wantsHeader)).toEqual(['some'])
  })

  it('of binds that only reach each other the first is an entry', () => {
    const text =
      'listen a\n bind 127.0.0.1:1001\n server s 127.0.0.1:1002\nlisten b\n bind 127.0.0.1:1002\n server s 127.0.0.1:1001\n'
    const { topology, paths: ways } = paths([text])
    expect(topology.entries.map((one) => one.proxy.name)).toEqual(['a'])
    expect(ways.map((one) => one.end.kind)).toEqual(['loop'])
  })
})

describe('where a server leads', () => {
  const end = (server: string, listener: string) =>
    paths([`listen m\n bind *:1883\n server b ${server}\n`], `${listener}\nallow_anonymous true\n`).paths[0]?.end.kind

  it.each([
    ['127.0.0.1:1884', 'listener 1884 127.0.0.1', 'listener'],
    ['127.0.0.1:1884', 'listener 1884', 'listener'],
    ['127.0.0.1:1885', 'listener 1884 127.0.0.1', 'nowhere'],
    ['127.0.0.1:1884', 'listener 1884 ::', 'nowhere'],
    ['[::1]:1884', 'listener 1884 0.0.0.0', 'nowhere'],
    ['[0:0:0:0:0:0:0:1]:1884', 'listener 1884 ::1', 'listener'],
    ['[::1]:1884', 'listener 1884 0:0:0:0:0:0:0:1', 'listener'],
    ['[::1]:1884', 'listener 1884 127.0.0.1', 'nowhere'],
    ['localhost:1884', 'listener 1884 127.0.0.1', 'listener'],
    ['127.0.0.2:1884', 'listener 1884 127.0.0.1', 'nowhere'],
    ['10.0.0.9:1884', 'listener 1884 10.0.0.5', 'elsewhere'],
    ['10.0.0.5:1884', 'listener 1884 10.0.0.5', 'listener'],
    ['10.0.0.9:1884', 'listener 1884 127.0.0.1', 'elsewhere'],
    ['10.0.0.9:1884', 'listener 1884', 'listener'],
    ['broker:1884', 'listener 1884', 'listener'],
    ['broker:1884', 'listener 1884 127.0.0.1', 'elsewhere'],
    ['broker:1885', 'listener 1884', 'elsewhere'],
    ['unix@/run/m.sock', 'listener 0 /run/m.sock', 'listener'],
    ['/run/other.sock', 'listener 0 /run/m.sock', 'nowhere'],
    ['fd@3', 'listener 1884', 'elsewhere'],
  ])('%s with "%s": %s', (server, listener, kind) => {
    expect(end(server, listener)).toBe(kind)
  })

  it('what is elsewhere is said and not judged', () => {
    const model = paths(
      ['listen mqtt\n bind *:1883\n server b 10.0.0.9:1883 send-proxy-v2\n'],
      'listener 1883 10.0.0.5\nallow_anonymous true\n',
    )
    expect(model.mismatches).toEqual([])
    expect(model.unread).toMatchObject([{ what: 'host', name: '10.0.0.9:1883', span: { file: 'h0.cfg', line: 8 } }])
  })

  it('a frontend without a backend has no route, one with a computed name is not read', () => {
    expect(paths(['frontend f\n bind *:1883\n']).paths.map((one) => one.end.kind)).toEqual(['no route'])
    const computed =
      'frontend f\n bind *:1883\n use_backend %[var(txn.b)]\nbackend b\n server s 127.0.0.1:1884 send-proxy-v2\n'
    expect(paths([computed], broker).paths.map((one) => one.end.kind)).toEqual(['unread', 'listener'])
  })
})

describe('what a connection carries', () => {
  const chain = (bind: string, server: string) =>
    paths(
      [
        `frontend e\n bind *:8883 ${mtls}\n default_backend i\nbackend i\n server i 127.0.0.1:9883 send-proxy-v2-ssl-cn\n`,
        `listen n\n bind 127.0.0.1:9883${bind}\n server b 127.0.0.1:1884${server}\n`,
      ],
      strict,
    )

  it('a hop that neither reads nor writes a header passes the first one on, with its CN', () => {
    const model = chain('', '')
    const [path] = model.paths
    const arrival = path && arrivalOf(path)
    expect(arrival?.header).toMatchObject({ version: 2, ssl: 'yes', certificate: 'verified', cn: 'yes' })
    expect(path?.legs[1]?.carried.unreadHeaders).toBe(1)
    expect(model.mismatches).toEqual([])
  })

  it('accept-proxy keeps the address and loses the TLS facts', () => {
    const model = chain(' accept-proxy', ' send-proxy-v2-ssl-cn')
    const [path] = model.paths
    expect(path?.legs[1]?.facts).toEqual({ tls: 'no', certificate: 'none', address: 'client' })
    expect(path && arrivalOf(path)?.header).toMatchObject({ ssl: 'no', cn: 'no', address: 'client' })
    expect(kinds(model)).toEqual(['chain-loses-tls-facts'])
    expect(model.mismatches[0]?.at).toMatchObject({ file: 'h1.cfg', line: 7 })
  })

  it.each([
    ['', ' send-proxy-v2-ssl-cn', ['header-twice']],
    [' accept-proxy', '', ['header-not-sent']],
    [' ssl crt s.pem', ' send-proxy-v2', ['header-before-tls']],
    [' accept-proxy', ' send-proxy', ['header-version']],
  ])('inner bind "%s", inner server "%s": %j', (bind, server, expected) => {
    expect(kinds(chain(bind, server))).toEqual(expected)
  })

  it('each bind of a backend by itself: only the one that asks for nothing is named', () => {
    const text = `listen m\n bind *:1883\n bind *:8884 ssl crt s.pem\n bind *:8883 ${mtls}\n server b 127.0.0.1:1884 send-proxy-v2-ssl-cn\n`
    const { mismatches } = paths([text], strict)
    expect(mismatches.map((one) => [one.kind, one.at.line, one.suffers])).toEqual([
      ['certificate-not-asked', 7, 'every client of this bind'],
      ['certificate-not-asked', 8, 'every client of this bind'],
    ])
  })

  it('nothing is known of clients where no frontend leads to a server', () => {
    const { paths: ways, mismatches } = paths(['backend b\n server b 127.0.0.1:1884 send-proxy-v2-ssl-cn\n'], strict)
    expect(ways.map((one) => [one.entry, one.client, one.legs[0]?.facts.certificate])).toEqual([
      [undefined, undefined, 'unknown'],
    ])
    expect(mismatches).toEqual([])
  })

  it('silence is bounded by the shortest timeout of the way, or by timeout tunnel', () => {
    const idle = (lines: string) =>
      paths([`listen m\n bind *:1883\n${lines} server b 127.0.0.1:1884 send-proxy-v2\n`], broker).paths[0]?.legs[0]
        ?.carried.idleMs
    expect(idle(' timeout client 30s\n')).toBe(30_000)
    expect(idle(' timeout client 30s\n timeout tunnel 1h\n')).toBe(3_600_000)
  })
})

describe('where an address may mean several things', () => {
  const two = [
    'listener 1884\nallow_anonymous true\n',
    'listener 1884\nenable_proxy_protocol 2\nallow_anonymous true\n',
  ]
  const with_ = (server: string) => `listen mqtt\n bind *:1883\n server b broker:1884${server}\n`

  it('a mismatch counts only when each of them has it', () => {
    expect(kinds(paths([with_('')], ...two)).filter((one) => one.startsWith('header'))).toEqual([])
    expect(kinds(paths([with_(' send-proxy')], ...two)).filter((one) => one.startsWith('header'))).toEqual([])
    expect(kinds(paths([with_('')], two[1] ?? '', two[1] ?? '')).filter((one) => one.startsWith('header'))).toEqual([
      'header-not-sent',
    ])
  })
})

it.each([
  ['*', '', ['port-clash']],
  ['*', ' ::', []],
  ['::1', ' 127.0.0.1', []],
  [':::1884 v6only', ' 127.0.0.1', []],
  [':::1884 v4v6', ' 127.0.0.1', ['port-clash']],
])('bind %s and listener%s on one port: %j', (bind, host, expected) => {
  const address = bind.includes('1884') ? bind : `${bind}:1884`
  const server = host === ' ::' ? '[::1]' : '127.0.0.1'
  const text = `listen m\n bind ${address}\n server b ${server}:1884\n`
  const found = kinds(paths([text], `listener 1884${host}\nallow_anonymous true\n`))
  expect(found.filter((one) => one === 'port-clash')).toEqual(expected)
})

it('on a way that cannot work nothing else is said', () => {
  const listener =
    'listener 1884 127.0.0.1\nenable_proxy_protocol 2\ncertfile c\nkeyfile k\nrequire_certificate true\nuse_identity_as_username true\n'
  const model = paths(['listen m\n bind *:8883\n server b 127.0.0.1:1884 send-proxy-v2\n'], listener)
  expect(new Set(kinds(model))).toEqual(new Set(['listener-cannot-be']))
})
