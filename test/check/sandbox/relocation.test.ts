import { describe, expect, test } from 'vitest'
import { plainOptions } from '../../../src/check/sandbox/relocate.js'
import { type AddressSide, Relocation, type SandboxOptions } from '../../../src/check/sandbox/relocation.js'
import type { Span } from '../../../src/config/span.js'
import type { ConfigEndpoint } from '../../../src/kernel/address.js'
import { pairOf } from '../pairs.js'

const span = (file: string, line: number): Span => ({ file, line, column: 1, endLine: line, endColumn: 9 })

interface Given {
  readonly binds?: readonly string[]
  readonly servers?: readonly string[]
  readonly broker?: string
  readonly options?: Partial<SandboxOptions>
}

function relocation({
  binds = ['*:1883'],
  servers = ['127.0.0.1:1884'],
  broker = 'listener 1884\n',
  options,
}: Given = {}) {
  const lines = [...binds.map((one) => `bind ${one}`), ...servers.map((one, at) => `server s${at} ${one}`)]
  const keys: string[] = []
  const portOf = (key: string) => {
    if (!keys.includes(key)) keys.push(key)
    return 40_000 + keys.indexOf(key)
  }
  const pair = pairOf(`listen m\n    mode tcp\n${lines.map((line) => `    ${line}\n`).join('')}`, broker)
  return new Relocation(pair, { ...plainOptions, folder: '/box', ip: 4, ipv6: true, portOf, ...options })
}

const tcp = (host: string | undefined, port: number | undefined, family?: 4 | 6): ConfigEndpoint => ({
  kind: 'tcp',
  host,
  port,
  ...(family !== undefined && { family }),
})
const placed = (moved: Relocation, endpoint: ConfigEndpoint, side: AddressSide) => {
  const at = moved.place(endpoint, side)
  if (at === undefined || 'path' in at) throw new Error('no port')
  return at
}

describe('what met before meets again, and what missed misses', () => {
  const meet = (
    server: string,
    [to, toSide]: [string | undefined, AddressSide],
    at: [string | undefined, AddressSide],
  ) => {
    const moved = relocation({ servers: server === '' ? [] : [server] })
    return placed(moved, tcp(to, 1884), toSide).port === placed(moved, tcp(at[0], 1884), at[1]).port
  }

  test.each<[string, string, string | undefined, string | undefined, boolean]>([
    ['a broker on this machine, at all addresses', '127.0.0.1:1884', '127.0.0.1', undefined, true],
    ['a broker on this machine, at loopback', '127.0.0.1:1884', 'localhost', '127.0.0.1', true],
    ['a broker on this machine, at another address', '127.0.0.1:1884', '127.0.0.1', '10.0.0.9', false],
    ['an address of this machine that the server line does not say', '*:1884', undefined, '127.0.0.1', true],
    ['another machine, from one that has the broker', '127.0.0.1:1884', '10.0.0.9', '127.0.0.1', false],
    ['a broker on another machine, at all addresses', '10.0.0.9:1884', '10.0.0.9', undefined, true],
    ['a broker on another machine, at its address', '10.0.0.9:1884', '10.0.0.9', '10.0.0.9', true],
    ['a broker on another machine, at its loopback', '10.0.0.9:1884', '10.0.0.9', '127.0.0.1', false],
    ['loopback of HAProxy, the broker being elsewhere', '10.0.0.9:1884', '127.0.0.1', '127.0.0.1', false],
    ['loopback, where there is no server', '', '127.0.0.1', undefined, true],
    ['another address, where there is no server', '', '10.0.0.9', undefined, false],
    ['loopback, where there is only a socket', '/run/b.sock', '127.0.0.1', undefined, true],
  ])('%s', (_, server, to, at, is) => {
    expect(meet(server, [to, 'server'], [at, 'broker'])).toBe(is)
  })

  test('one server at loopback is enough for the broker to be here', () => {
    const moved = relocation({ servers: ['10.0.0.9:1884', '127.0.0.1:1884'] })
    expect(placed(moved, tcp('127.0.0.1', 1884), 'server')).toEqual(placed(moved, tcp(undefined, 1884), 'broker'))
  })

  test.each([
    ['127.0.0.1:1884', undefined, true],
    ['127.0.0.1:1884', '127.0.0.1', true],
    ['127.0.0.1:1884', '10.0.0.1', true],
    ['10.0.0.9:1884', '10.0.0.1', true],
    ['10.0.0.9:1884', undefined, true],
  ])('a bind is on the machine of HAProxy, with a server at %s and the bind at %s', (server, bind, is) => {
    expect(meet(server, ['127.0.0.1', 'server'], [bind, 'haproxy'])).toBe(is)
  })

  test('another port is another place', () => {
    const moved = relocation()
    expect(placed(moved, tcp('127.0.0.1', 1), 'server').port).not.toBe(
      placed(moved, tcp('127.0.0.1', 2), 'server').port,
    )
  })
})

describe('the address that takes the place of one', () => {
  test.each([
    [undefined, 4, '127.0.0.1'],
    [undefined, 6, '::1'],
    ['127.0.0.9', 4, '127.0.0.9'],
    ['127.10.20.30', 6, '127.10.20.30'],
    ['10.127.0.0', 6, '127.0.0.1'],
    ['127.0.0.1.example', 4, '127.0.0.1'],
    ['x127.0.0.1', 4, '127.0.0.1'],
    ['localhost', 4, '127.0.0.1'],
    ['broker.example', 6, '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', 4, '::1'],
    ['2001:db8::7', 4, '::1'],
    ['::ffff:10.0.0.1', 4, '127.0.0.1'],
  ] as const)('of %s, in a sandbox of IPv%i: %s', (host, ip, expected) => {
    expect(relocation({ options: { ip } }).host(host)).toBe(expected)
  })

  test.each<[string, ConfigEndpoint, AddressSide, Given, string]>([
    ['a bind of both families', tcp(undefined, 1884), 'haproxy', {}, '127.0.0.1'],
    ['a bind of IPv6', tcp(undefined, 1884, 6), 'haproxy', {}, '::1'],
    ['a bind of IPv4', tcp(undefined, 1884, 4), 'haproxy', {}, '127.0.0.1'],
    [
      'a bind of IPv6 on a machine without it',
      tcp(undefined, 1884, 6),
      'haproxy',
      { options: { ipv6: false } },
      '127.0.0.1',
    ],
    ['a server line', tcp(undefined, 1884, 6), 'server', {}, '127.0.0.1'],
    ['a listener that is reached over IPv4', tcp(undefined, 1884), 'broker', {}, '127.0.0.1'],
    ['a listener that is reached over IPv6', tcp(undefined, 1884), 'broker', { servers: ['[::1]:1884'] }, '::1'],
    [
      'a listener that is reached over both',
      tcp(undefined, 1884),
      'broker',
      { servers: ['[::1]:1884', '127.0.0.1:1884'] },
      '127.0.0.1',
    ],
    ['a listener with another port', tcp(undefined, 1885), 'broker', { servers: ['[::1]:1884'] }, '127.0.0.1'],
    [
      'a listener beside a port that IPv4 reaches',
      tcp(undefined, 1884),
      'broker',
      { servers: ['[::1]:1884', '127.0.0.1:1'] },
      '::1',
    ],
    ['a listener of IPv4 by its address', tcp('127.0.0.1', 1884), 'broker', { servers: ['[::1]:1884'] }, '127.0.0.1'],
    ['a bind, whatever the servers speak', tcp(undefined, 1884), 'haproxy', { servers: ['[::1]:1884'] }, '127.0.0.1'],
  ])('of %s', (_, endpoint, side, given, host) => {
    expect(placed(relocation(given), endpoint, side).host).toBe(host)
  })

  test('where there is no port, or no address, nothing is moved', () => {
    const moved = relocation()
    expect(moved.place(tcp('127.0.0.1', undefined), 'server')).toBeUndefined()
    expect(moved.place({ kind: 'other', text: 'fd@3' }, 'haproxy')).toBeUndefined()
  })

  test('sockets are numbered, the same path has the same one, and an abstract name is no path', () => {
    const moved = relocation()
    const path = (endpoint: ConfigEndpoint) => moved.place(endpoint, 'server')
    expect(path({ kind: 'unix', path: '/run/a.sock' })).toEqual({ path: '/box/s1.sock' })
    expect(path({ kind: 'unix', path: '/run/b.sock' })).toEqual({ path: '/box/s2.sock' })
    expect(path({ kind: 'abstract', name: '/run/a.sock' })).toEqual({ path: '/box/s3.sock' })
    expect(path({ kind: 'unix', path: '/run/a.sock' })).toEqual({ path: '/box/s1.sock' })
  })
})

test('a port is served where a bind or a listener of the files has it', () => {
  const moved = relocation({ binds: ['*:1883', '/run/m.sock'], servers: ['127.0.0.1:1999'] })
  expect([1883, 1884, 1999].map((port) => moved.isServed(port))).toEqual([true, true, false])
})

test('what leads nowhere leads to the same nowhere, and to no other', () => {
  const moved = relocation()
  expect(moved.nowhere('a')).toEqual(moved.nowhere('a'))
  expect(moved.nowhere('a')).not.toEqual(moved.nowhere('b'))
  expect(moved.nowhere('a')).toMatchObject({ host: '127.0.0.1' })
})

test.each([
  ['0.0.0.0:1883', 1883, true],
  ['0.0.0.0:1883', 1884, false],
  ['*:1883', 1883, true],
  [':::1883', 1883, false],
  ['10.0.0.1:1883', 1883, false],
  ['/run/m.sock', 1883, false],
])('a bind at %s has all IPv4 addresses of port %i: %s', (bind, port, is) => {
  expect(relocation({ binds: [bind, '127.0.0.1:9'] }).takenByIpv4(tcp(undefined, port))).toBe(is)
})

describe('files and certificates', () => {
  const read = (path: string) => (path === '/etc/a b.lst' ? '10.0.0.0/8\n' : undefined)

  test('one that is here is copied once, under a name that needs no quotes', () => {
    const moved = relocation({ options: { read } })
    expect(moved.data('/etc/a b.lst', span('h.cfg', 3), 'none\n')).toBe('/box/files/1-a-b.lst')
    expect(moved.data('/etc/a b.lst', span('h.cfg', 4), 'none\n')).toBe('/box/files/1-a-b.lst')
    expect(moved.dataFiles).toEqual([{ name: 'files/1-a-b.lst', from: '/etc/a b.lst', text: '10.0.0.0/8\n' }])
    expect(moved.leftOut).toEqual([])
  })

  test('one that is not here has a stand-in, and that is said', () => {
    const moved = relocation({ options: { read } })
    expect(moved.data('no.map', span('h.cfg', 3), 'key value\n')).toBe('/box/files/1-no.map')
    expect(moved.data('other.map', span('h.cfg', 5), '')).toBe('/box/files/2-other.map')
    expect(moved.dataFiles.map(({ text }) => text)).toEqual(['key value\n', ''])
    expect(moved.leftOut.map(({ what, span: { line } }) => [what, line])).toEqual([
      ['no.map', 3],
      ['other.map', 5],
    ])
  })

  test('a certificate is that of the user where it is to be used', () => {
    const certificate = (path: string) => (path === '/c/a.pem' ? '/mine/a.pem' : undefined)
    const moved = relocation({ options: { certificate } })
    expect([moved.certificate('/c/a.pem', 'ours.pem'), moved.certificate('/c/b.pem', 'ours.pem')]).toEqual([
      '/mine/a.pem',
      'ours.pem',
    ])
    expect(relocation().certificate('/c/a.pem', 'ours.pem')).toBe('ours.pem')
  })

  test('a line that only the program can judge is named once', () => {
    const moved = relocation()
    for (const [file, line] of [
      ['a.cfg', 3],
      ['a.cfg', 3],
      ['b.cfg', 3],
      ['a.cfg', 4],
    ] as const)
      moved.unknown(span(file, line))
    expect(moved.unknownLines.map(({ file, line }) => `${file}:${line}`)).toEqual(['a.cfg:3', 'b.cfg:3', 'a.cfg:4'])
  })
})
