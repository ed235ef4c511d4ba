import { describe, expect, it } from 'vitest'
import { lintFixture, parseFixture } from '../fixture.js'

interface Parts {
  readonly global?: string
  readonly defaults?: string
  readonly frontend?: string
  readonly bind?: string
  readonly backend?: string
  readonly server?: string
  readonly keepalive?: number
}

/** What a rule finds in a sound configuration whose parts are others: line, words, and the remedy. */
function found(code: string, parts: Parts = {}): readonly string[] {
  const { global = '', defaults = sound, frontend = '', bind = '127.0.0.1:1883', backend = '', server = '' } = parts
  const text = `global
    log stdout format raw local0
${global}defaults
    mode tcp
${defaults}frontend in
    bind ${bind}
${frontend}    default_backend out
backend out
${backend}    server s1 127.0.0.1:1884 ${server}
`
  const head = `options: keepalive=${parts.keepalive ?? 60}\n`
  const conf = 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n'
  const fixture = parseFixture('own', `${head}-- haproxy.cfg --\n${text}-- mosquitto.conf --\n${conf}`)
  const lines = text.split('\n')
  return lintFixture(fixture, (one) => one, fixture.files, [code]).map(({ severity, message, at, fix }) =>
    [
      `${severity} ${lines[(at.line ?? 1) - 1]?.slice((at.column ?? 1) - 1, (at.endColumn ?? 1) - 1)}: ${message}`,
      ...(fix === undefined ? [] : [`fix: ${fix.text}`]),
      ...(fix?.edits ?? []).map(({ newText }) => `edit ${JSON.stringify(newText)}`),
    ].join(' | '),
  )
}
const sound = `    log global
    option tcplog
    timeout connect 5s
    timeout client 120s
    timeout server 120s
`
const all = ['MP102', 'MP103', 'MP106', 'MP107', 'MP108', 'MP109', 'MP110', 'MP111', 'MP112', 'MP118']

it.each(all)('%s finds nothing in a sound configuration', (code) => {
  expect(found(code)).toEqual([])
})

describe('a timeout that is missing (MP102)', () => {
  const without = (name: string) => sound.replace(new RegExp(`.*timeout ${name}.*\\n`), '')

  it.each([
    ['client', 'frontend in', 'frontend "in"', '120s'],
    ['connect', 'backend out', 'backend "out"', '5s'],
    ['server', 'backend out', 'backend "out"', '120s'],
  ])('of the name %s', (name, header, proxy, value) => {
    const [finding, ...more] = found('MP102', { defaults: without(name) })
    expect(finding).toMatch(
      new RegExp(
        `^warning ${header}: ${proxy} has no timeout ${name} \\| fix: timeout ${name} ${value} \\| edit .*timeout ${name} ${value}`,
      ),
    )
    expect(more).toEqual([])
  })

  it('is said once where one section holds for several', () => {
    const further = '    bind 127.0.0.1:1893\nfrontend more\n    bind 127.0.0.1:1894\n'
    expect(found('MP102', { defaults: without('client'), frontend: further })).toHaveLength(1)
  })

  it('may be written in the section itself, or with a variable', () => {
    expect(found('MP102', { defaults: without('client'), frontend: '    timeout client 120s\n' })).toEqual([])
    expect(found('MP102', { defaults: without('client'), frontend: '    timeout client "${T}"\n' })).toEqual([])
    expect(found('MP102', { defaults: without('server'), backend: '    timeout server 120s\n' })).toEqual([])
  })

  it('is needed by no section that is switched off', () => {
    expect(found('MP102', { defaults: without('client'), frontend: '    disabled\n' })).toEqual([])
  })
})

describe('a timeout beside the keepalive (MP103)', () => {
  const timeouts = (client: string, server = '120s') =>
    sound.replace('client 120s', `client ${client}`).replace('server 120s', `server ${server}`)

  it.each([
    ['90s', 60, true],
    ['91s', 60, false],
    ['45s', 30, true],
    ['46s', 30, false],
  ])('of %s and %i s', (timeout, keepalive, says) => {
    expect(found('MP103', { defaults: timeouts(timeout), keepalive }).length).toBe(says ? 1 : 0)
  })

  it('is told with twice the keepalive as the remedy, in whole tens', () => {
    expect(found('MP103', { defaults: timeouts('60s') })).toEqual([
      'warning 60s: timeout client of 60 s may cut clients with a keepalive of 60 s: it has to be more than 90 s | fix: timeout client 120s | edit "120s"',
    ])
    expect(found('MP103', { defaults: timeouts('120s', '60s'), keepalive: 63 })[0]).toContain(
      '| fix: timeout server 130s |',
    )
    expect(found('MP103', { defaults: timeouts('60s', '60s') })).toHaveLength(2)
  })
})

it('proxy-v2-options without send-proxy-v2 does nothing (MP106)', () => {
  expect(found('MP106', { server: 'send-proxy-v2 proxy-v2-options ssl' })).toEqual([])
  expect(found('MP106', { server: 'proxy-v2-options ssl disabled' })).toEqual([])
  for (const server of ['proxy-v2-options ssl', 'send-proxy proxy-v2-options ssl'])
    expect(found('MP106', { server })[0]).toMatch(
      /^error .*proxy-v2-options.*: proxy-v2-options of s1 does nothing without send-proxy-v2 \| fix: send-proxy-v2 \| edit .*send-proxy-v2"$/,
    )
})

it('option independent-streams is told once a line (MP107)', () => {
  const [finding, ...more] = found('MP107', { defaults: `${sound}    option independent-streams\n` })
  expect(finding).toMatch(
    /option independent-streams cuts off subscribers that only receive \((frontend "in"|backend "out")\) \| fix: remove the line \| edit ""$/,
  )
  expect(more).toEqual([])
  expect(
    found('MP107', { frontend: '    option independent-streams\n', backend: '    option independent-streams\n' }),
  ).toHaveLength(2)
  expect(found('MP107', { frontend: '    no option independent-streams\n' })).toEqual([])
})

describe('connections that nobody logs (MP108)', () => {
  const silent = sound.replace('    log global\n', '')
  it('are told with the lines that are missing', () => {
    expect(found('MP108', { defaults: silent })).toEqual([
      expect.stringMatching(
        /^info frontend in: no connection of frontend "in" is logged: log lines in the global section alone log no traffic \| fix: log global \| edit ".*log global.*"$/,
      ),
    ])
    const [both] = found('MP108', { defaults: silent.replace('    option tcplog\n', '') })
    expect(both).toMatch(/fix: log global, option tcplog \| edit ".*log global.*" \| edit ".*option tcplog.*"$/)
  })

  it('are logged by a line of their own section', () => {
    expect(found('MP108', { defaults: silent, frontend: '    log global\n' })).toEqual([])
  })
})

describe('hard-stop-after (MP109, MP118)', () => {
  const of = (code: string, time: string, more = '') => found(code, { global: `    hard-stop-after ${time}\n${more}` })

  it.each([
    ['4s', '4 s', undefined],
    ['299s', '299 s', undefined],
    ['5m', undefined, '5 min'],
    ['301s', undefined, '301 s'],
    ['90m', undefined, '90 min'],
    ['2h', undefined, '2 h'],
    ['21599s', undefined, '21599 s'],
    ['6h', undefined, undefined],
  ])('of %s', (time, short, storm) => {
    expect(of('MP109', time)).toEqual(
      short === undefined
        ? []
        : [
            expect.stringContaining(
              `: a reload cuts all MQTT sessions after ${short} | fix: no hard-stop-after, or one of 6 h and more`,
            ),
          ],
    )
    expect(of('MP118', time)).toEqual(
      storm === undefined
        ? []
        : [
            expect.stringContaining(
              `: ${storm} after a reload all MQTT sessions of the old process are cut at one moment | fix: `,
            ),
          ],
    )
  })

  it('is not spread by close-spread-time in mode tcp', () => {
    const spread = '    close-spread-time 1m\n'
    expect(found('MP118', { global: spread })).toEqual([
      expect.stringContaining(
        'close-spread-time has no effect in mode tcp: MQTT sessions stay on the old process after a reload',
      ),
    ])
    expect(of('MP118', '6h', spread)).toEqual([
      expect.stringContaining('MQTT sessions are cut at one moment after a reload'),
    ])
    expect(found('MP118', { global: '    close-spread-time infinite\n' })).toEqual([])
  })
})

describe('a check that cuts all sessions (MP110)', () => {
  it.each([
    ['check on-marked-down shutdown-sessions fall 1', 'fall 1'],
    ['check on-marked-down shutdown-sessions fall 2', 'fall 2'],
    ['check port 8888 on-marked-down shutdown-sessions', 'a check of port 8888'],
    ['check port 8888 fall 3 on-marked-down shutdown-sessions', 'a check of port 8888'],
  ])('%s', (server, why) => {
    expect(found('MP110', { server })).toEqual([
      expect.stringContaining(
        `: ${why} with shutdown-sessions can cut all clients of s1 while its broker is well | fix: fall 3, or no on-marked-down shutdown-sessions`,
      ),
    ])
  })

  it.each([
    'check on-marked-down shutdown-sessions',
    'check on-marked-down shutdown-sessions fall 3',
    'check port 1884 on-marked-down shutdown-sessions',
    'check fall 1',
    'on-marked-down shutdown-sessions fall 1',
    'check on-marked-down shutdown-sessions fall 1 disabled',
  ])('is none with %s', (server) => {
    expect(found('MP110', { server })).toEqual([])
  })
})

describe('a bind that takes headers from everybody (MP111)', () => {
  it('is told at its word', () => {
    expect(found('MP111', { bind: '*:1883 accept-proxy' })).toEqual([
      'info accept-proxy: *:1883 trusts PROXY headers from everybody: make sure that only the proxy in front can reach it | fix: tcp-request connection expect-proxy layer4 if { src EDGE } in place of accept-proxy',
    ])
  })

  it.each([
    ['127.0.0.1:1883 accept-proxy', ''],
    ['*:1883', ''],
    ['*:1883 accept-proxy', '    tcp-request connection reject unless { src 10.0.0.0/8 }\n'],
  ])('is none with %s and %j', (bind, frontend) => {
    expect(found('MP111', { bind, frontend })).toEqual([])
  })

  it('is not guarded by rules that look at the content', () => {
    const frontend = '    tcp-request inspect-delay 5s\n'
    expect(found('MP111', { bind: '*:1883 accept-proxy', frontend })).toHaveLength(1)
  })
})

describe('a backend that does not exist (MP112)', () => {
  it('is told with the nearest name', () => {
    expect(found('MP112', { frontend: '    use_backend outt if { src 10.0.0.1 }\n' })).toEqual([
      'error outt: there is no backend "outt" | fix: out | edit "out"',
    ])
    expect(found('MP112', { frontend: '    use_backend elsewhere if { src 10.0.0.1 }\n' })).toEqual([
      'error elsewhere: there is no backend "elsewhere"',
    ])
  })

  it('is not one whose name is known only when clients come', () => {
    for (const name of ['%[ssl_fc_sni]', '"${BACKEND}"'])
      expect(found('MP112', { frontend: `    use_backend ${name} if { src 10.0.0.1 }\n` })).toEqual([])
  })
})
