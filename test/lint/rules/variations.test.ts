import { describe, it } from 'vitest'
import { recognise } from '../../../src/brokers/recognise.js'
import { newestRelease } from '../../../src/config/haproxy/release.js'
import type { Unread } from '../../../src/config/unread.js'
import { lint } from '../../../src/lint/run.js'
import { readWorkspace } from '../../../src/lint/workspace.js'
import { editText } from '../../path/describe.js'
import { recordedIn } from '../../recorded-text.js'

const recorded = recordedIn(new URL('recorded/variations.txt', import.meta.url))

/** What one rule says of this file. */
function record(code: string, title: string, path: string, text: string, notRead: readonly Unread[] = []): void {
  const dialect = recognise(text, path) ?? (path.endsWith('.cfg') ? 'haproxy' : 'mosquitto')
  const files = text === '' ? [] : [{ path, text, dialect }]
  const { input } = readWorkspace(files, { release: newestRelease, notRead, readInclude: () => undefined })
  const found = lint({ ...input, keepalive: 60, now: 0 }, [], { select: [code] })
  const said = found.map(({ severity, at, message, fix }) =>
    [
      `${severity} ${at.line}:${at.column} ${message}`,
      ...(fix === undefined ? [] : [`  fix: ${fix.text}`]),
      ...(fix?.edits ?? []).map((one) => `  ${editText(one)}`),
    ].join('\n'),
  )
  recorded.expect(`${code} ${title}`, said.join('\n') || 'nothing')
}

const listen = (more: string, name = 'mqtt') =>
  `listen ${name}\n bind :1883\n timeout client 200s\n timeout connect 5s\n timeout server 200s\n${more}`
const server = ' server s 10.0.0.1:1884\n'

describe('HAProxy', () => {
  it.each([
    ['MP102', 'a backend alone', 'backend b\n server s 10.0.0.1:1\n'],
    ['MP102', 'a frontend alone', 'frontend f\n bind :1883\n'],
    ['MP102', 'a frontend without a bind and a backend without a server', 'frontend f\nbackend b\n'],
    ['MP102', 'a disabled listen', 'listen l\n bind :1883\n disabled\n server s 10.0.0.1:1\n'],
    ['MP102', 'a branch that depends on the build', `.if feature(X)\nlisten l\n bind :1883\n${server}.endif\n`],
    [
      'MP102',
      'two of the same defaults',
      `defaults\n mode tcp\nlisten a\n bind :1\n${server}listen b\n bind :2\n${server}`,
    ],
    [
      'MP102',
      'a timeout of a variable',
      `listen l\n bind :1883\n timeout client "$T"\n timeout connect 5s\n timeout server 5s\n${server}`,
    ],
    [
      'MP102',
      'a timeout that cannot be read',
      `listen l\n bind :1883\n timeout client soon\n timeout connect 5s\n timeout server 5s\n${server}`,
    ],
    ['MP102', 'other timeouts', `listen l\n bind :1883\n timeout check 5s\n maxconn 5\n${server}`],
    ['MP109', 'thirty seconds', `global\n hard-stop-after 30s\n${listen(server)}`],
    ['MP109', 'just under five minutes', `global\n hard-stop-after 299s\n${listen(server)}`],
    ['MP109', 'five minutes', `global\n hard-stop-after 5m\n${listen(server)}`],
    [
      'MP109',
      'beside what is no MQTT',
      `global\n hard-stop-after 30s\n${listen(server)}listen web\n bind :80\n server w 10.0.0.2:80\n`,
    ],
    ['MP109', 'without MQTT', 'global\n hard-stop-after 30s\nlisten web\n bind :80\n server w 10.0.0.2:80\n'],
    ['MP110', 'fall 1', listen(' server s 10.0.0.1:1884 check fall 1 on-marked-down shutdown-sessions\n')],
    ['MP110', 'fall 3', listen(' server s 10.0.0.1:1884 check fall 3 on-marked-down shutdown-sessions\n')],
    ['MP110', 'no fall', listen(' server s 10.0.0.1:1884 check on-marked-down shutdown-sessions\n')],
    ['MP110', 'no check', listen(' server s 10.0.0.1:1884 fall 1 on-marked-down shutdown-sessions\n')],
    ['MP110', 'another port', listen(' server s 10.0.0.1:1884 check port 99 on-marked-down shutdown-sessions\n')],
    ['MP110', 'the same port', listen(' server s 10.0.0.1:1884 check port 1884 on-marked-down shutdown-sessions\n')],
    ['MP110', 'a socket and a port', listen(' server s unix@/s check port 99 on-marked-down shutdown-sessions\n')],
    ['MP110', 'no port of its own', listen(' server s 10.0.0.1 check port 99 on-marked-down shutdown-sessions\n')],
    ['MP111', 'a bind for everybody', 'listen mqtt\n bind :1883 accept-proxy\n server s 10.0.0.1:1884\n'],
    ['MP111', 'a bind for this machine', 'listen mqtt\n bind 127.0.0.1:1883 accept-proxy\n server s 10.0.0.1:1884\n'],
    [
      'MP111',
      'a bind of both',
      'listen mqtt\n bind 127.0.0.1:1883,10.0.0.1:1883 accept-proxy\n server s 10.0.0.1:1884\n',
    ],
    [
      'MP111',
      'a rule on the source',
      'listen mqtt\n bind :1883 accept-proxy\n tcp-request connection reject if !{ src 10.0.0.2 }\n server s 10.0.0.1:1884\n',
    ],
    [
      'MP111',
      'a rule on the content',
      'listen mqtt\n bind :1883 accept-proxy\n tcp-request content reject if !{ src 10.0.0.2 }\n server s 10.0.0.1:1884\n',
    ],
    [
      'MP112',
      'a frontend for a backend',
      'frontend f\n bind :1883\n default_backend g\nfrontend g\n bind :2\n default_backend b\nbackend b\n server s 10.0.0.1:1\n',
    ],
    ['MP112', 'a listen for a backend', `frontend f\n bind :2\n default_backend mqtt\n${listen(server)}`],
    ['MP118', 'minutes and seconds', `global\n hard-stop-after 90s\n${listen(server)}`],
    ['MP118', 'half an hour', `global\n hard-stop-after 30m\n${listen(server)}`],
    ['MP118', 'two hours', `global\n hard-stop-after 2h\n${listen(server)}`],
    ['MP118', 'six hours', `global\n hard-stop-after 6h\n${listen(server)}`],
    ['MP118', 'an hour and a second', `global\n hard-stop-after 3601s\n${listen(server)}`],
    ['MP118', 'a spread without a stop', `global\n close-spread-time 10s\n${listen(server)}`],
    ['MP118', 'a spread without end', `global\n close-spread-time infinite\n${listen(server)}`],
    ['MP118', 'a stop and a spread', `global\n hard-stop-after 30m\n close-spread-time 10s\n${listen(server)}`],
    ['MP118', 'a stop for mode http', `global\n hard-stop-after 30m\n${listen(` mode http\n${server}`)}`],
    ['MP118', 'a stop for a backend alone', `global\n hard-stop-after 30m\nbackend mqtt\n${server}`],
    [
      'MP118',
      'a stop for what is no MQTT',
      `global\n hard-stop-after 30m\nlisten web\n bind :80\n server w 10.0.0.2:80\n`,
    ],
    ['MP434', 'a server by its name', listen(' server nanomq1 10.0.0.1:1884 send-proxy-v2\n')],
    ['MP434', 'a server by its address', listen(' server s nanomq:1884 send-proxy\n')],
    ['MP434', 'a header of default-server', listen(' default-server send-proxy\n server nanomq1 10.0.0.1:1884\n')],
    ['MP434', 'no header', listen(' server nanomq1 10.0.0.1:1884\n')],
    ['MP434', 'another name', listen(' server s 10.0.0.1:1884 send-proxy\n')],
    ['MP002', 'a carriage return', `${listen(server)}`.replaceAll('\n', '\r\n')],
    ['MP002', 'an unknown section', `${listen(server)}quantum-link q\n a b\n`],
  ])('%s: %s', (code, title, text) => record(code, title, 'h.cfg', text))
})

const tcp = 'listener.tcp.default = 127.0.0.1:1883\n'

describe('brokers', () => {
  it.each<readonly [string, string, string]>([
    ...['on', 'off', 'on.', 'off.', 'ON', 'true', 'false', 'yes', 'no', '1', '0', 'son', 'online', 'maybe'].map(
      (value) =>
        ['MP207', `proxy_protocol = ${value}`, `${tcp}listener.tcp.default.proxy_protocol = ${value}\n`] as const,
    ),
    ['MP207', 'every listener', `${tcp}listener.tcp.proxy_protocol = true\n`],
    ['MP207', 'a setting alike', `${tcp}listener.tcp.default.my_proxy_protocol = true\n`],
    ['MP207', 'anonymous clients', `${tcp}allow_anonymous = true\n`],
    ['MP208', 'for every listener', `${tcp}listener.tcp.proxy_protocol_use_cn_as_username = on\n`],
    ['MP208', 'off', `${tcp}listener.tcp.proxy_protocol_use_cn_as_username = off\n`],
    ['MP208', 'for one listener', `${tcp}listener.tcp.default.proxy_protocol_use_cn_as_username = on\n`],
    ['MP208', 'without the header', `${tcp}listener.tcp.default.use_cn_as_username = on\n`],
    ['MP208', 'for WebSocket', `listener.ws.default = 127.0.0.1:1883\nlistener.ws.default.use_cn_as_username = on\n`],
    [
      'MP208',
      'for TLS, where it is right',
      `listener.ssl.default = 127.0.0.1:1883\nlistener.ssl.default.use_identity_as_username = on\n`,
    ],
    ...[
      '127.0.0.1:1',
      '127.0.0.1:65535',
      '127.0.0.1:65536',
      '127.0.0.1:0',
      '[::1]:1883',
      '::1:1883',
      '1883',
      '127.0.0.1',
      'a127.0.0.1:1883',
      '127.0.0.1:1883a',
      '127.10.10.10:1883',
      'localhost:1883',
      '*:1883',
    ].map((value) => ['MP210', `an address ${value}`, `listener.tcp.default = ${value}\n`] as const),
    ['MP210', 'a setting of no listener', `${tcp}listener.tcp.other.proxy_protocol = on\n`],
    [
      'MP210',
      'a setting of no listener, and a file that was not read',
      `${tcp}listener.tcp.other.proxy_protocol = on\ninclude conf.d/*.conf\n`,
    ],
    ['MP210', 'a setting of every listener', `${tcp}listener.tcp.proxy_protocol = on\n`],
    ['MP210', 'a setting of another kind', `${tcp}listener.ssl.default.cafile = /c\n`],
    ['MP210', 'two of one port', `${tcp}listener.ws.default = 127.0.0.1:1883\n`],
    ['MP210', 'two of one name', `${tcp}${tcp}`],
    ['MP210', 'two of one name with other ports', `${tcp}listener.tcp.default = 127.0.0.1:1884\n`],
    [
      'MP210',
      'the same setting twice',
      `${tcp}listener.tcp.default.proxy_protocol = on\nlistener.tcp.default.proxy_protocol = off\n`,
    ],
    ['MP210', 'another setting twice', `${tcp}allow_anonymous = on\nallow_anonymous = off\n`],
    ['MP202', 'TLS with a header for one', 'listener.ssl.a = 127.0.0.1:8883\nlistener.ssl.a.proxy_protocol = on\n'],
    ['MP202', 'TLS with a header for all', 'listener.wss.a = 127.0.0.1:8883\nlistener.wss.proxy_protocol = on\n'],
    ['MP202', 'TLS with a setting alike', 'listener.ssl.a = 127.0.0.1:8883\nlistener.ssl.a.proxy_protocol_more = on\n'],
  ])('%s: VerneMQ, %s', (code, title, text) => record(code, title, 'vernemq.conf', text))

  it.each(
    ['true', 'on', 'yes', 'v2', 'V2', 'false', '0', '1', '2', '3', 'truely', 'untrue', ''].map(
      (value) => [value] as const,
    ),
  )('MP201: enable_proxy_protocol %s', (value) => {
    const text = `listener 1884 127.0.0.1\nenable_proxy_protocol ${value}\nallow_anonymous true\n`
    record('MP201', `enable_proxy_protocol ${value}`, 'mosquitto.conf', text)
  })

  it.each([
    ['MP002', 'no setting', '# nothing\n'],
    ['MP002', 'a folder that is not here', 'listener 1884\ninclude_dir /x\n'],
    ['MP201', 'an option of a bridge', 'connection b\naddress 10.0.0.1\nenable_proxy_protocol 2\n'],
    ['MP201', 'an option that is like none', 'listener 1884\nquite_another_thing 1\n'],
  ])('%s: Mosquitto, %s', (code, title, text) => record(code, title, 'mosquitto.conf', text))
})

it.each([
  ['a check of TCP with a header', ' check send-proxy-v2', ''],
  ['no header', ' check', ''],
  ['no check', ' send-proxy-v2', ''],
  ['a check of MQTT', ' check send-proxy-v2', ' option tcp-check\n tcp-check send-binary 10\n'],
  ['a check of HTTP', ' check send-proxy-v2', ' option httpchk\n'],
  ['another option', ' check send-proxy-v2', ' option dontlognull\n'],
])('MP414: %s', (title, words, option) => {
  const haproxy = {
    path: 'h.cfg',
    text: listen(`${option} server s 127.0.0.1:1884${words}\n`),
    dialect: 'haproxy' as const,
  }
  const broker = {
    path: 'm.conf',
    text: 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\n',
    dialect: 'mosquitto' as const,
  }
  const { input } = readWorkspace([haproxy, broker])
  const found = lint({ ...input, keepalive: 60, now: 0 }, [], { select: ['MP414'] })
  const said = found.map(({ at, message }) => `${at.line}:${at.column} ${message}`)
  recorded.expect(`MP414 ${title}`, said.join('\n') || 'nothing')
})

describe('what was not read', () => {
  const span = { file: 'x', line: 1, column: 1, endLine: 1, endColumn: 2 }

  it.each(['include', 'format', 'file', 'variable', 'host', 'branch'] as const)(
    'MP003 and MP005 of a kind: %s',
    (what) => {
      const notRead: readonly Unread[] = [{ what, name: 'NAME', why: 'some reason', span }]
      for (const code of ['MP003', 'MP005']) {
        record(code, `${what} beside a file`, 'h.cfg', listen(server), notRead)
        record(code, `${what} alone`, 'h.cfg', '', notRead)
        record(code, `${what} beside a broker`, 'mosquitto.conf', 'listener 1884\n', notRead)
      }
    },
  )

  it('nothing', () => record('MP005', 'nothing', 'h.cfg', listen(server)))
})
