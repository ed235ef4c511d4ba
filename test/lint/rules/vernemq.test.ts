import { describe, expect, it } from 'vitest'
import { lintFixture, parseFixture } from '../fixture.js'

/** What is found in a vernemq.conf with these lines after its first four. */
function found(code: string, ...lines: readonly string[]): readonly string[] {
  const text = ['nodename = VerneMQ@127.0.0.1', 'distributed_cookie = c', 'log.console = console', ...lines].join('\n')
  const fixture = parseFixture('own', `-- vernemq.conf --\n${text}\n`)
  return lintFixture(fixture, (one) => one, fixture.files, [code]).map(({ severity, message, at, fix, related = [] }) =>
    [
      `${severity} ${at.line}:${at.column}-${at.endColumn} ${message}`,
      ...related.map((one) => `see ${one.line}: ${one.message}`),
      ...(fix === undefined ? [] : [`fix: ${fix.text}`]),
      ...(fix?.edits ?? []).map((edit) => `edit ${edit.line}:${edit.column} ${JSON.stringify(edit.newText)}`),
    ].join(' | '),
  )
}

describe('a listener of VerneMQ (MP210)', () => {
  it.each(['127.0.0.1:1883', '0.0.0.0:1', '10.0.0.1:65535'])('may be %s', (value) => {
    expect(found('MP210', `listener.tcp.a = ${value}`)).toEqual([])
  })

  it.each(['[::1]:1883', 'localhost:1883', '1883', '127.0.0.1', 'x127.0.0.1:1883', '127.0.0.1:1883x'])(
    'cannot be %s: VerneMQ does not start',
    (value) => {
      expect(found('MP210', `listener.tcp.a = ${value}`)).toEqual([
        `error 4:18-${18 + value.length} "${value}" is not an address that VerneMQ accepts: it does not start | fix: 127.0.0.1:1883`,
      ])
    },
  )

  it.each(['0', '65536', '99999'])('is left out with the port %s', (port) => {
    const value = `127.0.0.1:${port}`
    expect(found('MP210', `listener.tcp.a = ${value}`)).toEqual([
      `error 4:18-${18 + value.length} ${port} is not a port: VerneMQ starts without this listener | fix: a port from 1 to 65535`,
    ])
  })

  it('is left out where another one has its address, whatever it speaks', () => {
    expect(
      found(
        'MP210',
        'listener.tcp.a = 127.0.0.1:1883',
        'listener.ws.b = 127.0.0.1:1883',
        'listener.tcp.c = 127.0.0.2:1883',
      ),
    ).toEqual([
      'error 5:17-31 127.0.0.1:1883 is taken by listener.tcp.a: VerneMQ starts without this listener | see 4: the first one | fix: a port of its own',
    ])
  })

  it('written twice is the last one, silently', () => {
    const twice = found('MP210', 'listener.tcp.a = 127.0.0.1:1883', 'listener.tcp.a = 127.0.0.1:1884')
    expect(twice).toEqual([
      'warning 4:1-15 listener.tcp.a is written twice: the last one counts, and nothing is said | see 5: this one counts | fix: one line',
    ])
    expect(found('MP210', 'listener.tcp.a = 127.0.0.1:1883', 'listener.tcp.a = 127.0.0.1:1883')).toEqual([])
    expect(found('MP210', 'allow_anonymous = on', 'allow_anonymous = off')).toEqual([])
    expect(found('MP210', 'x.listener.tcp.a = 1', 'x.listener.tcp.a = 2')).toEqual([])
    const thrice = ['1', '2', '3'].map((port) => `listener.tcp.a = 127.0.0.1:${port}`)
    expect(found('MP210', ...thrice).map((line) => line.slice(0, 13))).toEqual(['warning 4:1-1', 'warning 5:1-1'])
  })

  it.each(['tcp', 'ssl', 'ws', 'wss', 'vmq', 'vmqs', 'http', 'https'])(
    'of %s needs its address, not only settings',
    (kind) => {
      const settings = [`listener.${kind}.a.max_connections = 5`, `listener.${kind}.a.nr_of_acceptors = 5`]
      expect(found('MP210', ...settings)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^warning 4:1-\\d+ there is no listener\\.${kind}\\.a = ADDRESS:PORT: the setting is accepted and nothing listens \\| fix: listener\\.${kind}\\.a = 127\\.0\\.0\\.1:1883$`,
          ),
        ),
      ])
      expect(found('MP210', `listener.${kind}.a = 127.0.0.1:1883`, ...settings)).toEqual([])
    },
  )

  it('is asked for by no setting of all listeners, and by none that is no listener', () => {
    for (const line of [
      'listener.max_connections = 5',
      'listener.tcp.max_connections = 5',
      'listener.udp.a.b = 5',
      'x.listener.tcp.a.b = 5',
      'listener.tcp.a.b.c = 5',
    ])
      expect(found('MP210', line)).toEqual([])
  })
})

describe('the CN as username (MP208)', () => {
  const name = 'use_cn_as_username'
  const edit = 'fix: remove the line | edit 4:1 ""'

  it.each([
    [`listener.tcp.a.proxy_protocol_${name} = on`, 'is accepted and never read: TCP listeners always use the CN'],
    [`listener.tcp.a.proxy_protocol_${name} = off`, 'is accepted and never read: TCP listeners always use the CN'],
    [`listener.ws.a.proxy_protocol_${name} = on`, 'is accepted and never read: WebSocket listeners never use the CN'],
    [`listener.tcp.proxy_protocol_${name} = on`, 'is accepted and never read: TCP listeners always use the CN'],
  ])('%s', (line, words) => {
    const [key = ''] = line.split(' ')
    expect(found('MP208', line)).toEqual([`warning 4:1-${key.length + 1} ${key} ${words} | ${edit}`])
  })

  it.each([
    [
      `listener.tcp.proxy_protocol_${name} = off`,
      `listener.tcp.proxy_protocol_${name} = off keeps VerneMQ from starting`,
    ],
    [`listener.http.${name} = on`, `VerneMQ knows no setting listener.http.${name}: it does not start`],
    [`listener.tcp.a.${name} = on`, `VerneMQ knows no setting listener.tcp.a.${name}: it does not start`],
  ])('%s keeps VerneMQ from starting', (line, words) => {
    const [key = ''] = line.split(' ')
    expect(found('MP208', line)).toEqual([`error 4:1-${key.length + 1} ${words} | ${edit}`])
  })

  it.each([
    `listener.ssl.a.${name} = on`,
    `x.listener.tcp.${name} = on`,
    `listener.tcp.a.b.${name} = on`,
    `listener.tcp.a.${name}.x = on`,
  ])('says nothing of %s', (line) => {
    expect(found('MP208', line)).toEqual([])
  })
})

describe('a switch of VerneMQ (MP207)', () => {
  it.each([
    ['true', 'on'],
    ['YES', 'on'],
    ['1', 'on'],
    ['on.', 'on'],
    ['false', 'off'],
    ['no', 'off'],
    ['0', 'off'],
    ['Off', 'off'],
  ])('%s means %s', (value, meant) => {
    expect(found('MP207', `allow_anonymous = ${value}`)).toEqual([
      `error 4:19-${19 + value.length} "${value}" is neither on nor off: VerneMQ does not start | fix: ${meant} | edit 4:19 "${meant}"`,
    ])
  })

  it.each(['maybe', 'onn', 'xoff', '10'])('%s means neither', (value) => {
    expect(found('MP207', `allow_anonymous = ${value}`)).toEqual([
      `error 4:19-${19 + value.length} "${value}" is neither on nor off: VerneMQ does not start | fix: on or off`,
    ])
  })

  it.each([
    'proxy_protocol',
    'proxy_protocol_use_cn_as_username',
    'proxy_xff_support',
    'require_certificate',
    'use_identity_as_username',
    'proxy_xff_use_cn_as_username',
  ])('is %s, of one listener too', (name) => {
    expect(found('MP207', `listener.tcp.a.${name} = true`)).toHaveLength(1)
    expect(found('MP207', `listener.tcp.a.${name} = on`, `listener.tcp.b.${name} = off`)).toEqual([])
  })

  it('is a plugin, and no other setting', () => {
    expect(found('MP207', 'plugins.vmq_acl = yes')).toHaveLength(1)
    for (const line of [
      'plugins.vmq_acl.path = yes',
      'x.plugins.vmq_acl = yes',
      'max_connections = 1',
      'allow_anonymous_x = 1',
      'xallow_anonymous = 1',
    ])
      expect(found('MP207', line)).toEqual([])
  })
})

describe('a listener of VerneMQ that ends TLS itself (MP202)', () => {
  it.each(['ssl', 'wss', 'vmq', 'vmqs', 'https'])('of %s has no proxy_protocol', (kind) => {
    const message = `VerneMQ has no proxy_protocol for ${kind} listeners: it does not start`
    expect(found('MP202', `listener.${kind}.a.proxy_protocol = on`)[0]).toContain(message)
    expect(found('MP202', `listener.${kind}.proxy_protocol = on`)[0]).toContain(message)
  })

  it.each([
    'listener.tcp.a.proxy_protocol = on',
    'listener.ssl.a.proxy_protocol_x = on',
    'x.listener.ssl.a.proxy_protocol = on',
  ])('says nothing of %s', (line) => {
    expect(found('MP202', line)).toEqual([])
  })
})
