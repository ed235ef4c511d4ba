import { describe, expect, test } from 'vitest'
import { plainOptions, portKeys, relocate } from '../../../src/check/sandbox/relocate.js'
import type { SandboxOptions } from '../../../src/check/sandbox/relocation.js'
import { isTold, leftOutText } from '../../../src/config/left-out.js'
import { haproxyText, pairOf, strictListener } from '../pairs.js'

function copies(haproxy: string, broker: string, more: Partial<SandboxOptions> = {}) {
  const pair = pairOf(haproxy, broker)
  const keys = portKeys(pair, 4)
  const moved = relocate(pair, {
    ...plainOptions,
    folder: '/box',
    ip: 4,
    ...more,
    portOf: (key) => 40_000 + keys.indexOf(key),
  })
  const files = [...moved.haproxy, ...moved.brokers].flatMap((one) => one.files)
  const lines = files.flatMap((file) => file.text.split('\n')).map((line) => line.trim())
  return { moved, lines, files, out: moved.leftOut.map((one) => `${one.span.file}:${one.span.line} ${one.reach}`) }
}

const inGlobal = (line: string) => haproxyText().replace('global\n', `global\n    ${line}\n`)
const inFrontend = (line: string) => haproxyText().replace('frontend mqtt\n', `frontend mqtt\n    ${line}\n`)
const inBackend = (line: string) => haproxyText().replace('backend brokers\n', `backend brokers\n    ${line}\n`)
const onServer = (words: string) => haproxyText({ server: `127.0.0.1:1884 ${words}` })

/** From the manuals: what executes, loads, opens, writes or connects elsewhere, one line each. */
const globals = [
  'lua-load /tmp/a.lua',
  'lua-load-per-thread /tmp/a.lua',
  'lua-prepend-path /tmp/?.lua',
  'external-check',
  'insecure-fork-wanted',
  'insecure-setuid-wanted',
  'ssl-engine rdrand',
  'ssl-provider default',
  'ssl-passphrase-cmd /tmp/evil',
  'ssl-dh-param-file /tmp/dh.pem',
  'issuers-chain-path /tmp/',
  'h1-case-adjust-file /tmp/case',
  '51degrees-data-file /tmp/51d',
  'deviceatlas-json-file /tmp/da',
  'wurfl-data-file /tmp/w',
  'server-state-file /tmp/state',
  'pidfile /tmp/pid',
  'stats socket /tmp/sock level admin',
  'shm-stats-file /tmp/shm',
  'log 192.0.2.1:514 local0',
  'setenv LD_PRELOAD /tmp/x.so',
  'presetenv A b',
  'chroot /tmp',
  'user nobody',
  'httpclient.resolvers.id r',
  'ocsp-update.mode on',
  'acme.scheduler auto',
  'key-base /tmp',
  'ca-base /tmp',
  'tune.lua.openlibs all',
]

const frontends = [
  'tcp-request content lua.evil',
  'tcp-request content set-var(sess.a) lua.fetch',
  'http-request use-service lua.evil',
  'http-request set-map(/tmp/x.map) a b',
  'http-request do-resolve(txn.ip,r) str(example.org)',
  'http-request return status 200 file /etc/shadow',
  'tcp-request content set-dst src',
  'filter spoe engine e config /tmp/spoe.cfg',
  'filter opentracing config /tmp/ot',
  'errorfile 503 /tmp/503',
  'errorfiles x',
  'email-alert mailers m',
  'use-fcgi-app php',
  'log 192.0.2.1:514 local0',
  'acl a var(txn.a),lua.conv -m found',
]

const servers = [
  'resolvers r',
  'agent-check agent-addr 192.0.2.1 agent-port 99',
  'source 192.0.2.1',
  'socks4 192.0.2.1:1080',
  'crl-file /tmp/crl',
  'namespace other',
  'init-addr libc',
]

describe('nothing of HAProxy that runs, loads, opens, writes or connects is in a copy', () => {
  test.each([
    ...globals.map((line) => [line, inGlobal(line)] as const),
    ...frontends.map((line) => [line, inFrontend(line)] as const),
    ...['option external-check', 'external-check command /tmp/evil', 'external-check path /tmp'].map(
      (line) => [line, inBackend(line)] as const,
    ),
  ])('%s', (line, haproxy) => {
    const { lines, out } = copies(haproxy, strictListener)
    expect(lines).not.toContain(line)
    const at = haproxy.split('\n').findIndex((one) => one.trim() === line) + 1
    expect(out.some((one) => one.startsWith(`haproxy.cfg:${at} `))).toBe(true)
  })

  test.each(servers)('server ... %s', (words) => {
    const { lines } = copies(onServer(words), strictListener)
    const server = lines.find((line) => line.startsWith('server one'))
    expect(server).toBe(`server one 127.0.0.1:${/:(\d+)/.exec(server ?? '')?.[1]}`)
  })

  test.each(['tls-ticket-keys /tmp/k', 'user root', 'ca-sign-file /tmp/c', 'namespace x', 'expose-fd listeners'])(
    'bind ... %s',
    (words) => {
      const { lines } = copies(haproxyText({ bind: `*:1883 ${words}` }), strictListener)
      expect(lines.filter((line) => line.startsWith('bind'))).toEqual([
        expect.stringMatching(/^bind 127\.0\.0\.1:\d+$/),
      ])
    },
  )

  test.each([
    'program p\n    command /tmp/evil',
    'peers p\n    peer a 192.0.2.1:1',
    'mailers m\n    mailer a 192.0.2.1:25',
    'resolvers r\n    nameserver n 192.0.2.1:53',
    'ring r\n    backing-file /tmp/ring',
    'acme a\n    directory https://192.0.2.1/',
    'fcgi-app f\n    docroot /tmp',
    'crt-store s\n    load crt /tmp/a',
    'http-errors e\n    errorfile 503 /tmp/e',
    'log-forward l\n    dgram-bind 192.0.2.1:514',
  ])('section %s', (text) => {
    const { lines } = copies(`${haproxyText()}${text}\n`, strictListener)
    for (const line of text.split('\n')) expect(lines).not.toContain(line.trim())
  })
})

const mosquitto = [
  'plugin /tmp/evil.so',
  'global_plugin /tmp/evil.so',
  'auth_plugin /tmp/evil.so',
  'plugin_load x /tmp/evil.so',
  'plugin_use x',
  'plugin_opt_config_file /tmp/dynsec.json',
  'auth_opt_file /tmp/x',
  'persistence true',
  'persistence_location /tmp/',
  'persistence_file m.db',
  'autosave_interval 1',
  'pid_file /tmp/pid',
  'log_dest file /tmp/log',
  'tls_engine evil',
  'http_dir /tmp',
  'crlfile /tmp/crl',
  'user nobody',
  'bind_interface eth0',
]

describe('nothing of a broker that runs, loads, opens, writes or connects is in a copy', () => {
  test.each(mosquitto)('mosquitto.conf: %s', (line) => {
    const { lines, out } = copies(haproxyText(), `${line}\n${strictListener}`)
    expect(lines).not.toContain(line)
    expect(out.some((one) => one.startsWith('mosquitto.conf:1 '))).toBe(true)
  })

  test('a bridge to another broker', () => {
    const { lines } = copies(haproxyText(), `${strictListener}connection far\naddress 192.0.2.1:1883\ntopic # both\n`)
    expect(lines.join('\n')).not.toMatch(/connection far|192\.0\.2\.1|topic #/)
  })

  test('an option that nobody knows stays without its value, for the broker to refuse', () => {
    expect(copies(haproxyText(), `strange /tmp/x\n${strictListener}`).lines).toContain('strange')
  })
})

describe('a list of revoked certificates', () => {
  const haproxy = haproxyText({ bind: '*:8883 ssl crt /tmp/s verify required ca-file /tmp/a crl-file /tmp/c' })

  test('becomes that of the test CA, and the reader of user files is told', () => {
    const own = copies(haproxy, strictListener)
    const bind = own.lines.find((line) => line.startsWith('bind'))
    expect(bind).toMatch(/ca-file certs\/client-ca\.crt crl-file certs\/client-ca\.crl$/)
    expect(own.moved.leftOut.filter(({ what }) => what.includes('crl-file'))).toEqual([])
    const { moved } = copies(haproxy, strictListener, { stats: true })
    const told = moved.leftOut.filter((one) => isTold(one)).map(leftOutText)
    expect(told).toContainEqual(expect.stringMatching(/^crl-file \/tmp\/c: .* this file itself was not tried$/))
  })

  test('is the own one where HAProxy is only asked about the file', () => {
    const { lines } = copies(haproxy, strictListener, { purpose: 'judge', certificate: (path) => `/here${path}` })
    expect(lines.find((line) => line.startsWith('bind'))).toMatch(/ crl-file \/here\/tmp\/c$/)
  })
})

describe('files that are only read', () => {
  const haproxy = inFrontend('acl good src -f /etc/haproxy/good.lst')

  test('are copied', () => {
    const read = (path: string) => (path === '/etc/haproxy/good.lst' ? '10.0.0.0/8\n' : undefined)
    const { lines, files } = copies(haproxy, strictListener, { read })
    expect(lines).toContain('acl good src -f /box/files/1-good.lst')
    expect(files.find((one) => one.name === 'files/1-good.lst')?.text).toBe('10.0.0.0/8\n')
  })

  test('have a stand-in when they are not here, and that is told', () => {
    const { files, moved } = copies(haproxy, `password_file /etc/p\n${strictListener}`)
    expect(files.find((one) => one.name === 'files/1-good.lst')?.text).toBe('')
    expect(moved.leftOut.flatMap((one) => (one.instead === undefined ? [] : [one.what]))).toEqual([
      '/etc/haproxy/good.lst',
      '/etc/p',
    ])
  })

  test('maps in expressions too', () => {
    const { lines } = copies(
      inFrontend('use_backend %[src,map_ip(/etc/m.map,brokers)] if { src,map_ip(/etc/m.map) -m found }'),
      strictListener,
    )
    expect(lines.find((line) => line.startsWith('use_backend'))).not.toContain('/etc/')
  })
})

describe('no address of the files is left', () => {
  test.each([
    '192.0.2.7',
    '192.0.2.7:+1',
    'broker.example',
    'fd@7',
    'quic4@192.0.2.7:1883',
    'abns@x',
    '[2001:db8::7]:1884',
  ])('server %s', (address) => {
    const { lines } = copies(haproxyText({ server: `${address} check` }), strictListener)
    const server = lines.find((line) => line.startsWith('server one')) ?? ''
    expect(server).toMatch(/^server one (127\.0\.0\.1(:(\d+|\+1))?|\[::1\]:\d+|unix@\/box\/s1\.sock) check$/)
  })

  test('a check of another address stays on loopback', () => {
    const { lines } = copies(
      inBackend('tcp-check connect addr 192.0.2.7 port 99').replace(/check port 1884/, 'check addr 192.0.2.7'),
      strictListener,
    )
    expect(lines.join('\n')).not.toContain('192.0.2.7')
  })

  test('an IPv4 and an IPv6 bind of one port keep their own', () => {
    const { lines } = copies(haproxyText({ bind: '0.0.0.0:8883\n    bind :::8883 v4v6' }), strictListener)
    const binds = lines.filter((line) => line.startsWith('bind'))
    expect(binds).toEqual(['bind 127.0.0.1:40000', 'bind [::1]:40000'])
  })

  test.each([
    ['[::]:8883', 'bind 127.0.0.1:40000,[::1]:40000'],
    ['[::]:8883 v6only', 'bind [::1]:40000 v6only'],
    ['*:8883', 'bind 127.0.0.1:40000'],
  ])('bind %s', (bind, expected) => {
    expect(copies(haproxyText({ bind }), strictListener).lines).toContain(expected)
  })
})

test('the own code of the files is kept where that is asked for', () => {
  const { lines, out } = copies(
    inGlobal('lua-load /tmp/a.lua'),
    `plugin /tmp/p.so\nplugin_opt_config_file /tmp/d.json\n${strictListener}`,
    {
      allowExec: true,
      read: () => '{}',
    },
  )
  expect(lines).toContain('lua-load /tmp/a.lua')
  expect(lines).toContain('plugin /tmp/p.so')
  // What the plugin writes stays in the sandbox all the same.
  expect(lines).toContain('plugin_opt_config_file /box/files/1-d.json')
  expect(out.join()).not.toMatch(/loads code/)
})
