import { describe, expect, it } from 'vitest'
import { parseHaproxy } from '../../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../../src/config/haproxy/view.js'

function view(...texts: string[]) {
  return viewHaproxy(texts.map((text, index) => parseHaproxy(text, `${index}.cfg`).document))
}

function proxy(text: string, name: string) {
  const found = view(text).proxies.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no proxy ${name}`)
  return found
}

describe('defaults', () => {
  it('come from the last section above, or the named one', () => {
    const text = `
defaults one
    mode http
    timeout client 10s
defaults two from one
    mode tcp
frontend a
    bind :1
frontend b from one
    bind :2
`
    expect(proxy(text, 'a').mode.value).toBe('tcp')
    expect(proxy(text, 'a').timeouts.get('client')?.value).toBe(10_000)
    expect(proxy(text, 'b').mode.value).toBe('http')
  })

  it('of an earlier file hold for a later one', () => {
    const both = view('defaults\n    mode http\n', 'frontend f\n    bind :1\n')
    expect(both.proxies[0]?.mode).toMatchObject({ value: 'http', span: { file: '0.cfg', line: 2 } })
  })

  it('a "no option" takes an inherited option away', () => {
    const text = 'defaults\n option tcplog\n option tcpka\nbackend b\n no option tcpka\n'
    expect([...proxy(text, 'b').options.keys()]).toEqual(['tcplog'])
  })

  it('understands units of time and the old names', () => {
    const text = 'backend b\n timeout server 1m\n timeout tunnel 1h\n srvtimeout 5000\n timeout connect 300us\n'
    expect([...proxy(text, 'b').timeouts].map(([name, one]) => [name, one.value])).toEqual([
      ['server', 5000],
      ['tunnel', 3_600_000],
      ['connect', 0.3],
    ])
  })
})

describe('binds', () => {
  it('reads addresses, TLS and the client certificate', () => {
    const text =
      'frontend f\n bind *:8883,[::1]:8884 ssl crt /c/ verify required ca-file /ca.pem accept-proxy name ssl-one\n'
    const bind = proxy(text, 'f').binds[0]
    expect(bind?.endpoints).toEqual([
      { kind: 'tcp', host: undefined, port: 8883, family: 4 },
      { kind: 'tcp', host: '::1', port: 8884 },
    ])
    expect(bind?.ssl).toMatchObject({ line: 2 })
    expect(bind?.verify?.value).toBe('required')
    expect(bind?.caFile?.value).toBe('/ca.pem')
    expect(bind?.crt.map((one) => one.value)).toEqual(['/c/'])
    expect(bind?.acceptProxy).toBeDefined()
  })

  it.each([
    ['unix@/run/a.sock', { kind: 'unix', path: '/run/a.sock' }],
    ['/run/a.sock', { kind: 'unix', path: '/run/a.sock' }],
    ['abns@x', { kind: 'abstract', name: 'x' }],
    ['fd@3', { kind: 'other', text: 'fd@3' }],
    ['ipv6@:::1883', { kind: 'tcp', host: undefined, port: 1883 }],
    [':1000-1010', { kind: 'tcp', host: undefined, port: 1000, endPort: 1010, family: 4 }],
    ['"${H}:1"', { kind: 'other', text: '${H}:1' }],
  ])('%s', (address, endpoint) => {
    expect(proxy(`frontend f\n bind ${address}\n`, 'f').binds[0]?.endpoints).toEqual([endpoint])
  })
})

describe('the header a server line sends', () => {
  const kindOf = (words: string, defaults = '') =>
    proxy(`backend b\n default-server ${defaults}\n server s 127.0.0.1:1 ${words}\n`, 'b').servers[0]?.header

  it.each([
    ['', '', 'none'],
    ['send-proxy', '', 'v1'],
    ['send-proxy-v2', '', 'v2'],
    ['send-proxy-v2-ssl', '', 'v2-ssl'],
    ['send-proxy-v2-ssl-cn', '', 'v2-ssl-cn'],
    ['send-proxy send-proxy-v2', '', 'v2'],
    ['send-proxy-v2 send-proxy', '', 'v2'],
    ['', 'send-proxy-v2', 'v2'],
    ['no-send-proxy-v2', 'send-proxy-v2', 'none'],
    ['no-send-proxy-v2-ssl-cn', 'send-proxy-v2-ssl-cn', 'none'],
    ['send-proxy-v2 proxy-v2-options ssl,cert-cn', '', 'v2-ssl-cn'],
    ['proxy-v2-options ssl', '', 'none'],
    ['check inter send-proxy', '', 'none'],
  ])('%s after default-server %s is %s', (words, defaults, kind) => {
    expect(kindOf(words, defaults)?.kind).toBe(kind)
  })

  it('points at the keyword that decided', () => {
    expect(kindOf('check send-proxy-v2-ssl')?.span).toMatchObject({ line: 3, column: 29, endColumn: 46 })
  })
})

describe('servers', () => {
  it('keeps arguments apart from keywords', () => {
    const server = proxy(
      'backend b\n server s /run/m.sock check port 1885 on-marked-down shutdown-sessions source 10.0.0.1\n',
      'b',
    ).servers[0]
    expect(server?.endpoint).toEqual({ kind: 'unix', path: '/run/m.sock' })
    expect(server?.check.port?.value).toBe('1885')
    expect(server?.check.enabled).toBeDefined()
    expect(server?.onMarkedDown?.value).toBe('shutdown-sessions')
  })

  it('a default-server counts for the servers below it only', () => {
    const servers = proxy('backend b\n server a h:1\n default-server check\n server c h:2\n', 'b').servers
    expect(servers.map((one) => one.check.enabled !== undefined)).toEqual([false, true])
  })
})

describe('conditions', () => {
  const read = (text: string, version?: string) =>
    parseHaproxy(text, 'h.cfg', version === undefined ? {} : { release: { version } })
  const text = `
frontend f
    .if 0
    mode http
    .else
    bind :1883
    .endif
backend b
    .if version_atleast(2.9)
    mode http
    .else
    server s 127.0.0.1:1
    .endif
`

  it('are decided for the release that is named', () => {
    const [f, old] = viewHaproxy([read(text, '2.8.5').document]).proxies
    expect([f?.mode.span, f?.binds.length, f?.conditional]).toEqual([undefined, 1, false])
    expect([old?.mode.value, old?.servers.length, old?.conditional]).toEqual(['tcp', 1, false])
    const young = viewHaproxy([read(text, '2.9-dev1').document]).proxies[1]
    expect([young?.mode.value, young?.servers.length]).toEqual(['tcp', 1])
    const at = viewHaproxy([read(text, '2.9.0').document]).proxies[1]
    expect([at?.mode.value, at?.servers.length]).toEqual(['http', 0])
  })

  it('leave both branches unread where nothing is known of the program, and say so', () => {
    const { document, unread } = read(text)
    const b = viewHaproxy([document]).proxies[1]
    expect([b?.mode.value, b?.servers.length, b?.conditional]).toEqual(['tcp', 0, true])
    expect(unread).toMatchObject([{ what: 'branch', name: '.if version_atleast(2.9)', span: { line: 9 } }])
  })

  it('a section in a branch not taken is none: lines below it belong to the section above', () => {
    const { document } = read(
      'listen a\n  bind :1\n.if 0\nlisten b\n  bind :2\n.endif\n  server s 127.0.0.1:3\n',
      '3.2',
    )
    const { proxies } = viewHaproxy([document])
    expect(proxies.map((one) => [one.name, one.binds.length, one.servers.length])).toEqual([['a', 1, 1]])
  })

  it('names a proxy that may be there or not', () => {
    const { document } = read('listen a\n  bind :1\n.if feature(X)\nbackend b\n  server s 127.0.0.1:3\n.endif\n', '3.2')
    const { proxies, undecided } = viewHaproxy([document])
    expect([proxies.map((one) => [one.name, one.conditional]), [...undecided]]).toEqual([[['a', true]], ['b']])
  })

  it('a variable that is set in a branch not taken is not set', () => {
    const { document, unread } = read('global\n.if 0\n  setenv P 1\n.endif\nlisten a\n  bind :"$P"\n', '3.2')
    expect(viewHaproxy([document]).proxies[0]?.binds[0]?.endpoints).toEqual([{ kind: 'other', text: ':$P' }])
    expect(unread).toMatchObject([{ what: 'variable', name: 'P', span: { line: 6, column: 8 } }])
  })
})

describe('variables in addresses', () => {
  const serverOf = (line: string, version = '3.2') => {
    const text = `global\n setenv P 1885\n setenv H ::1\nbackend b\n server s ${line}\n`
    const { document, unread } = parseHaproxy(text, 'h.cfg', { release: { version } })
    const server = viewHaproxy([document]).proxies[0]?.servers[0]
    return { server, unread: unread.map((one) => one.name) }
  }

  it.each([
    ['127.0.0.1:${P}', { kind: 'tcp', host: '127.0.0.1', port: 1885 }],
    ['127.0.0.1:$P', { kind: 'tcp', host: '127.0.0.1', port: 1885 }],
    ["'127.0.0.1:${P}'", { kind: 'tcp', host: '127.0.0.1', port: 1885 }],
    ['[${H}]:${P}', { kind: 'tcp', host: '::1', port: 1885 }],
    ['unix@/run/${P}.sock', { kind: 'unix', path: '/run/1885.sock' }],
    ['127.0.0.1:${NONE}', { kind: 'other', text: '127.0.0.1:${NONE}' }],
    // There is no default without double quotes: HAProxy finds "-1885}" in the port.
    ['127.0.0.1:${NONE-1885}', { kind: 'other', text: '127.0.0.1:${NONE-1885}' }],
    ['"127.0.0.1:${NONE-1885}"', { kind: 'tcp', host: '127.0.0.1', port: 1885 }],
  ])('%s', (address, endpoint) => {
    expect(serverOf(address).server?.endpoint).toEqual(endpoint)
  })

  it('are not expanded in a name, and are in the address of a check', () => {
    const { server } = serverOf('127.0.0.1:1 check addr ${H} port ${P}')
    expect(server?.check.addr?.value).toBe('::1')
    expect(server?.check.port?.value).toBe('${P}')
  })

  it('each binds address of its own, and an unset one is named once', () => {
    const text = 'global\n setenv A 1\nlisten a\n bind :${A},:${B}\n bind 127.0.0.1:${B}\n server s "$B"\n'
    const { document, unread } = parseHaproxy(text, 'h.cfg')
    expect(viewHaproxy([document]).proxies[0]?.binds[0]?.endpoints).toMatchObject([
      { kind: 'tcp', host: undefined, port: 1 },
      { kind: 'other', text: ':${B}' },
    ])
    expect(unread.map((one) => `${one.what} ${one.name} ${one.span.line}:${one.span.column}`)).toEqual([
      'variable B 4:7',
    ])
  })

  it('a variable set below its use counts since 3.1', () => {
    const text = 'backend b\n server s 127.0.0.1:${P}\nglobal\n setenv P 1885\n'
    const at = (version: string) =>
      viewHaproxy([parseHaproxy(text, 'h.cfg', { release: { version } }).document]).proxies[0]?.servers[0]?.endpoint
    expect(at('3.1.0')).toMatchObject({ port: 1885 })
    expect(at('3.0.11')?.kind).toBe('other')
  })

  it('a setting with an unset variable proves nothing, an address does not spoil the rest', () => {
    const of = (line: string) =>
      viewHaproxy([parseHaproxy(`listen a\n bind :1\n ${line}\n`, 'h.cfg').document]).proxies[0]?.conditional
    expect([of('timeout client "$T"'), of('server s 127.0.0.1:$T')]).toEqual([true, false])
  })
})
