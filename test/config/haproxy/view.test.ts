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
  it('drops a branch that is never taken and marks what depends on the program', () => {
    const text = `
frontend f
    .if 0
    mode http
    .else
    bind :1883
    .endif
backend b
    .if version_atleast(2.9)
    mode tcp
    .endif
`
    const [f, b] = view(text).proxies
    expect(f?.mode.span).toBeUndefined()
    expect(f?.binds).toHaveLength(1)
    expect([f?.conditional, b?.conditional]).toEqual([false, true])
  })
})
